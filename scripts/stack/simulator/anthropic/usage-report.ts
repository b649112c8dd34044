/** `/v1/organizations/usage_report/messages`: tokens by bucket; there are no request counts in this report. */
import { badRequest } from '../api-error.ts';
import { type Slice, type Span, WIDTHS, groupKey, passes, slicesOf } from '../buckets.ts';
import type { JsonObject } from '../json-text.ts';
import { countBetween } from '../stream.ts';
import type { AnthropicCall } from './call.ts';
import { instantText, readBuckets } from './range.ts';

export const FAST_MODE_BETA = 'fast-mode-2026-02-01';

const DIMENSIONS = ['account_id', 'api_key_id', 'context_window', 'inference_geo', 'model', 'service_account_id', 'service_tier', 'workspace_id'] as const;
const GROUP_BY = [...DIMENSIONS, 'speed'] as const;
export const SERVICE_TIERS = ['standard', 'batch', 'priority', 'priority_on_demand', 'flex', 'flex_discount'] as const;
export const CONTEXT_WINDOWS = ['0-200k', '200k-1M'] as const;
export const INFERENCE_GEOS = ['global', 'us', 'not_available'] as const;

export function messagesUsageReport(call: AnthropicCall): JsonObject {
  const { parameters } = call;
  const page = readBuckets(parameters, WIDTHS, call.path, call.now);
  const groupBy: readonly string[] = parameters.choices('group_by', GROUP_BY);
  const filters: Record<string, readonly string[]> = {
    account_id: parameters.list('account_ids'),
    api_key_id: parameters.list('api_key_ids'),
    workspace_id: parameters.list('workspace_ids'),
    model: parameters.list('models'),
    service_account_id: parameters.list('service_account_ids'),
    service_tier: parameters.choices('service_tiers', SERVICE_TIERS),
    context_window: parameters.choices('context_window', CONTEXT_WINDOWS),
    inference_geo: parameters.choices('inference_geos', INFERENCE_GEOS),
    speed: parameters.choices('speeds', ['standard', 'fast']),
  };
  parameters.refuseOthers();
  const wantsSpeed = groupBy.includes('speed') || (filters.speed?.length ?? 0) > 0;
  if (wantsSpeed && !call.betas.includes(FAST_MODE_BETA)) throw badRequest(`speed: requires the beta header ${FAST_MODE_BETA}`);
  return {
    data: page.buckets.map((bucket) => ({
      starting_at: instantText(bucket.start),
      ending_at: instantText(bucket.end),
      results: usageRows(call, bucket, groupBy, filters),
    })),
    has_more: page.nextPage !== null,
    next_page: page.nextPage,
  };
}

function usageRows(call: AnthropicCall, bucket: Span, groupBy: readonly string[], filters: Record<string, readonly string[]>): JsonObject[] {
  const shown = groupBy.includes('speed') ? GROUP_BY : DIMENSIONS;
  const groups = new Map<string, { dimensions: JsonObject; slices: Slice[] }>();
  for (const slice of slicesOf(call.world, call.world.anthropic, bucket, call.now)) {
    const { stream } = slice.streamDay;
    if (stream.surface !== 'messages' || !passes(stream.dimensions, filters)) continue;
    const values = shown.map((name) => (groupBy.includes(name) ? (stream.dimensions[name] ?? null) : null));
    const key = groupKey(values);
    const group = groups.get(key) ?? { dimensions: Object.fromEntries(shown.map((name, i) => [name, values[i] ?? null])), slices: [] };
    group.slices.push(slice);
    groups.set(key, group);
  }
  return [...groups.keys()].sort().flatMap((key) => {
    const group = groups.get(key);
    if (!group) return [];
    const tokens = usageNumbers((counter) => group.slices.reduce((sum, { streamDay, from, to }) => sum + countBetween(streamDay, counter, from, to), 0));
    return tokens.total > 0 ? [{ ...tokens.fields, ...group.dimensions }] : [];
  });
}

/** The token fields of a row, shared with the beta pair. `total` counts tokens and searches, to tell an empty row. */
export function usageNumbers(count: (counter: string) => number): { fields: JsonObject; totalTokens: number; total: number } {
  const [uncached, write5m, write1h, cacheRead, output, searches] = [count('uncached'), count('write5m'), count('write1h'), count('cacheRead'), count('output'), count('webSearches')];
  const totalTokens = uncached + write5m + write1h + cacheRead + output;
  return {
    fields: {
      uncached_input_tokens: uncached,
      cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
      cache_read_input_tokens: cacheRead,
      output_tokens: output,
      server_tool_use: { web_search_requests: searches },
    },
    totalTokens,
    total: totalTokens + searches,
  };
}
