/** A stored budget as the form edits it. Pure. */
import type { BudgetRow } from '#lib/alerts/read-alerts.ts';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import type { BudgetDraft } from '../_sections/budget-form.tsx';

/** @param scopeName what it covers, in words */
export function draftOf(budget: BudgetRow, scopeName: string): BudgetDraft {
  const read = budget.thresholds.map((stored) => ({ stored, threshold: parseThreshold(stored) }));
  return {
    id: budget.id,
    name: budget.name,
    amount: budget.amount.toDecimal(),
    // Only these two can be replayed from daily spend by provider.
    scope: budget.scopeKind === 'organization' ? 'organization' : budget.scopeKind === 'provider' ? budget.scopeRef : 'elsewhere',
    scopeName,
    period: budget.period,
    percents: read.flatMap(({ threshold }) => (threshold && 'basisPoints' in threshold ? [percentText(threshold.basisPoints)] : [])),
    amountThresholds: read.flatMap(({ stored, threshold }) => (threshold && 'amount' in threshold ? [stored] : [])),
  };
}

/** 8000 -> `80`, 3333 -> `33.33` */
function percentText(basisPoints: number): string {
  return String(basisPoints / 100);
}
