/** `/v1/organizations/cost_report`: cents by day as decimal text. */
import { type Span, groupKey, slicesOf } from '../buckets.ts';
import type { JsonObject } from '../json-text.ts';
import { picoToCents } from '../pico.ts';
import { countBetween } from '../stream.ts';
import type { AnthropicCall } from './call.ts';
import { instantText, readBuckets } from './range.ts';

/** What grouping by description fills. */
export const ITEM_FIELDS = ['cost_type', 'description', 'model', 'token_type', 'service_tier', 'context_window', 'inference_geo'] as const;

export function costReport(call: AnthropicCall): JsonObject {
  const { parameters } = call;
  const page = readBuckets(parameters, ['1d'], call.path, call.now);
  const groupBy: readonly string[] = parameters.choices('group_by', ['workspace_id', 'description']);
  parameters.refuseOthers();
  return {
    data: page.buckets.map((bucket) => ({
      starting_at: instantText(bucket.start),
      ending_at: instantText(bucket.end),
      results: costRows(call, bucket, groupBy),
    })),
    has_more: page.nextPage !== null,
    next_page: page.nextPage,
  };
}

function costRows(call: AnthropicCall, bucket: Span, groupBy: readonly string[]): JsonObject[] {
  const rows = new Map<string, { dimensions: JsonObject; pico: bigint }>();
  for (const { streamDay, from, to } of slicesOf(call.world, call.world.anthropic, bucket, call.now)) {
    for (const rule of streamDay.stream.charges) {
      const count = countBetween(streamDay, rule.counter, from, to);
      if (count === 0) continue;
      const item = ITEM_FIELDS.map((name) => (groupBy.includes('description') ? (rule.item[name] ?? null) : null));
      const workspace = groupBy.includes('workspace_id') ? (streamDay.stream.dimensions.workspace_id ?? null) : null;
      const key = groupKey([workspace, ...item]);
      const row = rows.get(key) ?? { dimensions: { ...Object.fromEntries(ITEM_FIELDS.map((name, i) => [name, item[i] ?? null])), workspace_id: workspace }, pico: 0n };
      row.pico += BigInt(count) * rule.picoUsdPerUnit;
      rows.set(key, row);
    }
  }
  return [...rows.keys()].sort().flatMap((key) => {
    const row = rows.get(key);
    return row ? [{ amount: picoToCents(row.pico), currency: 'USD', ...row.dimensions }] : [];
  });
}
