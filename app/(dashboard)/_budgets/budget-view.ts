/** A budget as pages show it: where it stands now, in figures and in words. Pure. */
import { providerName } from '#app/_components/provider-look.ts';
import { providerDays } from '#lib/alerts/budget-days.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import { isTimeZone, periodAt } from '#lib/alerts/period.ts';
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import { periodRange } from '#lib/alerts/period-text.ts';
import type { BudgetRow, BudgetSpend } from '#lib/alerts/read-alerts.ts';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import { inOrder, reaches, thresholdAmount } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import type { Day } from '#lib/day.ts';
import { instantText, moneyText, moneyTexts } from '#lib/email/figures.ts';
import type { Money } from '#lib/money.ts';
import { budgetScope, isInScope } from './budget-scope.ts';
import type { ScopeSource } from './budget-scope.ts';

export type BudgetState = 'over' | 'near' | 'calm' | 'unknown';

export interface BudgetView {
  id: string;
  name: string;
  /** `All providers`, `OpenAI`, `OpenAI “Main”`, `Model gpt-6` */
  scope: string;
  /** On everything, by calendar month in UTC: what the whole month is held against. */
  wholeMonth: boolean;
  period: BudgetPeriod;
  amount: Money;
  /** null = unknown, which is not zero. */
  billed: Money | null;
  basisPoints: number | null;
  thresholds: Threshold[];
  /** Where the gauge has its ticks, in percent of the budget. */
  ticks: number[];
  state: BudgetState;
  /** `$402.10 of $500.00` */
  figures: string;
  /** What it means, in words. */
  sentence: string;
  /** What is not in the figure, each a sentence. */
  cautions: string[];
  dataThrough: Date | null;
  settingsChangedAt: Date;
}

export interface BudgetPlan {
  budget: BudgetRow;
  period: BudgetPeriod;
  from: Day;
  /** Exclusive. */
  to: Day;
}

/** The period that a budget is in now, and the providers' days that belong to it. */
export function planOf(budget: BudgetRow): BudgetPlan {
  const period = periodAt(budget.period, isTimeZone(budget.zone) ? budget.zone : 'UTC', budget.databaseNow);
  const { from, to } = providerDays(period);
  return { budget, period, from, to };
}

export function budgetView({ budget, period }: BudgetPlan, spend: BudgetSpend | undefined, sources: readonly ScopeSource[]): BudgetView {
  const billed = spend?.billed ?? null;
  const thresholds = inOrder(budget.thresholds.flatMap((text) => parseThreshold(text) ?? []), budget.amount);
  const basisPoints = billed?.basisPointsOf(budget.amount) ?? null;
  const covered = sources.filter((source) => isInScope(budget, source));
  const view = { id: budget.id, name: budget.name, scope: budgetScope(budget, sources), wholeMonth: budget.scopeKind === 'organization' && budget.period === 'month' && period.zone === 'UTC', period, amount: budget.amount, billed, thresholds, dataThrough: spend?.dataThrough ?? null, settingsChangedAt: budget.settingsChangedAt };
  return {
    ...view,
    basisPoints: basisPoints === null ? null : Number(basisPoints),
    ticks: thresholds.flatMap((t) => ticksOf(t, budget.amount)),
    state: stateOf(view, basisPoints),
    figures: billed ? moneyTexts(billed, budget.amount).join(' of ') : `Unknown, of ${moneyText(budget.amount)}`,
    sentence: sentenceOf(view),
    cautions: cautionsOf(view, spend, covered),
  };
}

function stateOf({ billed, amount }: Pick<BudgetView, 'billed' | 'amount'>, basisPoints: bigint | null): BudgetState {
  if (billed === null) return 'unknown';
  if (billed.compare(amount) >= 0) return 'over';
  return (basisPoints ?? 0n) >= 7_500n ? 'near' : 'calm';
}

type Standing = Pick<BudgetView, 'billed' | 'amount' | 'thresholds' | 'period'>;

function sentenceOf({ billed, amount, thresholds, period }: Standing): string {
  const until = periodRange({ ...period, firstDay: period.lastDay });
  if (billed === null) return 'Nothing has been read for it yet, so what is spent is unknown.';
  if (billed.compare(amount) > 0) return `${moneyText(billed.minus(amount))} over, with the period running until ${until}.`;
  if (billed.compare(amount) === 0) return `Used up to the cent; the period runs until ${until}.`;
  const passed = thresholds.findLast((t) => reaches(billed, amount, t));
  const next = thresholds.find((t) => !reaches(billed, amount, t));
  const left = `${moneyText(amount.minus(billed))} left until ${until}.`;
  if (passed) return `Passed ${thresholdText(passed)}. ${left}`;
  return next ? `${left} The first warning comes at ${thresholdText(next)}.` : left;
}

function cautionsOf({ period }: Pick<BudgetView, 'period'>, spend: BudgetSpend | undefined, covered: readonly ScopeSource[]): string[] {
  return [
    ...(spend?.loading ? ['Days of this period are still being read, so the figure will grow.'] : []),
    ...covered.filter(({ blind }) => blind).map(({ provider, label, unknownSince }) => {
      const name = `${providerName(provider)} “${label}”`;
      return unknownSince ? `${name} is unknown since ${instantText(unknownSince, 'UTC')}; what it spent after that is not in this figure.` : `${name} was never read, so nothing of it is in this figure.`;
    }),
    ...(period.zone === 'UTC' ? [] : [`Providers count days in UTC, so the first and last day of a period in ${period.zone} are estimated at the edges.`]),
  ];
}

function ticksOf(threshold: Threshold, amount: Money): number[] {
  if ('basisPoints' in threshold) return [threshold.basisPoints / 100];
  const share = thresholdAmount(threshold, amount).basisPointsOf(amount);
  return share === null ? [] : [Number(share) / 100];
}
