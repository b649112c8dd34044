/** The part that the cost report and the messages report share: how a range is asked for. */
import { addDays, dayOf, startOf, type Day } from '#lib/day.ts';
import { readBuckets, type Bucket, type BucketPage, type BucketQuery, type BucketRange, type BucketWidth } from '../buckets.ts';
import type { Query } from '../contract.ts';

/** The cost report has daily buckets only and the same maximum (the provider's own cookbook). */
export const MAX_BUCKETS_PER_PAGE: Readonly<Record<BucketWidth, number>> = { '1d': 31, '1h': 168 };

/**
 * Buckets of `[from, to)`. A daily read that begins today starts a day earlier and leaves that day out again: where the
 * service takes today 00:00 for the end, start and end would be equal, and it answers 400.
 */
export async function readDays<R>(from: Day, to: Day, now: Date, range: Omit<BucketRange<R>, 'from' | 'to' | 'maxLimit'>): Promise<Bucket<R>[]> {
  if (from >= to) return [];
  const yesterday = addDays(dayOf(now), -1);
  const first = range.width === '1d' && from > yesterday ? yesterday : from;
  const buckets = await readBuckets<R>({ ...range, from: startOf(first), to: startOf(to), maxLimit: MAX_BUCKETS_PER_PAGE[range.width] });
  return buckets.filter((bucket) => bucket.start >= startOf(from));
}

/** RFC 3339, always with an explicit end; arrays with brackets. */
export function bucketQuery(query: BucketQuery, width: BucketWidth): Query {
  return [
    ['starting_at', instant(query.start)],
    ['ending_at', instant(query.end)],
    ['bucket_width', width],
    ['limit', String(query.limit)],
    ...query.groupBy.map((dimension) => ['group_by[]', dimension] as const),
    ...(query.page === null ? [] : [['page', query.page] as const]),
  ];
}

function instant(at: Date): string {
  return at.toISOString().replace('.000Z', 'Z');
}

/** A page as it came, for `readBuckets`. */
export function asBuckets<R>(page: { data: ReadonlyArray<{ starting_at: Date; ending_at: Date; results: R[] }>; has_more: boolean; next_page: string | null }): BucketPage<R> {
  return { buckets: page.data.map((b) => ({ start: b.starting_at, end: b.ending_at, results: b.results })), hasMore: page.has_more, nextPage: page.next_page };
}
