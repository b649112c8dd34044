/**
 * A person hands over a key, and 90 days of both simulated providers are read, normalised and committed by the worker.
 * The providers answer from this machine and are asked without a pause, so what is measured is Keymeter: with real ones
 * a second between calls decides. Every repetition has a customer, an account and a worker of its own.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { PROVIDERS, type ProviderName } from '#lib/providers/contract.ts';
import { registry } from '#lib/providers/registry.ts';
import type { Stack } from '#scripts/stack/supervise.ts';
import { makeAccount, type Account } from './account.ts';
import type { Bench } from './bench.ts';
import { handIn, issueKey, runsDone, type Run } from './connect.ts';
import { watchMemory } from './process-memory.ts';
import { median } from './statistics.ts';
import { figure, table } from './table.ts';
import { withTemporaryDatabase } from './temporary-stack.ts';

/** Three chunks of thirty days. */
export const BACKFILL_RUNS = 3;

interface Measured {
  /** From the key's hand-over to the last committed day. */
  readonly seconds: number;
  /** From the claim of the first chunk to the end of the last. */
  readonly runSeconds: number;
  readonly rows: number;
  readonly calls: number;
}

type Sync = Record<ProviderName, Measured> & { readonly memoryBefore: number; readonly memoryPeak: number };

export const syncBench: Bench = {
  says: 'first sync of 90 days from the simulator: rows per second, provider calls, peak memory of the worker',
  times: 3,
  async run(bench) {
    await withTemporaryDatabase(bench, { web: false, worker: 'once', simulator: true }, async (stack, database) => {
      const syncs: Sync[] = [];
      for (let i = 1; i <= bench.times; i += 1) syncs.push(await bench.progress.step(`Sync ${i} of ${bench.times}`, () => syncOnce(stack, database, i > 1)));
      bench.print(report(syncs));
    });
  },
};

/** One provider after the other, so that each has the worker to itself. */
async function syncOnce(stack: Stack, database: pg.Pool, freshWorker: boolean): Promise<Sync> {
  const customer = `bench${randomBytes(6).toString('hex')}`;
  const account = await makeAccount(stack);
  const keys = { openai: await issueKey(stack, 'openai', customer), anthropic: await issueKey(stack, 'anthropic', customer) };
  if (freshWorker) {
    await stack.worker?.stop();
    await stack.startWorker();
  }
  const memory = await watchMemory(stack.worker?.pid ?? -1);
  const openai = await measure(stack, database, account, 'openai', keys.openai);
  const anthropic = await measure(stack, database, account, 'anthropic', keys.anthropic);
  return { openai, anthropic, memoryBefore: memory.before, memoryPeak: await memory.peak() };
}

async function measure(stack: Stack, database: pg.Pool, account: Account, provider: ProviderName, key: string): Promise<Measured> {
  const begin = performance.now();
  const connectionId = await handIn(stack, account, provider, key);
  const runs = await runsDone(database, connectionId, 'backfill', BACKFILL_RUNS);
  const seconds = (performance.now() - begin) / 1000;
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const [from, to] = [Math.min(...runs.map((run) => run.startedAt.getTime())), Math.max(...runs.map((run) => run.finishedAt.getTime()))];
  return { seconds, runSeconds: (to - from) / 1000, rows: sum((run) => run.rows), calls: sum((run) => run.calls) };
}

function report(syncs: readonly Sync[]): string {
  const row = (words: string, of: (measured: Measured) => number) => [words, ...PROVIDERS.map((provider) => median(syncs.map((sync) => of(sync[provider]))))];
  const providers = table(
    [`90 days (medians of ${syncs.length})`, ...PROVIDERS.map((provider) => registry[provider].label)],
    [
      row('Rows written', ({ rows }) => rows),
      row('Provider calls', ({ calls }) => calls),
      row('Seconds from the hand-over to the last day', ({ seconds }) => seconds),
      row('Seconds in runs', ({ runSeconds }) => runSeconds),
      row('Rows per second, from the hand-over', ({ rows, seconds }) => rows / seconds),
      row('**Rows per second in runs**', ({ rows, runSeconds }) => rows / runSeconds),
    ],
  );
  const before = median(syncs.map(({ memoryBefore }) => memoryBefore));
  const peak = median(syncs.map(({ memoryPeak }) => memoryPeak));
  return `${providers}\n\nWorker's memory: ${figure(before)} MiB at rest, **${figure(peak)} MiB at most**.`;
}
