/**
 * Where the month will end: what is spent, plus for every day that is not over the median of its weekday among the last
 * 28 complete days. A median, because one burst should not be expected every week. Amounts are exact; only the band is
 * drawn from a sample, by a generator with a fixed seed, so that the same days always give the same band.
 */
import { addDays, addMonths, daysBetween, eachDay, firstOfMonth, MS_PER_DAY, startOf } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';

/** Days that the medians are taken from. */
export const WINDOW_DAYS = 28;
export const MIN_COMPLETE_DAYS = 3;
const MIN_OBSERVED_MS = 72 * 3_600_000;
/** Every weekday twice; with fewer days a weekday's median would be a single day. */
const MIN_DAYS_FOR_WEEKDAYS = 14;
const DRAWS = 400;

export interface MonthEndInput {
  /** A day of the month in question. */
  readonly today: Day;
  /** Billed spend by UTC day, from any day on, in any order. A day that is not listed is unknown, which is not zero. */
  readonly days: readonly { readonly day: Day; readonly amount: Money }[];
  /** Data is complete up to here. A day counts as complete when it ended before. */
  readonly dataThrough: Date;
  readonly currency: string;
}

export type MonthEnd =
  | {
      readonly kind: 'projected';
      readonly method: 'weekday_median' | 'linear';
      /** Spent so far, today's part included. */
      readonly actual: Money;
      readonly expected: Money;
      /** Eight of ten endings drawn from the same days lie between these two. */
      readonly p10: Money;
      readonly p90: Money;
      /** Complete days that it is based on. */
      readonly basedOnDays: number;
      /** Days of the month whose spend is expected, not known. */
      readonly expectedDays: number;
    }
  /** Every day of the month is known. */
  | { readonly kind: 'complete'; readonly actual: Money }
  /** Too little is known: fewer than 3 complete days since the first spend, or less than 72 hours. */
  | { readonly kind: 'insufficient'; readonly actual: Money; readonly completeDays: number };

/** @throws MoneyError when a day is in another currency. */
export function monthEnd(input: MonthEndInput): MonthEnd {
  const first = firstOfMonth(input.today);
  const month = eachDay(first, addMonths(first, 1));
  const known = new Map(input.days.map(({ day, amount }) => [day, amount]));
  const isComplete = (day: Day) => known.has(day) && startOf(addDays(day, 1)) <= input.dataThrough;

  const spent = (day: Day) => known.get(day) ?? Money.zero(input.currency);
  const actual = sum(month.map(spent), input.currency);
  const open = month.filter((day) => !isComplete(day));
  if (open.length === 0) return { kind: 'complete', actual };

  const history = recentDays(input, isComplete);
  const oldest = history[0];
  if (!oldest || history.length < MIN_COMPLETE_DAYS || input.dataThrough.getTime() - startOf(oldest.day).getTime() < MIN_OBSERVED_MS) {
    return { kind: 'insufficient', actual, completeDays: history.length };
  }

  const method = history.length >= MIN_DAYS_FOR_WEEKDAYS && everyWeekdayTwice(history) ? 'weekday_median' : 'linear';
  const like = (day: Day) => history.filter((h) => method === 'linear' || weekday(h.day) === weekday(day)).map((h) => h.amount);
  const settled = sum(month.filter(isComplete).map(spent), input.currency);
  const openDays: OpenDay[] = open.map((day) => ({ soFar: spent(day), like: like(day) }));
  const centre = method === 'linear' ? mean : median;
  const expected = openDays.reduce((total, { soFar, like: amounts }) => total.plus(larger(soFar, centre(amounts))), settled);
  const [p10, p90] = band(settled, openDays);
  return {
    kind: 'projected',
    method,
    actual,
    expected,
    // The sample can miss the centre: medians of bursty days add up to less than most endings.
    p10: smaller(p10, expected),
    p90: larger(p90, expected),
    basedOnDays: history.length,
    expectedDays: open.length,
  };
}

/** The complete days of the window, oldest first, without the zeros before the very first spend. */
function recentDays(input: MonthEndInput, isComplete: (day: Day) => boolean): { day: Day; amount: Money }[] {
  const complete = input.days.filter(({ day }) => isComplete(day)).sort((a, b) => (a.day < b.day ? -1 : 1));
  const newest = complete.at(-1)?.day;
  const firstSpend = complete.findIndex(({ amount }) => !amount.isZero());
  if (!newest || firstSpend < 0) return complete.slice(-WINDOW_DAYS);
  return complete.slice(firstSpend).filter(({ day }) => daysBetween(day, newest) < WINDOW_DAYS);
}

interface OpenDay {
  /** A day that has begun costs at least what it has cost, and is never counted twice. */
  readonly soFar: Money;
  /** What days like it have cost. */
  readonly like: readonly Money[];
}

/** p10 and p90 of endings in which every open day is drawn from the days like it. */
function band(settled: Money, openDays: readonly OpenDay[]): [Money, Money] {
  const next = generator();
  const choices = openDays.map(({ soFar, like }) => like.map((amount) => larger(soFar, amount).pico));
  const draw = () => choices.reduce((total, amounts) => total + (amounts[next() % amounts.length] as bigint), settled.pico);
  const draws = Array.from({ length: DRAWS }, draw).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (index: number) => Money.fromPico(draws[index] as bigint, settled.currency);
  return [at(DRAWS / 10 - 1), at(DRAWS - DRAWS / 10)];
}

/** xorshift32 from a fixed seed. It picks days; it never touches an amount. */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function everyWeekdayTwice(history: readonly { day: Day }[]): boolean {
  const counts = new Map<number, number>();
  for (const { day } of history) counts.set(weekday(day), (counts.get(weekday(day)) ?? 0) + 1);
  return counts.size === 7 && [...counts.values()].every((count) => count >= 2);
}

/** 0 to 6; which day is 0 does not matter. */
function weekday(day: Day): number {
  return (startOf(day).getTime() / MS_PER_DAY) % 7;
}

/** The middle amount, or the mean of the middle two. */
function median(amounts: readonly Money[]): Money {
  const sorted = [...amounts].sort((a, b) => a.compare(b));
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] as Money;
  return sorted.length % 2 === 1 ? upper : upper.plus(sorted[half - 1] as Money).scale(1n, 2n);
}

function mean(amounts: readonly Money[]): Money {
  return sum(amounts, (amounts[0] as Money).currency).scale(1n, BigInt(amounts.length));
}

function sum(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce((total, amount) => total.plus(amount), Money.zero(currency));
}

function larger(a: Money, b: Money): Money {
  return a.compare(b) >= 0 ? a : b;
}

function smaller(a: Money, b: Money): Money {
  return a.compare(b) <= 0 ? a : b;
}
