/**
 * Reading a range of time buckets page by page, for both providers: follows cursors to the end, notices when they do
 * not lead there, and asks for less when an answer is too large or a grouping is refused.
 */
import { addDays, dayOf, startOf, type Day } from '#lib/day.ts';
import { ProviderError } from './contract.ts';

export const MAX_PAGES = 200;
const WIDTH_MS = { '1h': 3_600_000, '1d': 86_400_000 } as const;
const HOURS_STILL_COUNTED = 2;
export type BucketWidth = keyof typeof WIDTH_MS;

export interface Bucket<R> {
  start: Date;
  end: Date;
  results: R[];
}
export interface BucketPage<R> {
  buckets: Bucket<R>[];
  hasMore: boolean;
  nextPage: string | null;
}
export interface BucketQuery {
  start: Date;
  /** Exclusive. */
  end: Date;
  /** Buckets per page. */
  limit: number;
  groupBy: readonly string[];
  page: string | null;
}

export interface BucketRange<R> {
  /** For the operator. */
  endpoint: string;
  from: Date;
  /** Exclusive. */
  to: Date;
  width: BucketWidth;
  maxLimit: number;
  groupBy: readonly string[];
  /** Dropped in this order when the provider answers 400: groupings that are not open to every organisation. */
  refusable: readonly string[];
  /** Dropped in this order, finest first, when a single bucket is too large. */
  droppable: readonly string[];
  onDrop(dimension: string, reason: 'refused' | 'too_large'): void;
  fetch(query: BucketQuery): Promise<BucketPage<R>>;
}

/**
 * Every bucket of `[from, to)` that the provider sent, in its order; none is sent twice.
 * @throws ProviderError `provider_pagination` for a repeated cursor, a missing one, a bucket that comes twice or more
 * than 200 pages; `provider_bad_answer` for a bucket that is wider than asked; and whatever `fetch` throws.
 */
export async function readBuckets<R>(range: BucketRange<R>): Promise<Bucket<R>[]> {
  const buckets: Bucket<R>[] = [];
  const starts = new Set<number>();
  const cursors = new Set<string>();
  /** All groupings but those the provider refused. */
  let open = range.groupBy;
  let query: BucketQuery = { start: range.from, end: range.to, limit: range.maxLimit, groupBy: open, page: null };
  let reached = range.from;
  const lost = (why: string) => new ProviderError('provider_pagination', { status: 200, detail: `${range.endpoint}: ${why}` });

  for (let calls = 0, pages = 0; query.start < range.to; calls += 1) {
    if (pages >= MAX_PAGES || calls >= 2 * MAX_PAGES) throw lost(`more than ${MAX_PAGES} pages`);
    let page: BucketPage<R>;
    try {
      page = await range.fetch(query);
    } catch (error) {
      const less = askForLess(error, query, range);
      if (!less) throw error;
      if (less.refused) open = open.filter((dimension) => dimension !== less.refused);
      query = { ...query, ...less.change, start: reached, page: null };
      continue;
    }
    pages += 1;
    for (const bucket of page.buckets) {
      assertWidth(bucket, range);
      if (starts.has(bucket.start.getTime())) throw lost('a bucket came twice');
      starts.add(bucket.start.getTime());
      if (bucket.start < range.from || bucket.start >= range.to) continue;
      buckets.push(bucket);
      if (bucket.end > reached) reached = bucket.end;
    }
    if (!page.hasMore) break;
    if (page.nextPage === null) throw lost('has_more without a cursor');
    if (cursors.has(page.nextPage)) throw lost('the same cursor twice');
    cursors.add(page.nextPage);
    const full = query.limit === range.maxLimit && query.groupBy.length === open.length;
    // A cursor is bound to its parameters; after a smaller page the rest is asked for anew, and for more again.
    query = full ? { ...query, page: page.nextPage } : { ...query, start: reached, limit: Math.min(range.maxLimit, query.limit * 2), groupBy: open, page: null };
  }
  return buckets;
}

interface Less {
  change: Partial<BucketQuery>;
  refused?: string;
}

function askForLess<R>(error: unknown, query: BucketQuery, range: BucketRange<R>): Less | null {
  if (!(error instanceof ProviderError)) return null;
  if (error.code === 'response_too_large') {
    if (query.limit > 1) return { change: { limit: Math.max(1, Math.floor(query.limit / 4)) } };
    return without(range.droppable, 'too_large', query, range);
  }
  return error.code === 'request_refused' ? without(range.refusable, 'refused', query, range) : null;
}

function without<R>(order: readonly string[], reason: 'refused' | 'too_large', query: BucketQuery, range: BucketRange<R>): Less | null {
  const dimension = order.find((candidate) => query.groupBy.includes(candidate));
  if (dimension === undefined) return null;
  range.onDrop(dimension, reason);
  const change = { groupBy: query.groupBy.filter((kept) => kept !== dimension) };
  return reason === 'refused' ? { change, refused: dimension } : { change };
}

/** A bucket that reaches over the end of its own hour or day would be counted for the wrong one. */
function assertWidth<R>(bucket: Bucket<R>, range: BucketRange<R>): void {
  const width = WIDTH_MS[range.width];
  const ownEnd = (Math.floor(bucket.start.getTime() / width) + 1) * width;
  if (bucket.end <= bucket.start || bucket.end.getTime() > ownEnd) {
    throw new ProviderError('provider_bad_answer', { status: 200, detail: `${range.endpoint}: a bucket is not ${range.width} wide` });
  }
}

/**
 * The days that may replace what is stored. A daily bucket is its day. Of a day read hourly every hour that is over at
 * `now` must have come, but for the two latest that a provider may still be counting: a short answer must not shrink a
 * day that is known already.
 */
export function coveredDays(buckets: ReadonlyArray<Bucket<unknown>>, width: BucketWidth, now: Date): Day[] {
  const hours = new Map<Day, Set<number>>();
  for (const { start } of buckets) {
    const day = dayOf(start);
    hours.set(day, (hours.get(day) ?? new Set()).add(start.getUTCHours()));
  }
  const days = [...hours.keys()].sort();
  if (width === '1d') return days;
  return days.filter((day) => {
    const over = Math.min(24, Math.floor((now.getTime() - startOf(day).getTime()) / WIDTH_MS['1h']) - HOURS_STILL_COUNTED);
    for (let hour = 0; hour < over; hour += 1) if (!hours.get(day)?.has(hour)) return false;
    return true;
  });
}

/** The part of `[from, to)` to read daily and the part to read hourly, at `hourlyFrom`. */
export function splitByWidth(from: Day, to: Day, hourlyFrom: Day): Array<{ width: BucketWidth; from: Day; to: Day }> {
  const border = hourlyFrom < from ? from : hourlyFrom > to ? to : hourlyFrom;
  return [
    { width: '1d' as const, from, to: border },
    { width: '1h' as const, from: border, to },
  ].filter((part) => part.from < part.to);
}

/** Nothing after today can be asked for. */
export function endOfReadable(to: Day, now: Date): Day {
  const tomorrow = addDays(dayOf(now), 1);
  return to > tomorrow ? tomorrow : to;
}
