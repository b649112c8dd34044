/** `GET /organization/costs`: what was billed, by project, line item and, from a fixed day on, API key. */
import { addDays, dayOf, startOf, type Day } from '#lib/day.ts';
import { coveredDays, readBuckets, type Bucket, type BucketPage, type BucketQuery } from '../buckets.ts';
import type { CostFact, SurfaceReading } from '../contract.ts';
import { mergeCosts } from '../merge.ts';
import type { Notes } from '../notes.ts';
import type { OpenaiClient } from './client.ts';
import { costFact } from './normalize.ts';
import { asBuckets, bucketQuery } from './query.ts';
import { costsPage, type CostRow } from './schema.ts';

/** Grouping by `api_key_id` is refused for ranges that begin before epoch 1764979200. */
export const COST_BY_KEY_FROM = '2025-12-06' as Day;
const MAX_DAYS_PER_PAGE = 180;

export async function readCosts(client: OpenaiClient, from: Day, to: Day, now: Date, notes: Notes): Promise<{ reading: SurfaceReading<CostFact>; organizationRef: string | null }> {
  const border = COST_BY_KEY_FROM < from ? from : COST_BY_KEY_FROM > to ? to : COST_BY_KEY_FROM;
  if (from < border) notes.add('cost_api_key_before_2025_12_06');
  const buckets = [
    ...(await readPart(client, from, border, ['project_id', 'line_item'], notes)),
    ...(await readPart(client, border, to, ['project_id', 'line_item', 'api_key_id'], notes)),
  ];
  const rows = buckets.flatMap((bucket) => bucket.results.map((row) => ({ bucket, row })));
  return {
    reading: {
      surface: 'cost',
      facts: mergeCosts(rows.map(({ bucket, row }) => costFact(bucket, row))),
      coveredDays: coveredDays(buckets, '1d', now),
    },
    organizationRef: rows.find(({ row }) => row.organization_id !== null)?.row.organization_id ?? null,
  };
}

function readPart(client: OpenaiClient, from: Day, to: Day, groupBy: readonly string[], notes: Notes): Promise<Bucket<CostRow>[]> {
  return readBuckets<CostRow>({
    endpoint: 'GET /organization/costs',
    from: startOf(from),
    to: startOf(to),
    width: '1d',
    maxLimit: MAX_DAYS_PER_PAGE,
    groupBy,
    refusable: ['api_key_id'],
    droppable: ['api_key_id', 'line_item'],
    onDrop: (dimension, reason) => notes.dropped('cost', dimension, reason),
    fetch: (query) => costPage(client, query),
  });
}

async function costPage(client: OpenaiClient, query: BucketQuery): Promise<BucketPage<CostRow>> {
  return asBuckets(await client.get('/costs', bucketQuery(query, '1d'), costsPage));
}

/** One cheap page of the last 30 days, ungrouped: proves the scope and mostly names the organisation. */
export async function recentCosts(client: OpenaiClient, now: Date): Promise<CostRow[]> {
  const today = dayOf(now);
  const page = await costPage(client, { start: startOf(addDays(today, -30)), end: startOf(addDays(today, 1)), limit: 31, groupBy: [], page: null });
  return page.buckets.flatMap((bucket) => bucket.results);
}
