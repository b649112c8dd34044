/**
 * The wire formats of Anthropic's admin API, as far as it is simulated, in this project's own words. Strict: a field
 * that is not listed is an error here, while a client must tolerate it.
 */
import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().nonnegative();
const text = z.string().min(1);
const nullableText = text.nullable();
/** US cents as decimal text; never a JSON number in the reports. */
const cents = z.string().regex(/^-?\d+(\.\d+)?$/);

const serviceTier = z.enum(['batch', 'flex', 'flex_discount', 'priority', 'priority_on_demand', 'standard']).nullable();
const contextWindow = z.enum(['0-200k', '200k-1M']).nullable();
const inferenceGeo = z.enum(['global', 'not_available', 'us']).nullable();
const costType = z.enum(['tokens', 'web_search', 'code_execution', 'session_usage']).nullable();
const tokenType = z
  .enum(['uncached_input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation.ephemeral_5m_input_tokens', 'cache_creation.ephemeral_1h_input_tokens'])
  .nullable();
const speed = z.enum(['fast', 'standard']).nullable();

const tokenFields = {
  uncached_input_tokens: count,
  cache_creation: z.strictObject({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }),
  cache_read_input_tokens: count,
  output_tokens: count,
  server_tool_use: z.strictObject({ web_search_requests: count }),
};

const usageResult = z.strictObject({
  ...tokenFields,
  account_id: nullableText,
  api_key_id: nullableText,
  context_window: contextWindow,
  inference_geo: inferenceGeo,
  model: nullableText,
  service_account_id: nullableText,
  service_tier: serviceTier,
  workspace_id: nullableText,
  /** Only when grouped by speed. */
  speed: speed.optional(),
});

const costResult = z.strictObject({
  amount: cents,
  currency: z.literal('USD'),
  cost_type: costType,
  description: nullableText,
  model: nullableText,
  token_type: tokenType,
  service_tier: z.enum(['batch', 'standard']).nullable(),
  context_window: contextWindow,
  inference_geo: inferenceGeo,
  workspace_id: nullableText,
});

const paging = { has_more: z.boolean(), next_page: nullableText };

/** A further page is announced twice, and both must agree. */
const agrees = (page: { has_more: boolean; next_page: string | null }) => page.has_more === (page.next_page !== null);
const DISAGREES = 'has_more and next_page disagree';

function buckets(row: z.ZodType) {
  const bucket = z.strictObject({ starting_at: instant, ending_at: instant, results: z.array(row) }).refine((b) => b.starting_at < b.ending_at, 'a bucket ends after it starts');
  return z.strictObject({ data: z.array(bucket), ...paging }).refine(agrees, DISAGREES);
}

const claudeCodeRecord = z.strictObject({
  date: instant,
  actor: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('user_actor'), email_address: z.email() }),
    z.strictObject({ type: z.literal('api_actor'), api_key_name: text }),
  ]),
  organization_id: z.uuid(),
  customer_type: z.enum(['api', 'subscription']),
  subscription_type: z.enum(['enterprise', 'team']).nullable(),
  terminal_type: text,
  is_remote: z.boolean(),
  core_metrics: z.strictObject({
    num_sessions: count,
    lines_of_code: z.strictObject({ added: count, removed: count }),
    commits_by_claude_code: count,
    pull_requests_by_claude_code: count,
  }),
  tool_actions: z.record(z.string(), z.strictObject({ accepted: count, rejected: count })),
  model_breakdown: z.array(
    z.strictObject({
      model: text,
      tokens: z.strictObject({ input: count, output: count, cache_read: count, cache_creation: count }),
      /** Cents as a JSON number, unlike the reports. */
      estimated_cost: z.strictObject({ amount: z.number().nonnegative(), currency: z.literal('USD') }),
    }),
  ),
});

/** Cursors are the ids of the first and last item. */
function list(item: z.ZodType<{ id: string }>) {
  return z
    .strictObject({ data: z.array(item), first_id: nullableText, last_id: nullableText, has_more: z.boolean() })
    .refine((l) => l.first_id === (l.data[0]?.id ?? null) && l.last_id === (l.data.at(-1)?.id ?? null), 'cursors are not the ids of the page');
}

const workspace = z.strictObject({
  id: z.string().startsWith('wrkspc_'),
  type: z.literal('workspace'),
  name: text,
  created_at: instant,
  archived_at: instant.nullable(),
  display_color: z.string().regex(/^#[0-9A-F]{6}$/),
  compartment_id: z.uuid(),
  external_key_id: nullableText,
  data_residency: z.strictObject({ workspace_geo: text, default_inference_geo: text, allowed_inference_geos: z.union([z.literal('unrestricted'), z.array(text)]) }),
  tags: z.record(z.string(), z.string()),
});

const person = z.strictObject({ id: text, type: z.enum(['user', 'service_account']) });
const apiKey = z.strictObject({
  id: z.string().startsWith('apikey_'),
  type: z.literal('api_key'),
  name: text,
  status: z.enum(['active', 'archived', 'expired', 'inactive']),
  partial_key_hint: nullableText,
  created_at: instant,
  expires_at: instant.nullable(),
  created_by: person.nullable(),
  /** The older and the newer form. */
  principal: z
    .union([person, z.strictObject({ type: z.literal('user_actor'), user_id: text }), z.strictObject({ type: z.literal('service_account_actor'), service_account_id: text })])
    .nullable(),
  workspace_id: nullableText.optional(),
  scope: z.union([z.strictObject({ type: z.literal('workspace'), workspace_id: text }), z.strictObject({ type: z.literal('organization') })]).optional(),
});

const analyticsGroup = {
  actor: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('user_actor'), user_id: text, email_address: z.email().nullable(), name: nullableText, deleted: z.boolean() }),
      z.strictObject({ type: z.literal('service_account_actor'), service_account_id: text }),
      z.strictObject({ type: z.literal('api_actor'), api_key_id: text }),
    ])
    .nullable(),
  actor_type: z.enum(['api_actor', 'federated_actor', 'service_account_actor', 'user_actor']).nullable(),
  context_window: contextWindow,
  inference_geo: z.enum(['global', 'us']).nullable(),
  service_tier: serviceTier,
  speed,
  ...Object.fromEntries(
    [
      'agent_id', 'api_key_id', 'claude_tag_category', 'claude_tag_user_id', 'deployment_id', 'environment_id', 'model', 'organization_id',
      'product', 'rbac_group_id', 'session_id', 'slack_channel_id', 'user_profile_id', 'workspace_id',
    ].map((name) => [name, nullableText]),
  ),
};
const analyticsPaging = { ...paging, data_refreshed_at: instant.nullable() };
const analyticsUsageRow = z.strictObject({
  starting_at: instant,
  ending_at: instant,
  group: z.strictObject(analyticsGroup),
  usage: z.strictObject({ ...tokenFields, total_tokens: count, requests: count }),
});
const analyticsCostRow = z.strictObject({
  starting_at: instant,
  ending_at: instant,
  group: z.strictObject({ ...analyticsGroup, cost_type: costType, token_type: tokenType }),
  cost: z.strictObject({ amount: cents, list_amount: cents, currency: z.literal('USD'), requests: count.nullable() }),
});

export const anthropicError = z.strictObject({
  type: z.literal('error'),
  error: z.strictObject({ type: text, message: text }),
  request_id: z.string().startsWith('req_'),
});

const ENDPOINTS: Readonly<Record<string, z.ZodType>> = {
  '/v1/organizations/usage_report/messages': buckets(usageResult),
  '/v1/organizations/cost_report': buckets(costResult),
  '/v1/organizations/usage_report/claude_code': z.strictObject({ data: z.array(claudeCodeRecord), ...paging }).refine(agrees, DISAGREES),
  '/v1/organizations/workspaces': list(workspace),
  '/v1/organizations/api_keys': list(apiKey),
  '/v1/organizations/me': z.strictObject({ id: z.uuid(), type: z.literal('organization'), name: text }),
  '/v1/organizations/analytics/usage': z.strictObject({ data: z.array(analyticsUsageRow), ...analyticsPaging }).refine(agrees, DISAGREES),
  '/v1/organizations/analytics/cost': z.strictObject({ data: z.array(analyticsCostRow), ...analyticsPaging }).refine(agrees, DISAGREES),
};

/** @param path below the host, without the query. */
export function anthropicAnswer(path: string): z.ZodType | null {
  return ENDPOINTS[path] ?? null;
}
