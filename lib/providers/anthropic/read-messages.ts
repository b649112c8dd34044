/** `GET /v1/organizations/usage_report/messages`: tokens, by everything the report can split by. No request counts. */
import type { Bucket } from '../buckets.ts';
import type { SurfaceReading, UsageFact } from '../contract.ts';
import type { Notes } from '../notes.ts';
import { readSurface, type UsageOptions, type UsagePart } from '../usage-surface.ts';
import type { AnthropicClient } from './client.ts';
import { messagesFact } from './normalize.ts';
import { asBuckets, bucketQuery, readDays } from './read-buckets.ts';
import { messagesPage, type MessagesRow } from './schema.ts';

const PATH = '/usage_report/messages';
const GROUP_BY = ['workspace_id', 'api_key_id', 'model', 'service_tier', 'context_window', 'inference_geo', 'account_id', 'service_account_id', 'speed'] as const;
/** Grouping by speed is behind a beta header, which can be withdrawn. */
const SPEED_BETA = 'fast-mode-2026-02-01';

/** null when the report is closed to this organisation, which is noted. @throws ProviderError otherwise. */
export function readMessages(client: AnthropicClient, options: UsageOptions): Promise<SurfaceReading<UsageFact> | null> {
  return readSurface('messages', options, (part) => readPart(client, part, options.now, options.notes), messagesFact);
}

function readPart(client: AnthropicClient, { width, from, to }: UsagePart, now: Date, notes: Notes): Promise<Bucket<MessagesRow>[]> {
  return readDays<MessagesRow>(from, to, now, {
    endpoint: `GET /v1/organizations${PATH}`,
    width,
    groupBy: GROUP_BY,
    refusable: ['speed', 'service_account_id', 'account_id'],
    droppable: ['speed', 'service_account_id', 'account_id', 'inference_geo', 'api_key_id'],
    onDrop: (dimension, reason) => notes.dropped('usage', dimension, reason),
    fetch: async (query) => {
      const beta = query.groupBy.includes('speed') ? SPEED_BETA : undefined;
      return asBuckets(await client.get(PATH, bucketQuery(query, width), messagesPage, beta));
    },
  });
}
