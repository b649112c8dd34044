/** Waiting for what is not there yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '#lib/db/pool.ts';
import type { Logger } from '#lib/log.ts';

const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/**
 * Tries until it succeeds, waiting longer each time.
 * @param event logged with every failure
 * @throws the signal's reason once it fires
 */
export async function untilItWorks<T>(log: Logger, event: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_MS)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (err) {
      log.warn({ err, wait_ms: waitMs }, event);
    }
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

class NotMigrated extends Error {
  override readonly name = 'NotMigrated';
  readonly code = 'database_not_migrated';
}

/** The database answers, and our migrations are in it. */
export async function assertDatabaseReady(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ ready: boolean }>(`select to_regprocedure('private.worker_plan_due(integer)') is not null as ready`);
  if (!rows[0]?.ready) throw new NotMigrated();
}
