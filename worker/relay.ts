/**
 * Every second: rows that are due in Postgres become jobs in the queue. A row counts as handed over only when the queue
 * took it: the mark and the offer are one transaction that is rolled back when the queue refuses.
 */
import { callRows, callValue } from '#lib/db/call.ts';
import { inTransaction, type Pool } from '#lib/db/pool.ts';
import type { Job } from '#lib/jobs/contract.ts';
import { QueueError } from '#lib/jobs/queue-error.ts';
import type { Logger } from '#lib/log.ts';

export interface RelayOptions {
  pool: Pool;
  /** @throws QueueError within a few seconds: an offer must not hold a transaction for long */
  offer: (jobs: readonly Job[]) => Promise<void>;
  log: Logger;
}

export interface Relay {
  /** Does nothing while the tick before is under way. True when the database answered. */
  tick(): Promise<boolean>;
  /** Resolves when no tick is under way. */
  idle(): Promise<void>;
}

interface DueRow {
  org_id?: string;
  request_id?: string;
  run_id?: string;
  message_id?: string;
}

/** People wait for requests and messages, so those come first. */
const SOURCES: ReadonlyArray<{ due: string; job: (row: DueRow) => Job }> = [
  { due: 'worker_due_requests', job: (row) => ({ name: 'request', data: { requestId: row.request_id ?? '' } }) },
  { due: 'worker_due_evaluations', job: (row) => ({ name: 'evaluation', data: { orgId: row.org_id ?? '' } }) },
  { due: 'worker_due_messages', job: (row) => ({ name: 'message', data: { messageId: row.message_id ?? '' } }) },
  { due: 'worker_due_runs', job: (row) => ({ name: 'run', data: { runId: row.run_id ?? '' } }) },
];
const ROWS_PER_TICK = 200;

export function createRelay({ pool, offer, log }: RelayOptions): Relay {
  let under: Promise<boolean> | null = null;

  async function handOver(): Promise<boolean> {
    try {
      const planned = await callValue<number>(pool, 'worker_plan_due', [ROWS_PER_TICK]);
      if (planned) log.info({ planned }, 'runs_planned');
      for (const source of SOURCES) await handOverFrom(source);
      return true;
    } catch (err) {
      // A queue that refuses says nothing about the database.
      const refused = err instanceof QueueError;
      log.warn({ err }, refused ? 'queue_refused_jobs' : 'relay_failed');
      return refused;
    }
  }

  async function handOverFrom({ due, job }: (typeof SOURCES)[number]): Promise<void> {
    await inTransaction(pool, async (tx) => {
      const rows = await callRows<DueRow>(tx, due, [ROWS_PER_TICK]);
      if (rows.length > 0) await offer(rows.map(job));
    });
  }

  return {
    tick() {
      under ??= handOver().finally(() => {
        under = null;
      });
      return under;
    },
    async idle() {
      await under;
    },
  };
}
