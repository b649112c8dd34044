/** A raised budget alert in words: enough to know in five seconds what happened, and below it enough to check it. */
import type { Raise } from '#lib/alerts/decide.ts';
import { topContributors } from '#lib/alerts/contributors.ts';
import type { Contribution } from '#lib/alerts/contributors.ts';
import { frame, joined, personName } from '#lib/alerts/describe-frame.ts';
import type { MailFrame } from '#lib/alerts/describe-frame.ts';
import { meterScale, thresholdText } from '#lib/alerts/meter-scale.ts';
import { providerDaysOf } from '#lib/alerts/period.ts';
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import { periodAdjective, periodLabel, periodRange } from '#lib/alerts/period-text.ts';
import { thresholdAmount } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import type { BudgetAlertContent, Fact, Tone } from '#lib/email/content.ts';
import { instantText, moneyText, moneyTexts, percentText } from '#lib/email/figures.ts';
import { oneLine } from '#lib/email/safe-text.ts';
import type { Money } from '#lib/money.ts';

export interface BudgetFacts {
  /** As its people named it. */
  readonly name: string;
  /** `all providers`, `OpenAI`, `OpenAI project web`. */
  readonly scope: string;
  readonly amount: Money;
  readonly thresholds: readonly Threshold[];
  readonly period: BudgetPeriod;
  /** The providers whose cost reports were read, by name. */
  readonly sources: readonly string[];
}

export interface AlertFacts extends MailFrame {
  readonly budget: BudgetFacts;
  readonly raise: Pick<Raise, 'threshold' | 'episode' | 'onConnect' | 'afterEnd'>;
  /** Lower thresholds that the same evaluation marked passed. */
  readonly passed: readonly Threshold[];
  readonly billed: Money;
  /** Estimated spend of the period that no bill covers yet; shown, never added. */
  readonly estimated: Money | null;
  readonly dataThrough: Date;
  /** Sources in scope that are blind, so the figures lack what they spent since. */
  readonly unknown: readonly { readonly source: string; readonly since: Date }[];
  readonly contributors: { readonly by: string; readonly list: readonly Contribution[] };
}

/** @throws UnsafeText when a name that a person gave holds a line break. */
export function describeAlert(facts: AlertFacts): BudgetAlertContent {
  const { budget, billed, raise } = facts;
  const name = personName(budget.name, "the budget's name");
  const headline = `${raise.episode > 0 ? 'Again: ' : ''}${crossing(name, facts)}`;
  const share = billed.basisPointsOf(budget.amount);
  const [spent, of] = moneyTexts(billed, budget.amount);
  const remaining = remainder(billed, budget);
  return {
    template: 'budget_alert',
    ...frame(facts, 'Open this alert'),
    subject: `${headline}: ${spent} of ${of}`,
    preheader: `${remaining}. Data through ${instantText(facts.dataThrough, budget.period.zone)}.`,
    tone: toneOf(billed, budget.amount),
    headline,
    covers: oneLine(`${capital(periodAdjective(budget.period.kind))} budget, ${budget.scope}`),
    spent,
    ofBudget: `of ${of}`,
    percent: share === null ? '' : percentText(share),
    remaining,
    meter: { ...meterScale(billed, budget.amount, budget.thresholds), description: `${spent} of ${of} spent` },
    cautions: cautions(facts),
    facts: ledgerFacts(facts),
    contributors: topContributors(facts.contributors.by, facts.contributors.list, billed),
    howComputed: howComputed(facts),
  };
}

/** Over from the whole budget on, near from three quarters, as the gauges of the pages. */
export function toneOf(billed: Money, budget: Money): Tone {
  if (billed.compare(budget) >= 0) return 'over';
  return (billed.basisPointsOf(budget) ?? 0n) >= 7_500n ? 'near' : 'calm';
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function crossing(name: string, { budget, billed, raise }: AlertFacts): string {
  const period = periodLabel(budget.period);
  if (billed.compare(budget.amount) > 0) return `${name} is over its ${period} budget`;
  if (billed.compare(budget.amount) === 0) return `${name} has used up its ${period} budget`;
  return `${name} passed ${thresholdText(raise.threshold)} of its ${period} budget`;
}

function remainder(billed: Money, { amount, period }: BudgetFacts): string {
  const left = amount.minus(billed);
  if (left.isNegative()) return `${moneyText(billed.minus(amount))} over`;
  return left.isZero() ? 'nothing left' : `${moneyText(left)} left until ${periodRange({ ...period, firstDay: period.lastDay })}`;
}

function cautions({ raise, unknown, budget }: AlertFacts): string[] {
  const { zone } = budget.period;
  return [
    ...(raise.onConnect ? ['Found while loading the history of a newly connected key, so the threshold itself may have been passed earlier.'] : []),
    ...(raise.afterEnd ? [`The period is over: its last days were reported by the provider only now.`] : []),
    ...unknown.map(({ source, since }) => `${oneLine(source)} is unknown since ${instantText(since, zone)}. What it spent after that is not in these figures.`),
  ];
}

function ledgerFacts({ budget, raise, passed, estimated, dataThrough }: AlertFacts): Fact[] {
  const { period } = budget;
  const zone = period.zone === 'UTC' ? 'UTC' : period.zone;
  const also = passed.length > 0 ? `, ${joined(passed.map(thresholdText))} passed at the same time` : '';
  const target = 'basisPoints' in raise.threshold ? ` (${moneyText(thresholdAmount(raise.threshold, budget.amount))})` : '';
  return [
    { label: 'Period', value: `${periodRange(period)}, ${zone}` },
    { label: 'Threshold', value: `${thresholdText(raise.threshold)}${target}${also}` },
    { label: 'Data through', value: instantText(dataThrough, period.zone) },
    { label: 'Kind', value: 'Billed, from the providers’ own cost reports' },
    ...(estimated && !estimated.isZero() ? [{ label: 'Not counted', value: `${moneyText(estimated)} estimated and not billed yet` }] : []),
  ];
}

function howComputed({ budget, billed, raise }: AlertFacts): string[] {
  const { period } = budget;
  const [spent, of] = moneyTexts(billed, budget.amount);
  const share = billed.basisPointsOf(budget.amount);
  const [, target] = moneyTexts(billed, thresholdAmount(raise.threshold, budget.amount));
  return [
    `The billed amounts of ${joined(budget.sources.map((source) => oneLine(source)))} for each UTC day of the ${periodAdjective(period.kind)} period add up to ${spent}.`,
    ...(share === null ? [] : [`${spent} of ${of} is ${percentText(share)}, cut to one decimal.`]),
    `A threshold is reached by its exact amount or more; this one is ${target}.`,
    ...(providerDaysOf(period).edges.length > 0 ? [`Providers count in UTC days, which begin and end at other hours than days in ${period.zone}, so the first and last day of the period are estimated at the edges.`] : []),
    'Providers may correct a bill for some days. If a correction takes spend below the threshold, you get one mail that says so.',
  ];
}
