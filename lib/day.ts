/**
 * A provider's day is a UTC day, always. `Day` is `YYYY-MM-DD`; arithmetic goes through `Date.UTC`, so that the zone
 * of the machine and its summer time cannot move a boundary.
 */
export type Day = string & { readonly __day: unique symbol };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
export const MS_PER_DAY = 86_400_000;

/** @throws RangeError when the text is not a real calendar day. */
export function day(text: string): Day {
  if (!DAY.test(text) || new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) !== text) {
    throw new RangeError(`not a calendar day: ${text.slice(0, 20)}`);
  }
  return text as Day;
}

export function dayOf(instant: Date): Day {
  return instant.toISOString().slice(0, 10) as Day;
}

/** 00:00:00 UTC of the day. */
export function startOf(d: Day): Date {
  return new Date(`${d}T00:00:00Z`);
}

export function addDays(d: Day, count: number): Day {
  return dayOf(new Date(startOf(d).getTime() + count * MS_PER_DAY));
}

/** Whole days from `from` to `to`, negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((startOf(to).getTime() - startOf(from).getTime()) / MS_PER_DAY);
}

/** Every day of `[from, to)`. */
export function eachDay(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let d = from; d < to; d = addDays(d, 1)) days.push(d);
  return days;
}

/** Unix seconds of the day's start, the form OpenAI's endpoints take. */
export function unixSeconds(d: Day): number {
  return startOf(d).getTime() / 1000;
}

export function firstOfMonth(d: Day): Day {
  return `${d.slice(0, 7)}-01` as Day;
}

export function addMonths(first: Day, count: number): Day {
  const [year = 0, month = 1] = first.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, month - 1 + count, 1)));
}
