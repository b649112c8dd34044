/** `/v1/organizations/analytics/{usage,cost}`: the beta pair, flat rows; an interval without usage has no row. */
import { type Slice, type Span, groupKey, slicesOf } from '../buckets.ts';
import { cursorFor } from '../cursor.ts';
import type { Json, JsonObject } from '../json-text.ts';
import { picoToCents } from '../pico.ts';
import { type ChargeRule, type Stream, countBetween } from '../stream.ts';
import { ANALYTICS_DIMENSIONS, type AnalyticsQuery, FAN_OUT, readAnalyticsQuery } from './analytics-query.ts';
import type { AnthropicCall } from './call.ts';
import type { AnthropicDirectory } from './directory.ts';
import { instantText } from './range.ts';
import { usageNumbers } from './usage-report.ts';

interface Group {
  span: Span;
  key: string;
  dimensions: JsonObject;
  slices: Slice[];
}

export function analyticsUsage(call: AnthropicCall): JsonObject {
  const query = readAnalyticsQuery(call, 'usage');
  const rows = groupsOf(call, query, (stream) => stream.surface === 'messages').map((group) => {
    const count = counter(group.slices);
    const numbers = usageNumbers(count);
    const requests = count('requests');
    const order: Record<string, number> = {
      total_tokens: numbers.totalTokens,
      output_tokens: count('output'),
      uncached_input_tokens: count('uncached'),
      requests,
      time: group.span.start,
    };
    return { group, rank: BigInt(order[query.orderBy] ?? 0), lines: [{ ...head(group), usage: { ...numbers.fields, total_tokens: numbers.totalTokens, requests } }] };
  });
  return pageOf(call, query, rows);
}

export function analyticsCost(call: AnthropicCall): JsonObject {
  const query = readAnalyticsQuery(call, 'cost');
  const fanOut = FAN_OUT.filter((name) => query.groupBy.includes(name));
  const rows = groupsOf(call, query, (stream) => stream.charges.length > 0).map((group) => {
    const parts = new Map<string, { item: JsonObject; pico: bigint }>();
    for (const { rule, pico } of chargesOf(group.slices)) {
      const item = Object.fromEntries(FAN_OUT.map((name) => [name, fanOut.includes(name) ? (rule.item[name] ?? null) : null]));
      const key = JSON.stringify(item);
      parts.set(key, { item, pico: (parts.get(key)?.pico ?? 0n) + pico });
    }
    const requests = fanOut.length > 0 ? null : counter(group.slices)('requests');
    const total = [...parts.values()].reduce((sum, { pico }) => sum + pico, 0n);
    const lines = [...parts.values()].map(({ item, pico }): JsonObject => {
      const { group: dimensions, ...rest } = head(group);
      return { ...rest, group: { ...(dimensions as JsonObject), ...item }, cost: { amount: picoToCents(pico), list_amount: picoToCents(pico), currency: 'USD', requests } };
    });
    return { group, rank: query.orderBy === 'time' ? BigInt(group.span.start) : total, lines };
  });
  return pageOf(call, query, rows);
}

interface RankedRow {
  group: Group;
  rank: bigint;
  /** More than one when fanned out; the fan does not count against the page's limit. */
  lines: JsonObject[];
}

function pageOf(call: AnthropicCall, query: AnalyticsQuery, rows: readonly RankedRow[]): JsonObject {
  const direction = query.descending ? -1 : 1;
  const sorted = rows
    .filter(({ lines }) => lines.length > 0)
    .sort((a, b) => (a.rank !== b.rank ? direction * (a.rank < b.rank ? -1 : 1) : a.group.span.start - b.group.span.start || (a.group.key < b.group.key ? -1 : 1)));
  const end = query.offset + query.limit;
  const hasMore = end < sorted.length;
  const refreshed = Math.floor((call.now.getTime() / 1000 - 7200) / 3600) * 3600;
  return {
    data: sorted.slice(query.offset, end).flatMap(({ lines }) => lines),
    has_more: hasMore,
    next_page: hasMore ? cursorFor(end, query.asked) : null,
    data_refreshed_at: instantText(refreshed),
  };
}

function groupsOf(call: AnthropicCall, query: AnalyticsQuery, wanted: (stream: Stream) => boolean): Group[] {
  const groups: Group[] = [];
  for (const span of query.spans) {
    const inSpan = new Map<string, Group>();
    for (const slice of slicesOf(call.world, call.world.anthropic, span, call.now)) {
      const { stream } = slice.streamDay;
      if (!wanted(stream) || countBetween(slice.streamDay, 'requests', slice.from, slice.to) === 0) continue;
      const known = dimensionsOf(call.world.anthropic.directory, stream);
      if (!isSelected(known, query.filters)) continue;
      const dimensions = Object.fromEntries(ANALYTICS_DIMENSIONS.map((name) => [name, query.groupBy.includes(name) ? (known[name] ?? null) : null]));
      const key = groupKey([JSON.stringify(dimensions)]);
      const group = inSpan.get(key) ?? { span, key, dimensions, slices: [] };
      group.slices.push(slice);
      inSpan.set(key, group);
    }
    groups.push(...inSpan.values());
  }
  return groups;
}

function isSelected(known: JsonObject, filters: AnalyticsQuery['filters']): boolean {
  return Object.entries(filters).every(([dimension, wanted]) => {
    const value = known[dimension];
    return wanted.length === 0 || wanted.includes(typeof value === 'string' ? value : '');
  });
}

/** What the beta pair knows about a stream: the default workspace by its real id, the actor as an object. */
function dimensionsOf(directory: AnthropicDirectory, stream: Stream): JsonObject {
  const { account_id, service_account_id, api_key_id, inference_geo, ...same } = stream.dimensions;
  const actor = actorOf(directory, String(account_id ?? service_account_id ?? ''), typeof api_key_id === 'string' ? api_key_id : null);
  return {
    ...same,
    api_key_id: api_key_id ?? null,
    inference_geo: inference_geo === 'not_available' ? null : (inference_geo ?? null),
    workspace_id: stream.dimensions.workspace_id ?? directory.defaultWorkspace.id,
    product: productOf(stream),
    organization_id: directory.organization.id,
    actor,
    actor_type: actor?.type ?? null,
    actor_id: actor?.user_id ?? actor?.service_account_id ?? actor?.api_key_id ?? null,
  };
}

function actorOf(directory: AnthropicDirectory, personId: string, keyId: string | null): Record<string, Json> | null {
  const person = directory.people.find(({ id }) => id === personId);
  if (person?.kind === 'user') return { type: 'user_actor', user_id: person.id, email_address: person.email, name: person.name, deleted: false };
  if (person) return { type: 'service_account_actor', service_account_id: person.id };
  return keyId === null ? null : { type: 'api_actor', api_key_id: keyId };
}

function productOf(stream: Stream): string {
  if (stream.labels.terminal_type !== undefined) return 'claude_code';
  if (stream.dimensions.service_tier === 'batch') return 'message_batches_api';
  return stream.dimensions.api_key_id === null ? 'claude_console' : 'messages_api';
}

function head(group: Group): JsonObject {
  return { starting_at: instantText(group.span.start), ending_at: instantText(group.span.end), group: group.dimensions };
}

function counter(slices: readonly Slice[]): (name: string) => number {
  return (name) => slices.reduce((sum, { streamDay, from, to }) => sum + countBetween(streamDay, name, from, to), 0);
}

function chargesOf(slices: readonly Slice[]): { rule: ChargeRule; pico: bigint }[] {
  return slices.flatMap(({ streamDay, from, to }) =>
    streamDay.stream.charges.flatMap((rule) => {
      const count = countBetween(streamDay, rule.counter, from, to);
      return count === 0 ? [] : [{ rule, pico: BigInt(count) * rule.picoUsdPerUnit }];
    }),
  );
}
