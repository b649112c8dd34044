/** The answers of Anthropic's admin endpoints: what is used is required, everything else passes. */
import { z } from 'zod';
import { centsText, count, countOrZero, currency, rfc3339, text, textOrNull } from '../wire.ts';

const page = <R extends z.ZodType>(result: R) =>
  z.object({
    data: z.array(z.object({ starting_at: rfc3339, ending_at: rfc3339, results: z.array(result) })),
    has_more: z.boolean(),
    next_page: textOrNull,
  });

const list = <I extends z.ZodType>(item: I) => z.object({ data: z.array(item), has_more: z.boolean(), last_id: textOrNull });

/** `amount` is cents as decimal text with any number of decimals; here it is dollars. */
export const costPage = page(
  z.object({
    amount: centsText,
    currency,
    cost_type: textOrNull,
    description: textOrNull,
    model: textOrNull,
    token_type: textOrNull,
    service_tier: textOrNull,
    context_window: textOrNull,
    inference_geo: textOrNull,
    workspace_id: textOrNull,
  }),
);
export type CostRow = z.output<typeof costPage>['data'][number]['results'][number];

/** Nested objects are missing in old captures: zero then. */
export const messagesPage = page(
  z.object({
    uncached_input_tokens: count,
    cache_creation: z.object({ ephemeral_5m_input_tokens: countOrZero, ephemeral_1h_input_tokens: countOrZero }).nullish(),
    cache_read_input_tokens: countOrZero,
    output_tokens: count,
    server_tool_use: z.object({ web_search_requests: countOrZero }).nullish(),
    account_id: textOrNull,
    api_key_id: textOrNull,
    context_window: textOrNull,
    inference_geo: textOrNull,
    model: textOrNull,
    service_account_id: textOrNull,
    service_tier: textOrNull,
    speed: textOrNull,
    workspace_id: textOrNull,
  }),
);
export type MessagesRow = z.output<typeof messagesPage>['data'][number]['results'][number];

/** Here the amount is a JSON number, in cents as well, and an estimate. */
export const claudeCodePage = z.object({
  data: z.array(
    z.object({
      date: text,
      actor: z.object({ type: textOrNull, email_address: textOrNull, api_key_name: textOrNull }),
      customer_type: textOrNull,
      terminal_type: textOrNull,
      model_breakdown: z.array(
        z.object({
          model: textOrNull,
          tokens: z.object({ input: countOrZero, output: countOrZero, cache_read: countOrZero, cache_creation: countOrZero }),
          estimated_cost: z.object({ amount: centsText, currency }).nullish(),
        }),
      ),
    }),
  ),
  has_more: z.boolean(),
  next_page: textOrNull,
});
export type ClaudeCodeRow = z.output<typeof claudeCodePage>['data'][number];

export const organization = z.object({ id: text, name: textOrNull });
export const workspaceList = list(z.object({ id: text, name: textOrNull, archived_at: textOrNull }));
/** The workspace is `workspace_id` in older answers and inside `scope` in newer ones. */
export const apiKeyList = list(
  z.object({
    id: text,
    name: textOrNull,
    status: textOrNull,
    partial_key_hint: textOrNull,
    workspace_id: textOrNull,
    scope: z.object({ workspace_id: textOrNull }).nullish(),
  }),
);
