/** `/organization/costs`: dollars by day, the only place where OpenAI tells money. */
import { badRequest } from '../api-error.ts';
import { type Span, groupKey, passes, slicesOf } from '../buckets.ts';
import { type JsonObject, RawNumber } from '../json-text.ts';
import { picoToUsd, scaledToDecimal, toJsonNumber } from '../pico.ts';
import { type ChargeRule, type Dimensions, countBetween } from '../stream.ts';
import type { OpenAiCall } from './call.ts';
import { readBuckets } from './range.ts';

/** 2025-12-06T00:00:00Z: before it the live service does not know which key caused a cost. */
export const COST_BY_KEY_SINCE = 1_764_979_200;

const GROUP_BY = ['project_id', 'line_item', 'api_key_id', 'user_id', 'api_source'] as const;

interface CostRow {
  dimensions: Record<string, string | null>;
  pico: bigint;
  /** Quantity times 1,024, the only divisor in use, so that GiB hours stay whole. */
  quantity1024: bigint;
  unit: string | null;
}

export function costReport(call: OpenAiCall): JsonObject {
  const { parameters } = call;
  const page = readBuckets(parameters, 'costs', call.path, call.now);
  const groupBy: readonly string[] = parameters.choices('group_by', GROUP_BY);
  const filters = { project_id: parameters.list('project_ids'), api_key_id: parameters.list('api_key_ids'), line_item: parameters.list('line_items') };
  parameters.refuseOthers();
  if (groupBy.includes('api_key_id') && page.startTime < COST_BY_KEY_SINCE) {
    throw badRequest(`Grouping by api_key_id is only available for start_time greater than or equal to ${COST_BY_KEY_SINCE}.`, 'group_by');
  }
  if (call.quirks.refusesUserWithProject && groupBy.includes('user_id') && (groupBy.includes('project_id') || filters.project_id.length > 0)) {
    throw badRequest('Grouping by user_id cannot be combined with project_id for this organization and time range.', 'group_by');
  }
  return {
    object: 'page',
    data: page.buckets.map((bucket) => ({
      object: 'bucket',
      start_time: bucket.start,
      end_time: bucket.end,
      results: costRows(call, bucket, groupBy, filters).map((row) => costResult(call, row, groupBy)),
    })),
    has_more: page.nextPage !== null,
    next_page: page.nextPage,
  };
}

function costRows(call: OpenAiCall, bucket: Span, groupBy: readonly string[], filters: Record<string, readonly string[]>): CostRow[] {
  const rows = new Map<string, CostRow>();
  for (const { streamDay, from, to } of slicesOf(call.world, call.world.openai, bucket, call.now)) {
    for (const rule of streamDay.stream.charges) {
      const all = allDimensions(streamDay.stream.dimensions, rule);
      const count = countBetween(streamDay, rule.counter, from, to);
      if (count === 0 || !passes(all, filters)) continue;
      const key = groupKey(groupBy.map((name) => all[name] ?? null));
      const row = rows.get(key) ?? { dimensions: all, pico: 0n, quantity1024: 0n, unit: rule.quantityUnit };
      row.pico += BigInt(count) * rule.picoUsdPerUnit;
      row.quantity1024 += (BigInt(count) * 1024n) / rule.unitsPerQuantity;
      rows.set(key, row);
    }
  }
  return [...rows.keys()].sort().flatMap((key) => rows.get(key) ?? []);
}

function allDimensions(stream: Dimensions, rule: ChargeRule): Record<string, string | null> {
  return Object.fromEntries(
    GROUP_BY.map((name) => {
      const value = name === 'line_item' ? rule.item.line_item : stream[name];
      return [name, typeof value === 'string' ? value : null];
    }),
  );
}

function costResult(call: OpenAiCall, row: CostRow, groupBy: readonly string[]): JsonObject {
  const { directory } = call.world.openai;
  const byItem = groupBy.includes('line_item');
  const asked = Object.fromEntries(GROUP_BY.map((name) => [name, groupBy.includes(name) ? (row.dimensions[name] ?? null) : null]));
  const project = directory.projects.find(({ id }) => id === asked.project_id);
  return {
    object: 'organization.costs.result',
    amount: { value: new RawNumber(toJsonNumber(picoToUsd(row.pico))), currency: 'usd' },
    ...asked,
    quantity: byItem ? new RawNumber(quantityText(row.quantity1024)) : null,
    quantity_unit: byItem ? row.unit : null,
    ...(call.quirks.hidesOrganizationInRows
      ? {}
      : { organization_id: directory.organization.id, organization_name: directory.organization.name, project_name: project?.name ?? null }),
  };
}

/** A whole number of 1/1,024ths has at most ten decimals. */
function quantityText(quantity1024: bigint): string {
  return scaledToDecimal((quantity1024 * 10n ** 10n) / 1024n, 10);
}
