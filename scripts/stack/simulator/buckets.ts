/** Cutting time into buckets, and the world into what fell into one bucket. Instants are Unix seconds. */
import { type Day, addDays, dayOf, unixSeconds } from '#lib/day.ts';
import { SECONDS_PER_DAY, type StreamDay } from './stream.ts';
import { type ProviderWorld, type World, firstDay } from './world.ts';

export const WIDTHS = ['1m', '1h', '1d'] as const;
export type Width = (typeof WIDTHS)[number];
export const WIDTH_SECONDS: Record<Width, number> = { '1m': 60, '1h': 3600, '1d': SECONDS_PER_DAY };

/** Inclusive start, exclusive end. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Buckets of `[start, end)` that end at whole minutes, hours or UTC days. The first begins at `start` itself, aligned or
 * not, and the last ends at `end` itself.
 */
export function cutIntoBuckets(start: number, end: number, width: Width, limit: number): Span[] {
  const buckets: Span[] = [];
  const step = WIDTH_SECONDS[width];
  for (let at = start; at < end && buckets.length < limit; ) {
    const next = Math.min((Math.floor(at / step) + 1) * step, end);
    buckets.push({ start: at, end: next });
    at = next;
  }
  return buckets;
}

/** One stream's day and the seconds of it that lie in a span. */
export interface Slice {
  streamDay: StreamDay;
  from: number;
  to: number;
}

/** Everything of the world within a span, as far as it has happened and is still remembered. */
export function slicesOf(world: World, provider: ProviderWorld<unknown>, span: Span, now: Date): Slice[] {
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const start = Math.max(span.start, unixSeconds(firstDay(world, now)));
  const end = Math.min(span.end, nowSeconds);
  const slices: Slice[] = [];
  for (let d = dayOf(new Date(start * 1000)); unixSeconds(d) < end; d = addDays(d, 1)) {
    const { from, to } = secondsWithin(d, start, end);
    for (const streamDay of provider.streamDays(d)) slices.push({ streamDay, from, to });
  }
  return slices;
}

function secondsWithin(d: Day, start: number, end: number): { from: number; to: number } {
  const midnight = unixSeconds(d);
  return { from: Math.max(0, start - midnight), to: Math.min(SECONDS_PER_DAY, end - midnight) };
}

/** The values of the asked dimensions, null for all others, as one text: equal texts are one row of a report. */
export function groupKey(values: ReadonlyArray<string | boolean | null>): string {
  return JSON.stringify(values);
}

/** Whether a stream passes filters by dimension; an absent or empty filter lets everything pass. */
export function passes(dimensions: Readonly<Record<string, string | boolean | null>>, filters: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(filters).every(([dimension, wanted]) => {
    const value = dimensions[dimension];
    return wanted.length === 0 || (value !== null && value !== undefined && wanted.includes(String(value)));
  });
}
