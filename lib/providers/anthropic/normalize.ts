/** Anthropic's rows as facts. Pure. */
import { dayOf, startOf, type Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import { attributes } from '../attributes.ts';
import type { Bucket, BucketWidth } from '../buckets.ts';
import type { CostFact, UsageFact } from '../contract.ts';
import type { ClaudeCodeRow, CostRow, MessagesRow } from './schema.ts';

/** A `workspace_id` of null is the default workspace, as every read groups by workspace. */
export function costFact(bucket: Bucket<unknown>, row: CostRow): CostFact {
  return {
    day: dayOf(bucket.start),
    dimensions: {
      surface: 'cost',
      projectRef: row.workspace_id,
      model: row.model,
      apiKeyRef: null,
      userRef: null,
      lineItem: row.description,
      tokenType: row.token_type,
      serviceTier: row.service_tier,
      attributes: attributes({ cost_type: row.cost_type, context_window: row.context_window, inference_geo: row.inference_geo }),
    },
    amount: Money.parse(row.amount, row.currency),
    quantity: null,
    quantityUnit: null,
  };
}

/** `uncached_input_tokens` leaves out what the cache served and stored; our `inputTokens` is all of it. */
export function messagesFact(width: BucketWidth, bucket: Bucket<unknown>, row: MessagesRow): UsageFact {
  const written5m = row.cache_creation?.ephemeral_5m_input_tokens ?? 0n;
  const written1h = row.cache_creation?.ephemeral_1h_input_tokens ?? 0n;
  const searches = row.server_tool_use?.web_search_requests ?? 0n;
  return {
    start: bucket.start,
    width,
    dimensions: {
      surface: 'messages',
      projectRef: row.workspace_id,
      model: row.model,
      apiKeyRef: row.api_key_id,
      userRef: row.account_id ?? row.service_account_id,
      lineItem: null,
      tokenType: null,
      serviceTier: row.service_tier,
      attributes: attributes({ context_window: row.context_window, inference_geo: row.inference_geo, speed: row.speed }),
    },
    inputTokens: row.uncached_input_tokens + row.cache_read_input_tokens + written5m + written1h,
    cacheReadTokens: row.cache_read_input_tokens,
    cacheWriteTokens: written5m + written1h,
    cacheWriteLongTokens: written1h,
    outputTokens: row.output_tokens,
    requests: null,
    quantity: searches === 0n ? null : searches.toString(),
    quantityUnit: searches === 0n ? null : 'searches',
    estimatedCost: null,
  };
}

/**
 * One fact per model. The person's mail address is the only id this report gives; it becomes `userRef` and is personal
 * data. A key comes by its name, which is no id, so it stays an attribute.
 */
export function claudeCodeFacts(day: Day, row: ClaudeCodeRow): UsageFact[] {
  return row.model_breakdown.map(({ model, tokens, estimated_cost: estimate }) => ({
    start: startOf(day),
    width: '1d',
    dimensions: {
      surface: 'claude_code',
      projectRef: null,
      model,
      apiKeyRef: null,
      userRef: row.actor.email_address,
      lineItem: null,
      tokenType: null,
      serviceTier: null,
      attributes: attributes({
        actor: row.actor.type,
        api_key_name: row.actor.api_key_name,
        customer_type: row.customer_type,
        terminal_type: row.terminal_type,
      }),
    },
    inputTokens: tokens.input + tokens.cache_read + tokens.cache_creation,
    cacheReadTokens: tokens.cache_read,
    cacheWriteTokens: tokens.cache_creation,
    cacheWriteLongTokens: 0n,
    outputTokens: tokens.output,
    requests: null,
    quantity: null,
    quantityUnit: null,
    estimatedCost: estimate ? Money.parse(estimate.amount, estimate.currency) : null,
  }));
}
