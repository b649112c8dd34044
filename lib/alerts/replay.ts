/**
 * When a budget would have spoken over days that are known: the preview before it is saved. It asks the same question as
 * an evaluation does, day by day.
 */
import { inOrder, reaches, thresholdKey } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';

export interface Crossing {
  readonly threshold: Threshold;
  /** The first day whose end saw it reached; null = not within these days. */
  readonly day: Day | null;
}

/** @param days of one whole period, in order. Lowest threshold first. */
export function replay(budget: { amount: Money; thresholds: readonly Threshold[] }, days: readonly { day: Day; amount: Money }[]): Crossing[] {
  const thresholds = inOrder(budget.thresholds, budget.amount);
  const crossed = new Map<string, Day>();
  let spent = Money.zero(budget.amount.currency);
  for (const { day, amount } of days) {
    spent = spent.plus(amount);
    for (const threshold of thresholds) {
      const key = thresholdKey(threshold);
      if (!crossed.has(key) && reaches(spent, budget.amount, threshold)) crossed.set(key, day);
    }
  }
  return thresholds.map((threshold) => ({ threshold, day: crossed.get(thresholdKey(threshold)) ?? null }));
}
