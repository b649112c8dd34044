/** Where the month will end, and how that stands to last month and to the budgets of the whole month. */
import { addDays, addMonths, firstOfMonth } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import type { Money } from '#lib/money.ts';
import { monthEnd } from '#lib/usage/month-end.ts';
import type { MonthEnd } from '#lib/usage/month-end.ts';
import type { DayRange } from '#lib/usage/read-spend.ts';
import { knownParts, knownTotals, sumOf, unknownDays } from './spend-days.ts';
import type { DayTotal, SpendDays } from './spend-days.ts';

export interface MonthOutlook {
  today: Day;
  dataThrough: Date;
  end: MonthEnd;
  lastDay: Day;
  /** What is known of each day of this month so far, in order. */
  days: DayTotal[];
  /** The whole month before; null when a day of it is unknown. */
  lastMonth: { range: DayRange; amount: Money; days: DayTotal[] } | null;
  /** Days of this month, before today, for which a provider has not answered: what they cost is expected, not known. */
  unknownDays: number;
}

/** @param historyFrom the first day that was asked for. null: nothing was ever read, so nothing can be expected. */
export function monthOutlook(days: SpendDays, historyFrom: Day, dataThrough: Date | null): MonthOutlook | null {
  if (!dataThrough) return null;
  const first = firstOfMonth(days.today);
  const before: DayRange = { from: addMonths(first, -1), to: first };
  const isKnown = days.providers.every((provider) => unknownDays(days, before, provider).length === 0);
  const gaps = new Set(days.providers.flatMap((provider) => unknownDays(days, { from: first, to: days.today }, provider)));
  const tomorrow = addDays(days.today, 1);
  return {
    today: days.today,
    dataThrough,
    end: monthEnd({ today: days.today, days: knownTotals(days, { from: historyFrom, to: tomorrow }), dataThrough, currency: days.currency }),
    lastDay: addDays(addMonths(first, 1), -1),
    days: knownParts(days, { from: first, to: tomorrow }),
    lastMonth: isKnown ? { range: before, amount: sumOf(days, before, 'billed'), days: knownTotals(days, before) } : null,
    unknownDays: gaps.size,
  };
}
