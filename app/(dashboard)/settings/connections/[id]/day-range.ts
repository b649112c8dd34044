/** The days of a run as people read them: both ends included, the year once. */
import { shortDay } from '#app/_components/time-format.ts';
import { addDays, day, daysBetween } from '#lib/day.ts';

interface Window {
  window_from: string;
  /** Exclusive. */
  window_to: string;
}

export function wholeDays({ window_from: from, window_to: to }: Window): number {
  return daysBetween(day(from), day(to));
}

/** `18 to 20 Nov`, `28 Oct to 3 Nov`, `20 Nov` for one day. */
export function dayRange({ window_from: from, window_to: to }: Window): string {
  const last = addDays(day(to), -1);
  if (last === from) return shortDay(from);
  return from.slice(0, 7) === last.slice(0, 7) ? `${Number(from.slice(8))} to ${shortDay(last)}` : `${shortDay(from)} to ${shortDay(last)}`;
}
