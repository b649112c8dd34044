/** A correction by the provider took spend back below a threshold that had been told. */
import type { Resolve } from '#lib/alerts/decide.ts';
import type { BudgetFacts } from '#lib/alerts/describe-alert.ts';
import { frame, joined, personName } from '#lib/alerts/describe-frame.ts';
import type { MailFrame } from '#lib/alerts/describe-frame.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import { periodLabel, periodRange } from '#lib/alerts/period-text.ts';
import { thresholdAmount } from '#lib/alerts/thresholds.ts';
import type { AlertResolvedContent } from '#lib/email/content.ts';
import { instantText, moneyText, moneyTexts, percentText } from '#lib/email/figures.ts';
import { oneLine } from '#lib/email/safe-text.ts';

export interface ResolvedFacts extends MailFrame {
  readonly budget: BudgetFacts;
  readonly resolve: Pick<Resolve, 'threshold' | 'from' | 'to'>;
  readonly raisedAt: Date;
  readonly dataThrough: Date;
}

/** @throws UnsafeText when a name that a person gave holds a line break. */
export function describeResolved(facts: ResolvedFacts): AlertResolvedContent {
  const { budget, resolve } = facts;
  const { period } = budget;
  const name = personName(budget.name, "the budget's name");
  const threshold = thresholdText(resolve.threshold);
  const target = thresholdAmount(resolve.threshold, budget.amount);
  const [to, targetText] = moneyTexts(resolve.to, target);
  const [from] = moneyTexts(resolve.from, resolve.to);
  const share = resolve.to.basisPointsOf(budget.amount);
  const headline = `${name} is back below ${threshold} of its ${periodLabel(period)} budget`;
  return {
    template: 'alert_resolved',
    ...frame(facts, 'Open this alert'),
    subject: `Resolved: ${name} restated from ${from} to ${to}, below ${threshold}`,
    preheader: `The provider corrected its bill from ${from} to ${to}.`,
    tone: 'good',
    headline,
    lead: `The provider corrected what it had billed, so the alert of ${instantText(facts.raisedAt, period.zone)} no longer holds. There is nothing you need to do.`,
    before: { label: 'Was', value: from },
    after: { label: 'Is now', value: to },
    facts: [
      { label: 'Budget', value: `${moneyText(budget.amount)}, ${oneLine(budget.scope)}` },
      { label: 'Spent', value: share === null ? to : `${to}, ${percentText(share)} of the budget` },
      { label: 'Threshold', value: 'basisPoints' in resolve.threshold ? `${threshold} (${targetText})` : targetText },
      { label: 'Period', value: `${periodRange(period)}, ${period.zone}` },
      { label: 'Data through', value: instantText(facts.dataThrough, period.zone) },
      { label: 'Kind', value: 'Billed, from the providers’ own cost reports' },
    ],
    howComputed: [
      `The days of the period were read again from ${joined(budget.sources.map((source) => oneLine(source)))} and replaced; the difference is kept and can be seen on the alert’s page.`,
      'If spend crosses the same threshold again in this period, you get a new mail 24 hours after the first one at the earliest, or at once when it is 10 points of the budget more.',
    ],
  };
}
