/** The common query parameters and page shape of OpenAI's bucket endpoints. */
import type { BucketPage, BucketQuery, BucketWidth } from '../buckets.ts';
import type { Query } from '../contract.ts';

/** Unix seconds, always with an explicit end: the default is "now", and then pages disagree. Arrays by repeated names. */
export function bucketQuery(query: BucketQuery, width: BucketWidth): Query {
  return [
    ['bucket_width', width],
    ['start_time', String(query.start.getTime() / 1000)],
    ['end_time', String(query.end.getTime() / 1000)],
    ['limit', String(query.limit)],
    ...query.groupBy.map((dimension) => ['group_by', dimension] as const),
    ...(query.page === null ? [] : [['page', query.page] as const]),
  ];
}

/** A page as it came, for `readBuckets`. */
export function asBuckets<R>(page: { data: ReadonlyArray<{ start_time: Date; end_time: Date; results: R[] }>; has_more: boolean; next_page: string | null }): BucketPage<R> {
  return { buckets: page.data.map((b) => ({ start: b.start_time, end: b.end_time, results: b.results })), hasMore: page.has_more, nextPage: page.next_page };
}
