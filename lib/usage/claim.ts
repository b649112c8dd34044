/** Taking a run, keeping it, and giving it back. */
import { callRows, callValue } from '#lib/db/call.ts';
import { databaseClock, type DatabaseClock } from '#lib/db/database-clock.ts';
import type { Pool, Tx } from '#lib/db/pool.ts';
import { day, type Day } from '#lib/day.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { Outcome, RunSoFar } from '#lib/usage/outcome.ts';

export interface ClaimedRun extends RunSoFar {
  orgId: string;
  runId: string;
  connectionId: string;
  /** Every write carries it; a higher one means that another worker took over. Decimal text (64 bits). */
  fence: string;
  provider: ProviderName;
  host: string;
  /** The connection's, as its owner named it. */
  label: string;
  accountId: string | null;
  from: Day;
  /** Exclusive. */
  to: Day;
  namesDue: boolean;
  /** The worker that had it before vanished. */
  abandoned: boolean;
  clock: DatabaseClock;
}

interface ClaimRow {
  org_id: string;
  connection_id: string;
  kind: ClaimedRun['kind'];
  window_from: string;
  window_to: string;
  fence: bigint;
  attempts: number;
  failures: number;
  provider: ProviderName;
  host: string;
  label: string;
  provider_account_id: string | null;
  names_due: boolean;
  abandoned: boolean;
  database_now: Date;
}

/** By the database's clock. Renewed three times as often as it ends. */
export const LEASE_SECONDS = 30;

/** null when the run is not due, not alive any more, or another worker has it. */
export async function claimRun(pool: Pool, runId: string, workerId: string): Promise<ClaimedRun | null> {
  const [row] = await callRows<ClaimRow>(pool, 'worker_claim_run', [runId, workerId, LEASE_SECONDS]);
  if (!row) return null;
  return {
    orgId: row.org_id,
    runId,
    connectionId: row.connection_id,
    kind: row.kind,
    from: day(row.window_from),
    to: day(row.window_to),
    fence: row.fence.toString(),
    attempts: row.attempts,
    failures: row.failures,
    provider: row.provider,
    host: row.host,
    label: row.label,
    accountId: row.provider_account_id,
    namesDue: row.names_due,
    abandoned: row.abandoned,
    clock: databaseClock(row.database_now),
  };
}

/** False when another worker has the run now. */
export async function renewLease(pool: Pool, { orgId, runId, fence }: ClaimedRun): Promise<boolean> {
  return (await callValue<boolean>(pool, 'worker_renew_lease', [orgId, runId, fence, LEASE_SECONDS])) === true;
}

/** The first statement of every writing transaction. @throws DatabaseRefusal `fence_lost`, `connection_purged` */
export async function holdFence(tx: Tx, { orgId, runId, fence }: ClaimedRun): Promise<void> {
  await callValue(tx, 'worker_hold_fence', [orgId, runId, fence]);
}

export interface RunTally {
  calls: number;
  rows: number;
  /** Closed codes about what is coarser or missing; null leaves the run's notes as they are. */
  notes: readonly string[] | null;
}

/**
 * Writes the run's end in the caller's transaction.
 * @returns the outcome in force: a key that was refused and has been replaced meanwhile gives `release`; null when the
 *   run was not the caller's any more
 */
export async function finishRun(tx: Tx, run: ClaimedRun, outcome: Exclude<Outcome, { kind: 'gone' }>, tally: RunTally): Promise<Outcome['kind'] | null> {
  const notBefore = 'afterMs' in outcome ? new Date(run.clock.now().getTime() + outcome.afterMs) : null;
  const code = 'code' in outcome ? outcome.code : null;
  const attention = outcome.kind === 'dead' && outcome.attention;
  const args = [run.orgId, run.runId, run.fence, outcome.kind, code, notBefore, tally.calls, tally.rows, tally.notes, attention];
  return callValue<Outcome['kind']>(tx, 'worker_finish_run', args);
}
