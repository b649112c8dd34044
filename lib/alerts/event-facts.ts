/**
 * What an alert said when it was raised, kept with it: the page shows it months later, when the budget was renamed and
 * the bill corrected. All texts; amounts are exact decimals, instants ISO 8601.
 */
import type { AlertFacts } from '#lib/alerts/describe-alert.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import { periodLabel, periodRange } from '#lib/alerts/period-text.ts';
import type { BudgetAlertContent } from '#lib/email/content.ts';
import { percentText } from '#lib/email/figures.ts';
import type { Money } from '#lib/money.ts';

export interface BudgetEventFacts {
  readonly headline: string;
  readonly budget: string;
  readonly scope: string;
  readonly period: string;
  readonly period_range: string;
  readonly zone: string;
  readonly amount: string;
  readonly budget_amount: string;
  readonly currency: string;
  /** `82.4%`; empty for a budget of zero. */
  readonly percent: string;
  readonly threshold: string;
  /** Lower thresholds that the same evaluation marked passed. */
  readonly passed: readonly string[];
  readonly kind: 'billed';
  readonly data_through: string;
  readonly sources: readonly string[];
  readonly unknown: readonly { readonly source: string; readonly since: string }[];
  readonly contributors: readonly { readonly name: string; readonly amount: string; readonly share: string }[];
  readonly on_connect: boolean;
  readonly after_end: boolean;
  readonly estimated_at_edges: boolean;
  readonly how_computed: readonly string[];
  /** Path below the app's address. */
  readonly link: string;
}

export function budgetEventFacts(facts: AlertFacts, content: BudgetAlertContent, more: { link: string; estimatedAtEdges: boolean }): BudgetEventFacts {
  const { budget, billed, raise } = facts;
  const share = billed.basisPointsOf(budget.amount);
  return {
    headline: content.headline,
    budget: budget.name,
    scope: budget.scope,
    period: periodLabel(budget.period),
    period_range: periodRange(budget.period),
    zone: budget.period.zone,
    amount: billed.toDecimal(),
    budget_amount: budget.amount.toDecimal(),
    currency: billed.currency,
    percent: share === null ? '' : percentText(share),
    threshold: thresholdText(raise.threshold),
    passed: facts.passed.map(thresholdText),
    kind: 'billed',
    data_through: facts.dataThrough.toISOString(),
    sources: budget.sources,
    unknown: facts.unknown.map(({ source, since }) => ({ source, since: since.toISOString() })),
    contributors: topThree(facts, billed),
    on_connect: raise.onConnect,
    after_end: raise.afterEnd,
    estimated_at_edges: more.estimatedAtEdges,
    how_computed: content.howComputed,
    link: more.link,
  };
}

/** Exact amounts, where the mail's table has rounded ones. */
function topThree({ contributors }: AlertFacts, billed: Money): BudgetEventFacts['contributors'] {
  const ordered = [...contributors.list].sort((a, b) => b.amount.compare(a.amount));
  return ordered.slice(0, 3).map(({ name, amount }) => {
    const share = amount.basisPointsOf(billed);
    return { name, amount: amount.toDecimal(), share: share === null ? '' : percentText(share) };
  });
}
