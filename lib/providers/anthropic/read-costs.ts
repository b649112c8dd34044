/** `GET /v1/organizations/cost_report`: what was billed, by workspace and description. Priority Tier is not in it. */
import { addDays, dayOf, startOf, type Day } from '#lib/day.ts';
import { coveredDays } from '../buckets.ts';
import type { CostFact, SurfaceReading } from '../contract.ts';
import { mergeCosts } from '../merge.ts';
import type { Notes } from '../notes.ts';
import type { AnthropicClient } from './client.ts';
import { costFact } from './normalize.ts';
import { asBuckets, bucketQuery, readDays } from './read-buckets.ts';
import { costPage, type CostRow } from './schema.ts';

const PATH = '/cost_report';

/**
 * Always grouped by workspace: ungrouped, a null workspace would mean the whole organisation instead of the default
 * workspace, and the two reads together would double the spend.
 */
export async function readCosts(client: AnthropicClient, from: Day, to: Day, now: Date, notes: Notes): Promise<SurfaceReading<CostFact>> {
  const buckets = await readDays<CostRow>(from, to, now, {
    endpoint: `GET /v1/organizations${PATH}`,
    width: '1d',
    groupBy: ['workspace_id', 'description'],
    refusable: [],
    droppable: ['description'],
    onDrop: (dimension, reason) => notes.dropped('cost', dimension, reason),
    fetch: async (query) => asBuckets(await client.get(PATH, bucketQuery(query, '1d'), costPage)),
  });
  return {
    surface: 'cost',
    facts: mergeCosts(buckets.flatMap((bucket) => bucket.results.map((row) => costFact(bucket, row)))),
    coveredDays: coveredDays(buckets, '1d', now),
  };
}

/** One day of costs, to see whether this organisation has the report at all. @throws ProviderError */
export async function probeCosts(client: AnthropicClient, now: Date): Promise<void> {
  const today = dayOf(now);
  const query = { start: startOf(addDays(today, -1)), end: startOf(today), limit: 1, groupBy: ['workspace_id'], page: null };
  await client.get(PATH, bucketQuery(query, '1d'), costPage);
}
