/** Every budget with where it stands, in two reads however many there are. */
import type { SourceRow } from '#lib/connections/read-connections.ts';
import type { Ctx } from '#lib/ctx.ts';
import { readBudgets, readBudgetSpends } from '#lib/alerts/read-alerts.ts';
import { isBlind } from '../_sources/freshness.ts';
import type { ScopeSource } from './budget-scope.ts';
import { budgetView, planOf } from './budget-view.ts';
import type { BudgetView } from './budget-view.ts';

/** In the order they were made. @throws AppError */
export async function loadBudgets(ctx: Ctx, sources: readonly SourceRow[]): Promise<BudgetView[]> {
  const plans = (await readBudgets(ctx)).map(planOf);
  const spends = await readBudgetSpends(ctx, plans);
  const covered = sources.map(scopeSource);
  return plans.map((plan) => budgetView(plan, spends.get(plan.budget.id), covered));
}

export function scopeSource(source: SourceRow): ScopeSource {
  const { connection_id: connectionId, provider, label, data_through: through } = source;
  return { connectionId, provider, label, blind: isBlind(source), unknownSince: through ? new Date(through) : null };
}
