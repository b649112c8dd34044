/** Every budget with where it stands, in two reads however many there are. */
import type { SourceRow } from '#lib/connections/read-connections.ts';
import type { Ctx } from '#lib/ctx.ts';
import { readBudgets, readBudgetSpends } from '#lib/alerts/read-alerts.ts';
import type { BudgetSpend } from '#lib/alerts/read-alerts.ts';
import { isBlind } from '../_sources/freshness.ts';
import type { ScopeSource } from './budget-scope.ts';
import { budgetView, planOf } from './budget-view.ts';
import type { BudgetPlan, BudgetView } from './budget-view.ts';

/** A budget with its period and what was billed in it. */
export interface BudgetStanding {
  plan: BudgetPlan;
  spend: BudgetSpend | undefined;
}

/** In the order they were made. @throws AppError */
export async function readStandings(ctx: Ctx): Promise<BudgetStanding[]> {
  const plans = (await readBudgets(ctx)).map(planOf);
  const spends = await readBudgetSpends(ctx, plans);
  return plans.map((plan) => ({ plan, spend: spends.get(plan.budget.id) }));
}

/** @param sources tell what a budget covers, and what is missing in its figure */
export function viewsOf(standings: readonly BudgetStanding[], sources: readonly SourceRow[]): BudgetView[] {
  const covered = sources.map(scopeSource);
  return standings.map(({ plan, spend }) => budgetView(plan, spend, covered));
}

export function scopeSource(source: SourceRow): ScopeSource {
  const { connection_id: connectionId, provider, label, data_through: through } = source;
  return { connectionId, provider, label, blind: isBlind(source), unknownSince: through ? new Date(through) : null };
}
