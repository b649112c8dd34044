/** The part of a request that all usage and cost endpoints share: range, bucket width, page. */
import { badRequest } from '../api-error.ts';
import { type Span, type Width, cutIntoBuckets } from '../buckets.ts';
import { cursorFor, positionOf } from '../cursor.ts';
import type { Parameters } from '../parameters.ts';

export interface PageOfBuckets {
  buckets: Span[];
  nextPage: string | null;
  /** As asked for, before paging. */
  startTime: number;
}

const LIMITS: Record<'usage' | 'costs', Partial<Record<Width, { min: number; max: number; fallback: number }>>> = {
  usage: {
    '1d': { min: 1, max: 31, fallback: 7 },
    '1h': { min: 1, max: 168, fallback: 24 },
    '1m': { min: 1, max: 1440, fallback: 60 },
  },
  costs: { '1d': { min: 1, max: 180, fallback: 7 } },
};

/** The year 5138: beyond it somebody sent milliseconds. */
const LATEST_SECOND = 100_000_000_000;

/**
 * The range is taken as it is: the first bucket starts at exactly `start_time`, and without `end_time` the last one
 * ends at the moment of the call.
 * @throws ApiError
 */
export function readBuckets(parameters: Parameters, family: 'usage' | 'costs', path: string, now: Date): PageOfBuckets {
  const limits = LIMITS[family];
  const width = parameters.choice('bucket_width', Object.keys(limits) as Width[]) ?? '1d';
  const limit = parameters.limit(limits[width] ?? { min: 1, max: 31, fallback: 7 });
  parameters.required('start_time');
  const startTime = parameters.integer('start_time') ?? 0;
  const end = parameters.integer('end_time') ?? Math.floor(now.getTime() / 1000);
  if (Math.max(startTime, end) > LATEST_SECOND) throw badRequest("Invalid time range: 'start_time' and 'end_time' are Unix seconds.", 'start_time');
  if (startTime >= end) throw badRequest("Invalid time range: 'start_time' must be before 'end_time'.", 'start_time');
  const asked = parameters.fingerprint(path);
  const cursor = parameters.text('page');
  const start = cursor === null ? startTime : positionOf(cursor, asked);
  const buckets = cutIntoBuckets(start, end, width, limit);
  const reached = buckets.at(-1)?.end ?? end;
  return { buckets, nextPage: reached < end ? cursorFor(reached, asked) : null, startTime };
}
