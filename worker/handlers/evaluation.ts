/** An organisation whose budgets were made or changed. */
import { evaluateBudgets } from '#lib/alerts/evaluate.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { WorkerContext } from '#worker/context.ts';

export async function handleEvaluation({ pool, env, log }: WorkerContext, orgId: string): Promise<void> {
  const evaluated = await inTransaction(pool, (tx) => evaluateBudgets(tx, { orgId, cause: { kind: 'edit' } }, { appUrl: env.APP_URL }));
  if (evaluated.failed.length > 0) log.error({ org: orgId, failed: evaluated.failed }, 'budgets_not_told');
  log.info({ org: orgId, evaluated }, 'budgets_evaluated');
}
