/** `GET /organization/usage/*`: what explains the cost, one endpoint at a time. */
import { startOf } from '#lib/day.ts';
import { readBuckets, type Bucket, type BucketWidth } from '../buckets.ts';
import type { SurfaceReading, UsageFact } from '../contract.ts';
import type { Notes } from '../notes.ts';
import { readSurface, type UsageOptions, type UsagePart } from '../usage-surface.ts';
import type { OpenaiClient } from './client.ts';
import { usageFact } from './normalize.ts';
import { asBuckets, bucketQuery } from './query.ts';
import type { UsageRow } from './schema.ts';
import type { UsageSurface } from './surfaces.ts';

const MAX_BUCKETS_PER_PAGE: Readonly<Record<BucketWidth, number>> = { '1d': 31, '1h': 168 };
/** The finest first: it is what makes answers large, and what some organisations may not group by. */
const DROPPABLE = ['user_id', 'api_key_id'] as const;

/** null when the endpoint is closed to this organisation, which is noted. @throws ProviderError otherwise. */
export function readUsage(client: OpenaiClient, surface: UsageSurface, options: UsageOptions): Promise<SurfaceReading<UsageFact> | null> {
  const span = surface.isLevel ? { ...options, hourlyFrom: options.to } : options;
  return readSurface(
    surface.surface,
    span,
    (part) => readPart(client, surface, part, options.notes),
    (width, bucket, row) => usageFact(surface, width, bucket, row),
  );
}

function readPart(client: OpenaiClient, { surface, groupBy, schema }: UsageSurface, { width, from, to }: UsagePart, notes: Notes): Promise<Bucket<UsageRow>[]> {
  const path = `/usage/${surface}`;
  return readBuckets<UsageRow>({
    endpoint: `GET /organization${path}`,
    from: startOf(from),
    to: startOf(to),
    width,
    maxLimit: MAX_BUCKETS_PER_PAGE[width],
    groupBy,
    refusable: DROPPABLE,
    droppable: DROPPABLE,
    onDrop: (dimension, reason) => notes.dropped('usage', dimension, reason),
    fetch: async (query) => asBuckets(await client.get(path, bucketQuery(query, width), schema)),
  });
}
