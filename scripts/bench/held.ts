/**
 * For how long a plaintext key exists, as the audit trail itself says (`held_us` of every outcome): from before the
 * decryption until the bytes were overwritten. Real runs against the simulator; asking is the larger part of each
 * figure, so it is also given for one call.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { registry } from '#lib/providers/registry.ts';
import type { Stack } from '#scripts/stack/supervise.ts';
import { makeAccount } from './account.ts';
import type { Bench } from './bench.ts';
import { askSyncNow, handIn, issueKey, runsDone } from './connect.ts';
import { median, summarise } from './statistics.ts';
import { BACKFILL_RUNS } from './sync.ts';
import { figure, table } from './table.ts';
import { withTemporaryDatabase } from './temporary-stack.ts';

const SYNCS_NOW = 5;

interface Holding {
  readonly provider: string;
  readonly purpose: string;
  readonly milliseconds: number;
  readonly calls: number;
}

export const heldBench: Bench = {
  says: 'milliseconds for which a plaintext is held, from the audit trail: verifying a key, and syncs',
  times: 4,
  async run(bench) {
    await withTemporaryDatabase(bench, { web: false, worker: 'once', simulator: true }, async (stack, database) => {
      const holdings: Holding[] = [];
      for (let i = 1; i <= bench.times; i += 1) holdings.push(...(await bench.progress.step(`Account ${i} of ${bench.times}`, () => oneAccount(stack, database))));
      bench.print(report(holdings));
    });
  },
};

/** Both providers connected and read for 90 days, then synced on request a few times, one after the other. */
async function oneAccount(stack: Stack, database: pg.Pool): Promise<Holding[]> {
  const customer = `bench${randomBytes(6).toString('hex')}`;
  const account = await makeAccount(stack);
  for (const provider of PROVIDERS) {
    const connectionId = await handIn(stack, account, provider, await issueKey(stack, provider, customer));
    await runsDone(database, connectionId, 'backfill', BACKFILL_RUNS);
    for (let done = 1; done <= SYNCS_NOW; done += 1) {
      await askSyncNow(account, connectionId);
      await runsDone(database, connectionId, 'sync_now', done);
    }
  }
  return holdingsOf(database, account.orgId);
}

async function holdingsOf(database: pg.Pool, orgId: string): Promise<Holding[]> {
  const { rows } = await database.query<Holding>(
    `select a.body::jsonb ->> 'provider' as provider, a.body::jsonb ->> 'purpose' as purpose,
       (o.body::jsonb ->> 'held_us')::float8 / 1000 as milliseconds, (o.body::jsonb ->> 'calls')::integer as calls
     from audit.entries a
     join audit.entries o on o.org_id = a.org_id and o.attempt_seq = a.seq and o.action = 'key.open.outcome' and o.body::jsonb ->> 'outcome' = 'success'
     where a.org_id = $1 and a.action = 'key.open.attempt'`,
    [orgId],
  );
  return rows;
}

const WORDS: Readonly<Record<string, string>> = { verify_key: 'Verifying a pasted key', backfill: 'First read, 30 days', sync_now: 'Sync of the last days' };

function report(holdings: readonly Holding[]): string {
  const rows = Object.entries(WORDS).flatMap(([purpose, words]) =>
    PROVIDERS.map((provider) => {
      const own = holdings.filter((holding) => holding.purpose === purpose && holding.provider === provider);
      const { count, median: p50, p95, max } = summarise(own.map(({ milliseconds }) => milliseconds));
      const perCall = median(own.map(({ milliseconds, calls }) => milliseconds / Math.max(1, calls)));
      return [`${words}, ${registry[provider].label}`, String(count), p50, p95, max, figure(median(own.map(({ calls }) => calls))), perCall];
    }),
  );
  return table(['held, in milliseconds', 'openings', 'p50', 'p95', 'longest', 'calls', 'per call'], rows);
}
