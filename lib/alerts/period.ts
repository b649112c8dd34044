/**
 * A budget's period is derived from its kind, its zone and an instant: `[start, end)`. It is never a counter that is
 * reset, so a late or repeated evaluation lands in the same period. Local midnights come from Temporal, because
 * summer time makes days of 23 and 25 hours and some zones have days without a midnight.
 */
import { Temporal } from 'temporal-polyfill';
import { day, dayOf, eachDay, startOf, addDays } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';

export const PERIOD_KINDS = ['day', 'week', 'month', 'quarter'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface BudgetPeriod {
  readonly kind: PeriodKind;
  /** IANA name, e.g. `UTC`, `Europe/Madrid`. */
  readonly zone: string;
  readonly start: Date;
  /** Exclusive. */
  readonly end: Date;
  /** The first local calendar day, e.g. `2026-11-01`. */
  readonly firstDay: Day;
  /** The last local calendar day that belongs to it. */
  readonly lastDay: Day;
}

/** The part of a UTC day that lies in a period whose zone is not UTC. */
export interface EdgeDay {
  readonly day: Day;
  readonly from: Date;
  readonly to: Date;
}

/** True for an IANA name this runtime knows. Offsets like `+02:00` have no summer time and are refused. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(text)) return false;
  try {
    return Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * The period that holds the instant.
 * @throws RangeError for a zone that `isTimeZone` refuses.
 */
export function periodAt(kind: PeriodKind, zone: string, instant: Date): BudgetPeriod {
  if (!isTimeZone(zone)) throw new RangeError('not an IANA time zone');
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const first = firstDayOf(kind, local);
  const period = build(kind, zone, first);
  // Clocks set back across midnight repeat the end of a day whose successor has already begun.
  return instant < period.end ? period : build(kind, zone, first.add(lengthOf(kind)));
}

export function nextPeriod(period: BudgetPeriod): BudgetPeriod {
  return periodAt(period.kind, period.zone, period.end);
}

export function previousPeriod(period: BudgetPeriod): BudgetPeriod {
  return periodAt(period.kind, period.zone, new Date(period.start.getTime() - 1));
}

/** Every period that overlaps the UTC days `[from, to)`, oldest first: what a run over these days must evaluate. */
export function periodsTouched(kind: PeriodKind, zone: string, from: Day, to: Day): BudgetPeriod[] {
  const periods: BudgetPeriod[] = [];
  const end = startOf(to);
  for (let p = periodAt(kind, zone, startOf(from)); p.start < end; p = nextPeriod(p)) periods.push(p);
  return from < to ? periods : [];
}

/**
 * Which of the providers' UTC days a period is made of. In UTC all are whole. Elsewhere the first and last are cut,
 * and their share must be split by hourly usage and labelled "estimated at the edges".
 */
export function providerDaysOf(period: BudgetPeriod): { whole: Day[]; edges: EdgeDay[] } {
  const whole: Day[] = [];
  const edges: EdgeDay[] = [];
  const last = dayOf(new Date(period.end.getTime() - 1));
  for (const d of eachDay(dayOf(period.start), addDays(last, 1))) {
    const from = later(startOf(d), period.start);
    const to = earlier(startOf(addDays(d, 1)), period.end);
    if (from.getTime() === startOf(d).getTime() && to.getTime() === startOf(addDays(d, 1)).getTime()) whole.push(d);
    else edges.push({ day: d, from, to });
  }
  return { whole, edges };
}

function build(kind: PeriodKind, zone: string, first: Temporal.PlainDate): BudgetPeriod {
  const next = first.add(lengthOf(kind));
  return {
    kind,
    zone,
    start: midnight(first, zone),
    end: midnight(next, zone),
    firstDay: day(first.toString()),
    lastDay: day(next.subtract({ days: 1 }).toString()),
  };
}

function firstDayOf(kind: PeriodKind, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (kind) {
    case 'day':
      return date;
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 });
    case 'month':
      return date.with({ day: 1 });
    case 'quarter':
      return date.with({ month: date.month - ((date.month - 1) % 3), day: 1 });
  }
}

function lengthOf(kind: PeriodKind): { days: number } | { months: number } {
  return kind === 'day' ? { days: 1 } : kind === 'week' ? { days: 7 } : { months: kind === 'month' ? 1 : 3 };
}

/** The first instant of a local day, which is not 00:00 where summer time begins at midnight. */
function midnight(date: Temporal.PlainDate, zone: string): Date {
  return new Date(date.toZonedDateTime(zone).epochMilliseconds);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
