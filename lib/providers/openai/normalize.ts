/** OpenAI's rows as facts. Pure. */
import { dayOf } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import { attributes } from '../attributes.ts';
import type { Bucket, BucketWidth } from '../buckets.ts';
import type { CostFact, Dimensions, UsageFact } from '../contract.ts';
import { parseLineItem } from './line-item.ts';
import type { CostRow, UsageRow } from './schema.ts';
import type { UsageSurface } from './surfaces.ts';

/** Amounts are dollars already. Quantity and unit are the billed ones, so amount / quantity is the effective price. */
export function costFact(bucket: Bucket<unknown>, row: CostRow): CostFact {
  const item = parseLineItem(row.line_item);
  return {
    day: dayOf(bucket.start),
    dimensions: {
      surface: 'cost',
      projectRef: row.project_id,
      model: item.model,
      apiKeyRef: row.api_key_id,
      userRef: null,
      lineItem: row.line_item,
      tokenType: item.direction,
      serviceTier: null,
      attributes: attributes({ modality: item.modality }),
    },
    amount: Money.parse(row.amount.value, row.amount.currency),
    quantity: row.quantity,
    quantityUnit: row.quantity === null ? null : row.quantity_unit,
  };
}

/** `input_tokens` holds the cached and the written tokens already, so nothing is added to it. */
export function usageFact(surface: UsageSurface, width: BucketWidth, bucket: Bucket<unknown>, row: UsageRow): UsageFact {
  const dimensions: Dimensions = {
    surface: surface.surface,
    projectRef: row.project_id,
    model: row.model,
    apiKeyRef: row.api_key_id,
    userRef: row.user_id,
    lineItem: null,
    tokenType: null,
    serviceTier: row.batch === true ? 'batch' : row.service_tier,
    attributes: attributes({ size: row.size, source: row.source, context_level: row.context_level, vector_store_id: row.vector_store_id }),
  };
  return {
    start: bucket.start,
    width,
    dimensions,
    inputTokens: row.input_tokens,
    cacheReadTokens: row.input_cached_tokens,
    cacheWriteTokens: row.input_cache_write_tokens,
    cacheWriteLongTokens: row.input_cache_write_12h_tokens,
    outputTokens: row.output_tokens,
    requests: row.num_model_requests,
    quantity: row.counted,
    quantityUnit: row.counted === null ? null : surface.quantityUnit,
    estimatedCost: null,
  };
}
