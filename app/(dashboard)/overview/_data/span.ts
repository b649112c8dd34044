/** The spans of days that the page shows, and what each is compared with. A day is a UTC day. */
import { shortDay } from '#app/_components/time-format.ts';
import { addDays, addMonths, daysBetween, firstOfMonth } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import type { DayRange } from '#lib/usage/read-spend.ts';

export const SPAN_NAMES = ['month', '30d', '90d'] as const;
export type SpanName = (typeof SPAN_NAMES)[number];

export interface Span extends DayRange {
  name: SpanName;
  /** Exclusive end of the axis: a month is drawn whole, days to come included. */
  axisTo: Day;
  /**
   * Like with like: the complete days of the span and as many days before it. The day under way is left out, because it
   * has no counterpart yet. null while no day is complete.
   */
  comparison: { now: DayRange; before: DayRange } | null;
}

export function spanNameOf(text: string | undefined): SpanName {
  return SPAN_NAMES.find((name) => name === text) ?? 'month';
}

/**
 * @param completeTo exclusive: days before it are over and were read after their end; null when nothing was read
 */
export function spanOf(name: SpanName, today: Day, completeTo: Day | null): Span {
  const to = addDays(today, 1);
  if (name !== 'month') {
    const from = addDays(today, 1 - (name === '30d' ? 30 : 90));
    const length = completeDays(from, today, completeTo);
    return { name, from, to, axisTo: to, comparison: comparisonOf(from, addDays(from, -length), length) };
  }
  const from = firstOfMonth(today);
  const monthBefore = addMonths(from, -1);
  // A shorter month before it has no 31st to compare with.
  const length = Math.min(completeDays(from, today, completeTo), daysBetween(monthBefore, from));
  return { name, from, to, axisTo: addMonths(from, 1), comparison: comparisonOf(from, monthBefore, length) };
}

function completeDays(from: Day, today: Day, completeTo: Day | null): number {
  if (completeTo === null) return 0;
  return Math.max(0, daysBetween(from, completeTo < today ? completeTo : today));
}

function comparisonOf(from: Day, beforeFrom: Day, length: number): Span['comparison'] {
  if (length === 0) return null;
  return { now: { from, to: addDays(from, length) }, before: { from: beforeFrom, to: addDays(beforeFrom, length) } };
}

/** `1–19 Nov`, `28 Oct – 19 Nov`, `21 Dec 2025 – 19 Jan 2026`, `1 Nov`. The last day is included. */
export function rangeText({ from, to }: DayRange): string {
  const last = addDays(to, -1);
  if (from === last) return shortDay(from);
  if (from.slice(0, 4) !== last.slice(0, 4)) return `${shortDay(from)} ${from.slice(0, 4)} – ${shortDay(last)} ${last.slice(0, 4)}`;
  if (from.slice(0, 7) !== last.slice(0, 7)) return `${shortDay(from)} – ${shortDay(last)}`;
  return `${Number(from.slice(8))}–${shortDay(last)}`;
}
