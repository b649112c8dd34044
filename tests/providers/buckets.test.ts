import { describe, expect, it } from 'vitest';
import { day, startOf } from '#lib/day.ts';
import { MAX_PAGES, coveredDays, endOfReadable, readBuckets, splitByWidth, type Bucket, type BucketPage, type BucketQuery, type BucketRange } from '#lib/providers/buckets.ts';
import { ProviderError } from '#lib/providers/contract.ts';
import { readList } from '#lib/providers/lists.ts';

const DAY = 86_400_000;
const from = startOf(day('2026-01-01'));
const to = startOf(day('2026-02-10'));
const bucket = (start: number, length = DAY): Bucket<string> => ({ start: new Date(start), end: new Date(start + length), results: [] });

function reading(fetch: (query: BucketQuery) => BucketPage<string>, over: Partial<BucketRange<string>> = {}) {
  const queries: BucketQuery[] = [];
  const drops: string[] = [];
  const read = () =>
    readBuckets<string>({
      endpoint: 'GET /x',
      from,
      to,
      width: '1d',
      maxLimit: 16,
      groupBy: ['project', 'model', 'key', 'user'],
      refusable: ['user', 'key'],
      droppable: ['user', 'key'],
      onDrop: (dimension, reason) => drops.push(`${dimension} ${reason}`),
      fetch: async (query) => {
        queries.push(query);
        return fetch(query);
      },
      ...over,
    });
  return { read, queries, drops };
}

/** A provider that answers as documented; `token` makes its cursors. */
function honest(query: BucketQuery, token: (at: number) => string = (at) => `p:${at}`): BucketPage<string> {
  const buckets: Bucket<string>[] = [];
  let at = query.page === null ? query.start.getTime() : Number(query.page.split(':')[1]);
  for (; at < query.end.getTime() && buckets.length < query.limit; at += DAY) buckets.push({ ...bucket(at), results: [query.groupBy.join()] });
  return { buckets, hasMore: at < query.end.getTime(), nextPage: at < query.end.getTime() ? token(at) : null };
}
const tooLarge = () => new ProviderError('response_too_large');
const code = (call: Promise<unknown>) => call.then(() => 'fine', (error: unknown) => (error instanceof ProviderError ? `${error.code}: ${error.detail}` : String(error)));

describe('following cursors', () => {
  it('brings every bucket once, repeating all parameters', async () => {
    const { read, queries } = reading((query) => honest(query));
    const buckets = await read();
    expect(buckets.map(({ start }) => start.getTime())).toEqual(Array.from({ length: 40 }, (_, i) => from.getTime() + i * DAY));
    expect(queries.map(({ start, end, limit, groupBy }) => ({ start, end, limit, groupBy }))).toEqual(Array.from({ length: 3 }, () => ({ start: from, end: to, limit: 16, groupBy: ['project', 'model', 'key', 'user'] })));
  });

  it.each([
    ['the same cursor twice', () => ({ buckets: [], hasMore: true, nextPage: 'same' }), 'the same cursor twice'],
    ['has_more without a cursor', (query: BucketQuery) => ({ ...honest(query), nextPage: null }), 'has_more without a cursor'],
    ['the first page again under new cursors', (query: BucketQuery) => ({ ...honest({ ...query, page: null }), nextPage: `n${Math.random()}` }), 'a bucket came twice'],
    ['one bucket twice on a page', (query: BucketQuery) => ({ ...honest(query), buckets: [bucket(from.getTime()), bucket(from.getTime())] }), 'a bucket came twice'],
    ['empty pages without end', () => ({ buckets: [], hasMore: true, nextPage: `n${Math.random()}` }), `more than ${MAX_PAGES} pages`],
  ])('refuses %s', async (_, fetch, why) => {
    const { read, queries } = reading(fetch as (query: BucketQuery) => BucketPage<string>);
    expect(await code(read())).toBe(`provider_pagination: GET /x: ${why}`);
    expect(queries.length).toBeLessThanOrEqual(MAX_PAGES);
  });

  it('ignores buckets outside the range and asks nothing for an empty one', async () => {
    const { read } = reading((query) => ({ buckets: [bucket(from.getTime() - DAY), ...honest(query).buckets.slice(0, 2), bucket(to.getTime())], hasMore: false, nextPage: null }));
    expect((await read()).map(({ start }) => start.getTime())).toEqual([from.getTime(), from.getTime() + DAY]);
    const empty = reading((query) => honest(query), { to: from });
    expect([await empty.read(), empty.queries]).toEqual([[], []]);
  });

  it.each([
    ['wider than a day', bucket(from.getTime(), DAY + 1)],
    ['over midnight', bucket(from.getTime() + DAY / 2)],
    ['without length', bucket(from.getTime(), 0)],
  ])('refuses a bucket %s', async (_, wrong) => {
    const { read } = reading(() => ({ buckets: [wrong], hasMore: false, nextPage: null }));
    expect(await code(read())).toContain('provider_bad_answer');
  });

  it('takes a first bucket that is cut at its start, and a last one that ends now', async () => {
    const { read } = reading(() => ({ buckets: [bucket(from.getTime() + DAY / 2, DAY / 2), bucket(from.getTime() + DAY, 1000)], hasMore: false, nextPage: null }));
    expect(await read()).toHaveLength(2);
  });
});

describe('answers that are too large', () => {
  it('asks for fewer buckets, without the cursor that was bound to more, and for more again', async () => {
    const heavy = from.getTime() + 20 * DAY;
    const { read, queries, drops } = reading((query) => {
      const page = honest(query);
      if (page.buckets.length > 3 && page.buckets.some(({ start }) => start.getTime() === heavy)) throw tooLarge();
      return page;
    });
    const buckets = await read();
    expect(buckets.map(({ start }) => start.getTime())).toEqual(Array.from({ length: 40 }, (_, i) => from.getTime() + i * DAY));
    expect(drops).toEqual([]);
    expect(queries.filter(({ limit }) => limit < 16).every(({ page }) => page === null)).toBe(true);
    expect(queries.at(-1)?.limit).toBe(16);
  });

  it('drops the finest grouping only for a day that is too large by itself', async () => {
    const heavy = from.getTime() + 20 * DAY;
    const { read, drops } = reading((query) => {
      const page = honest(query);
      if (page.buckets.some(({ start }) => start.getTime() === heavy) && (page.buckets.length > 1 || query.groupBy.includes('key'))) throw tooLarge();
      return page;
    });
    const buckets = await read();
    expect(buckets).toHaveLength(40);
    expect(drops).toEqual(['user too_large', 'key too_large']);
    expect(buckets.filter(({ results }) => results[0] !== 'project,model,key,user').map(({ start, results }) => [start.getTime(), results[0]])).toEqual([[heavy, 'project,model']]);
  });

  it('fails only when a single day without its finest groupings is too large', async () => {
    const { read, queries, drops } = reading(() => {
      throw tooLarge();
    });
    expect(await code(read())).toBe('response_too_large: ');
    expect(queries.map(({ limit, groupBy }) => `${limit} ${groupBy.length}`)).toEqual(['16 4', '4 4', '1 4', '1 3', '1 2']);
    expect(drops).toHaveLength(2);
  });
});

describe('groupings that are refused', () => {
  it('stays without a refused grouping to the end, asking for it once', async () => {
    const { read, queries, drops } = reading((query) => {
      if (query.groupBy.includes('user')) throw new ProviderError('request_refused', { status: 400 });
      return honest(query);
    });
    expect(await read()).toHaveLength(40);
    expect(drops).toEqual(['user refused']);
    expect(queries.filter(({ groupBy }) => groupBy.includes('user'))).toHaveLength(1);
  });

  it('does not take any other error for a refusal', async () => {
    for (const wanted of ['rate_limited', 'key_rejected', 'provider_unavailable', 'provider_timeout'] as const) {
      const { read, drops } = reading(() => {
        throw new ProviderError(wanted);
      });
      expect(await code(read())).toBe(`${wanted}: `);
      expect(drops).toEqual([]);
    }
    expect(await code(reading(() => { throw new TypeError('bug'); }).read())).toBe('TypeError: bug');
  });
});

describe('ranges', () => {
  it.each([
    ['2026-01-05', '2026-01-10', '2026-01-08', ['1d 05-08', '1h 08-10']],
    ['2026-01-05', '2026-01-10', '2026-01-01', ['1h 05-10']],
    ['2026-01-05', '2026-01-10', '2026-02-01', ['1d 05-10']],
    ['2026-01-05', '2026-01-10', '2026-01-10', ['1d 05-10']],
    ['2026-01-05', '2026-01-05', '2026-01-05', []],
  ])('splits %s to %s at %s', (start, end, hourly, parts) => {
    expect(splitByWidth(day(start), day(end), day(hourly)).map((part) => `${part.width} ${part.from.slice(8)}-${part.to.slice(8)}`)).toEqual(parts);
  });

  it('ends after today at the latest', () => {
    const now = new Date('2026-01-07T23:59:59Z');
    expect([endOfReadable(day('2026-01-07'), now), endOfReadable(day('2026-03-01'), now)]).toEqual(['2026-01-07', '2026-01-08']);
  });

  it('covers a daily bucket always and an hourly day only when all its past hours came', () => {
    const hours = (date: string, list: number[]) => list.map((hour) => bucket(startOf(day(date)).getTime() + hour * 3_600_000, 3_600_000));
    const all = Array.from({ length: 24 }, (_, i) => i);
    const now = new Date('2026-01-03T10:00:00Z');
    const buckets = [...hours('2026-01-01', all), ...hours('2026-01-02', all.slice(0, 23)), ...hours('2026-01-03', all.slice(0, 8))];
    expect(coveredDays(buckets, '1h', now)).toEqual(['2026-01-01', '2026-01-03']);
    expect(coveredDays(buckets, '1d', now)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
    // Just after midnight the provider may still owe the last two hours of yesterday.
    expect(coveredDays(hours('2026-01-02', all.slice(0, 22)), '1h', new Date('2026-01-03T00:10:00Z'))).toEqual(['2026-01-02']);
  });
});

describe('lists', () => {
  const page = (ids: string[], hasMore: boolean, lastId: string | null = null) => ({ items: ids.map((id) => ({ id })), hasMore, lastId });

  it('continues after the last id, also where the provider does not name it', async () => {
    const seen: Array<string | null> = [];
    const items = await readList('GET /x', async (after) => {
      seen.push(after);
      return after === null ? page(['a', 'b'], true) : after === 'b' ? page(['c'], true, 'c') : page([], false);
    });
    expect([items.map(({ id }) => id), seen]).toEqual([['a', 'b', 'c'], [null, 'b', 'c']]);
  });

  it.each([
    ['an empty page that promises more', () => page([], true), 'has_more without a cursor'],
    ['the same page again', () => page(['a'], true), 'the same cursor twice'],
    ['new ids without end', () => page([`a${Math.random()}`], true), `more than ${MAX_PAGES} pages`],
  ])('refuses %s', async (_, fetch, why) => {
    expect(await code(readList('GET /x', async () => fetch()))).toBe(`provider_pagination: GET /x: ${why}`);
  });
});
