/** Writes a large organisation into the database, with the worker's own login and through the functions that a sync uses. */
import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { addDays, dayOf, eachDay, type Day } from '#lib/day.ts';
import { createPool, inTransaction, type Pool } from '#lib/db/pool.ts';
import { PROVIDERS, type ProviderName } from '#lib/providers/contract.ts';
import { writeNames, writeReading } from '#lib/usage/ingest.ts';
import { loginUrl } from '#scripts/stack/database.ts';
import type { Stack } from '#scripts/stack/supervise.ts';
import { namesOf, readingOf, usageRowsOn } from './large-organization.ts';

const HISTORY_DAYS = 90;
/** One a day at each provider. */
export const LEAST_ROWS = HISTORY_DAYS * PROVIDERS.length;

export interface Written {
  readonly usageRows: number;
  /** Usage and cost together. */
  readonly factRows: number;
  readonly seconds: number;
}

/**
 * Half of the usage at each provider, 90 days up to today, one day a transaction, with two budgets. Autovacuum, which
 * would come by within a minute or two, is anticipated at the end.
 * @param note is told how far it is
 */
export async function writeOrganization(stack: Stack, admin: pg.Client, orgId: string, usageRows: number, note: (text: string) => void): Promise<Written> {
  const pool = createPool({ connectionString: loginUrl(stack.env.ADMIN_DATABASE_URL, 'keymeter_worker', stack.secrets.workerPassword), applicationName: 'bench', max: 2 });
  const begin = performance.now();
  let factRows = 0;
  try {
    for (const [place, provider] of PROVIDERS.entries()) {
      const own = usageRowsOn(usageRows, PROVIDERS.length, place);
      factRows += await writeProvider(pool, { orgId, accountId: await addSource(admin, orgId, provider) }, provider, own, note);
    }
  } finally {
    await pool.end();
  }
  const seconds = (performance.now() - begin) / 1000;
  await addBudgets(admin, orgId);
  await admin.query('vacuum (analyze) metering.slices, metering.dimensions, metering.cost_facts, metering.usage_facts, metering.coverage, metering.daily_spend, metering.daily_tokens, metering.names');
  return { usageRows, factRows, seconds };
}

async function writeProvider(pool: Pool, account: { orgId: string; accountId: string }, provider: ProviderName, usageRows: number, note: (text: string) => void): Promise<number> {
  const days = lastDays();
  let rows = 0;
  for (const [place, day] of days.entries()) {
    const reading = readingOf(provider, day, usageRowsOn(usageRows, days.length, place));
    rows += await inTransaction(pool, (tx) => writeReading(tx, { ...account, runId: randomUUID() }, { ...reading, from: day, to: addDays(day, 1), organizationRef: account.accountId, calls: 0, notes: [] }));
    note(`${provider}: ${place + 1} of ${days.length} days`);
  }
  await inTransaction(pool, (tx) => writeNames(tx, account, namesOf(provider)));
  return rows;
}

function lastDays(): Day[] {
  const tomorrow = addDays(dayOf(new Date()), 1);
  return eachDay(addDays(tomorrow, -HISTORY_DAYS), tomorrow);
}

/** A source in good health, as a sync leaves it; no worker runs, so nobody would read from it. */
async function addSource(admin: pg.Client, orgId: string, provider: ProviderName): Promise<string> {
  const [accountId, connectionId] = [randomUUID(), randomUUID()];
  await admin.query(`insert into public.provider_accounts (org_id, id, provider, provider_org_ref, name) values ($1, $2, $3, $4, 'Large')`, [orgId, accountId, provider, accountId]);
  await admin.query(
    `insert into public.connections (org_id, id, provider, host, label, status, provider_account_id, key_fingerprint, key_set_at, last_success_at, data_through)
     values ($1, $2, $3, 'api.example.test', $4, 'active', $5, $6, now() - interval '90 days', now(), now())`,
    [orgId, connectionId, provider, `${provider} key`, accountId, createHash('sha256').update(connectionId).digest('hex')],
  );
  return accountId;
}

async function addBudgets(admin: pg.Client, orgId: string): Promise<void> {
  for (const [name, amount, scopeKind, scopeRef] of [
    ['All AI spend', '60000', 'organization', ''],
    ['OpenAI', '30000', 'provider', 'openai'],
  ]) {
    await admin.query(
      `insert into public.budgets (org_id, id, name, amount, period, zone, thresholds, scope_kind, scope_ref)
       values ($1, $2, $3, $4, 'month', 'UTC', array['actual:bp:5000', 'actual:bp:8000', 'actual:bp:10000'], $5, $6)`,
      [orgId, randomUUID(), name, amount, scopeKind, scopeRef],
    );
  }
}
