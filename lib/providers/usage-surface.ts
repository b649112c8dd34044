/** One usage surface: its daily and hourly part, its coverage, and what happens when it is closed to this organisation. */
import { dayOf, type Day } from '#lib/day.ts';
import { coveredDays, splitByWidth, type Bucket, type BucketWidth } from './buckets.ts';
import { closedEndpoint } from './closed-endpoint.ts';
import type { SurfaceReading, UsageFact } from './contract.ts';
import { mergeUsage } from './merge.ts';
import type { Notes } from './notes.ts';

export interface UsageOptions {
  from: Day;
  /** Exclusive. */
  to: Day;
  hourlyFrom: Day;
  now: Date;
  notes: Notes;
}

export interface UsagePart {
  width: BucketWidth;
  from: Day;
  to: Day;
}

/** null when the surface is closed to this organisation, which is noted; its days then stay as they were. */
export async function orNoted(surface: string, notes: Notes, read: () => Promise<SurfaceReading<UsageFact>>): Promise<SurfaceReading<UsageFact> | null> {
  try {
    return await read();
  } catch (error) {
    const why = closedEndpoint(error);
    if (why === null) throw error;
    notes.add(`usage_${surface}_${why}`);
    return null;
  }
}

/** A surface of time buckets. Buckets of a day that did not come whole are left out, so that they replace nothing. */
export function readSurface<R>(
  surface: string,
  { from, to, hourlyFrom, now, notes }: UsageOptions,
  readPart: (part: UsagePart) => Promise<Bucket<R>[]>,
  fact: (width: BucketWidth, bucket: Bucket<R>, row: R) => UsageFact,
): Promise<SurfaceReading<UsageFact> | null> {
  return orNoted(surface, notes, async () => {
    const reading: SurfaceReading<UsageFact> = { surface, facts: [], coveredDays: [] };
    for (const part of splitByWidth(from, to, hourlyFrom)) {
      const buckets = await readPart(part);
      const covered = coveredDays(buckets, part.width, now);
      const days = new Set(covered);
      const whole = buckets.filter((bucket) => days.has(dayOf(bucket.start)));
      if (whole.length < buckets.length) notes.add(`usage_${surface}_incomplete_day`);
      reading.coveredDays.push(...covered);
      // One by one: spreading hundreds of thousands of facts into `push` would overflow the stack.
      for (const one of mergeUsage(whole.flatMap((bucket) => bucket.results.map((row) => fact(part.width, bucket, row))))) reading.facts.push(one);
    }
    return reading;
  });
}
