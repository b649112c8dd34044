/**
 * One sync run from claim to end. Its outcome becomes columns of its row, in one transaction with what follows from it;
 * the queue is told nothing, because only Postgres decides what happens next.
 */
import { evaluateBudgets } from '#lib/alerts/evaluate.ts';
import { raiseConnectionTrouble, resolveConnectionTrouble } from '#lib/alerts/raise-connection.ts';
import { signCheckpoints } from '#lib/audit/sign-checkpoint.ts';
import { inTransaction, type Tx } from '#lib/db/pool.ts';
import { GIVE_UP_AFTER } from '#lib/usage/backoff.ts';
import { claimRun, finishRun, holdFence, type ClaimedRun } from '#lib/usage/claim.ts';
import { afterFailure, outcomeOf, type Ending } from '#lib/usage/outcome.ts';
import { syncClaimedRun, type SyncDependencies, type SyncResult } from '#lib/usage/sync.ts';
import type { WorkerContext } from '#worker/context.ts';

export async function performRun(context: WorkerContext, runId: string, jobId: string): Promise<void> {
  const run = await claimRun(context.pool, runId, context.workerId);
  if (!run) {
    context.log.debug({ run: runId }, 'run_not_due');
    return;
  }
  const log = context.log.child({ org: run.orgId, run: runId, connection: run.connectionId, kind: run.kind });
  const startedAt = performance.now();
  const ms = (): number => Math.round(performance.now() - startedAt);
  log.info({ provider: run.provider, from: run.from, to: run.to, attempt: run.attempts, fence: run.fence }, 'run_started');
  // A run that ended several workers is not tried for ever: it waits like one that failed.
  if (run.abandoned && run.failures >= GIVE_UP_AFTER) return settle(context, log, run, afterFailure('lease_lost', run), ms());
  let result: SyncResult;
  try {
    result = await syncClaimedRun(syncDependencies(context, log), run, jobId, context.stopping);
  } catch (err) {
    const outcome = outcomeOf(err, run);
    log[outcome.kind === 'release' || outcome.kind === 'gone' ? 'info' : 'warn']({ err, code: outcome.code }, 'run_interrupted');
    return settle(context, log, run, outcome, ms());
  }
  log.info({ ...result, ms: ms() }, 'run_done');
  await signCheckpoints(context.signing, { orgId: run.orgId }).catch((err: unknown) => log.error({ err }, 'checkpoint_not_signed'));
}

function syncDependencies(context: WorkerContext, log: WorkerContext['log']): SyncDependencies {
  const { pool, openKey, reachProvider, workerId, env } = context;
  return {
    pool,
    openKey,
    reachProvider,
    workerId,
    onLeaseError: (err) => log.warn({ err }, 'lease_not_renewed'),
    async alsoCommit(tx: Tx, run: ClaimedRun) {
      const cause = { kind: 'run', runKind: run.kind, connectionId: run.connectionId } as const;
      const evaluated = await evaluateBudgets(tx, { orgId: run.orgId, cause }, { appUrl: env.APP_URL });
      const resolved = await resolveConnectionTrouble(tx, { ...sourceOf(context, run), at: run.clock.now() });
      if (evaluated.failed.length > 0) log.error({ failed: evaluated.failed }, 'budgets_not_told');
      if (evaluated.raised + evaluated.resolved + evaluated.cleared + resolved.ended > 0) log.info({ evaluated, resolved }, 'alerts_decided');
    },
  };
}

/** Failing to write the end is not fatal: the lease runs out and the run is handed out again. */
async function settle(context: WorkerContext, log: WorkerContext['log'], run: ClaimedRun, outcome: Ending, ms: number): Promise<void> {
  if (outcome.kind === 'gone') return;
  try {
    const inForce = await inTransaction(context.pool, async (tx) => {
      await holdFence(tx, run);
      const ended = await finishRun(tx, run, outcome, { calls: 0, rows: 0, notes: null });
      if (ended === 'dead' && outcome.kind === 'dead' && outcome.attention) await raiseConnectionTrouble(tx, { ...sourceOf(context, run), code: outcome.code, at: run.clock.now() });
      return ended;
    });
    log[inForce === 'dead' ? 'error' : 'info']({ outcome, in_force: inForce, ms }, 'run_settled');
  } catch (err) {
    log.error({ err, outcome }, 'run_not_settled');
  }
}

function sourceOf({ env }: WorkerContext, { orgId, connectionId, label, provider }: ClaimedRun) {
  return { orgId, connectionId, label, provider, appUrl: env.APP_URL };
}
