/** The part of a request that the two legacy reports share: range, bucket width, page. */
import { badRequest } from '../api-error.ts';
import { type Span, WIDTH_SECONDS, type Width, cutIntoBuckets } from '../buckets.ts';
import { cursorFor, positionOf } from '../cursor.ts';
import type { Parameters } from '../parameters.ts';

export interface PageOfBuckets {
  buckets: Span[];
  nextPage: string | null;
}

export const LIMITS: Record<Width, { min: number; max: number; fallback: number }> = {
  '1d': { min: 1, max: 31, fallback: 7 },
  '1h': { min: 1, max: 168, fallback: 24 },
  '1m': { min: 1, max: 1440, fallback: 60 },
};

const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Both ends are snapped down to whole buckets. Without `ending_at` the end is the start of the current bucket, so that
 * a question about today alone is refused.
 * @throws ApiError
 */
export function readBuckets(parameters: Parameters, widths: readonly Width[], path: string, now: Date): PageOfBuckets {
  const width = parameters.choice('bucket_width', widths) ?? '1d';
  const limit = parameters.limit(LIMITS[width]);
  const start = snapDown(readInstant('starting_at', parameters.required('starting_at')), width);
  const endingAt = parameters.text('ending_at');
  const end = snapDown(endingAt === null ? Math.floor(now.getTime() / 1000) : readInstant('ending_at', endingAt), width);
  if (end <= start) throw badRequest('ending date must be after starting date');
  const asked = parameters.fingerprint(path);
  const cursor = parameters.text('page');
  const buckets = cutIntoBuckets(cursor === null ? start : positionOf(cursor, asked), end, width, limit);
  const reached = buckets.at(-1)?.end ?? end;
  return { buckets, nextPage: reached < end ? cursorFor(reached, asked) : null };
}

/** Unix seconds of an RFC 3339 instant with its zone. @throws ApiError */
export function readInstant(name: string, text: string): number {
  const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) throw badRequest(`${name}: Input should be a valid datetime with a time zone`);
  return Math.floor(instant / 1000);
}

export function snapDown(instant: number, width: Width): number {
  return Math.floor(instant / WIDTH_SECONDS[width]) * WIDTH_SECONDS[width];
}

/** `2026-11-18T00:00:00Z`. */
export function instantText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
