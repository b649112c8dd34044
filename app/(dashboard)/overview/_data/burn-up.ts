/** The month as a line that climbs: geometry in permille, made of exact sums. Nothing here is shown as a figure. */
import { addMonths, daysBetween, firstOfMonth, MS_PER_DAY, startOf } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { MonthEnd } from '#lib/usage/month-end.ts';
import type { DayTotal } from './spend-days.ts';

/** 0 to 1000 from the left and from the bottom. */
export interface Point {
  x: number;
  y: number;
}

export interface BurnUp {
  /** Billed so far, from the first of the month. */
  actual: Point[];
  /** The month before, whole; empty when it is not known. */
  before: Point[];
  end: { low: Point; expected: Point; high: Point };
  /** Height of the budget's line; null when there is none, or when it is too far away to be drawn. */
  budget: number | null;
}

export interface BurnUpInput {
  today: Day;
  dataThrough: Date;
  /** This month so far, in order. */
  days: readonly DayTotal[];
  /** The month before; empty when it is not known. */
  daysBefore: readonly DayTotal[];
  end: Extract<MonthEnd, { kind: 'projected' }>;
  budget: Money | null;
}

/** A budget this many times the ending would press the month into the bottom. */
const FARTHEST_BUDGET = 2n;

export function burnUp({ today, dataThrough, days, daysBefore, end, budget }: BurnUpInput): BurnUp {
  const first = firstOfMonth(today);
  const shownBudget = budget && budget.pico <= end.p90.pico * FARTHEST_BUDGET ? budget : null;
  const total = daysBefore.reduce((sum, { amount }) => sum.plus(amount), Money.zero(end.actual.currency));
  const highest = [end.p90, end.actual, total, ...(shownBudget ? [shownBudget] : [])].reduce((a, b) => (a.compare(b) >= 0 ? a : b));
  // Room above the highest line for its label.
  const whole = highest.scale(112n, 100n).pico;
  const y = ({ pico }: Money) => (whole <= 0n || pico <= 0n ? 0 : Number((pico * 1000n) / whole));
  const length = daysBetween(first, addMonths(first, 1));
  return {
    actual: climb(days, first, length, y, (day) => (day === today ? (dataThrough.getTime() - startOf(today).getTime()) / MS_PER_DAY : 1)),
    before: daysBefore.length > 0 ? climb(daysBefore, addMonths(first, -1), daysBetween(addMonths(first, -1), first), y, () => 1) : [],
    end: { low: { x: 1000, y: y(end.p10) }, expected: { x: 1000, y: y(end.expected) }, high: { x: 1000, y: y(end.p90) } },
    budget: shownBudget ? y(shownBudget) : null,
  };
}

/** @param lasted the part of the day that is in the figure, 0 to 1 */
function climb(days: readonly DayTotal[], first: Day, length: number, y: (amount: Money) => number, lasted: (day: Day) => number): Point[] {
  let [sum, points] = [days[0] ? Money.zero(days[0].amount.currency) : null, [{ x: 0, y: 0 }]];
  for (const { day, amount } of days) {
    sum = sum ? sum.plus(amount) : amount;
    const end = daysBetween(first, day) + Math.min(1, Math.max(0, lasted(day)));
    points = [...points, { x: Math.round((end * 1000) / length), y: y(sum) }];
  }
  return points;
}
