/** The beta pair's parameters: a range, dimensions, filters, and pages counted in rows. */
import { badRequest } from '../api-error.ts';
import { SECONDS_PER_DAY } from '../stream.ts';
import { type Span, WIDTHS, type Width, cutIntoBuckets } from '../buckets.ts';
import { positionOf } from '../cursor.ts';
import type { AnthropicCall } from './call.ts';
import { readInstant, snapDown } from './range.ts';
import { CONTEXT_WINDOWS, INFERENCE_GEOS, SERVICE_TIERS } from './usage-report.ts';

export const ANALYTICS_BETA = 'analytics-usage-cost-2026-08-24';

export const ANALYTICS_DIMENSIONS = [
  'actor', 'actor_type', 'agent_id', 'api_key_id', 'claude_tag_category', 'claude_tag_user_id', 'context_window', 'deployment_id',
  'environment_id', 'inference_geo', 'model', 'organization_id', 'product', 'rbac_group_id', 'service_tier', 'session_id',
  'slack_channel_id', 'speed', 'user_profile_id', 'workspace_id',
] as const;
/** Only of the cost endpoint; they fan a row out and do not count against the limits. */
export const FAN_OUT = ['cost_type', 'token_type'] as const;

const ACTOR_TYPES = ['api_actor', 'federated_actor', 'service_account_actor', 'user_actor'] as const;
const CLOSED_FILTERS: Readonly<Record<string, { dimension: string; values: readonly string[] }>> = {
  actor_types: { dimension: 'actor_type', values: ACTOR_TYPES },
  context_windows: { dimension: 'context_window', values: CONTEXT_WINDOWS },
  inference_geos: { dimension: 'inference_geo', values: INFERENCE_GEOS },
  service_tiers: { dimension: 'service_tier', values: SERVICE_TIERS },
  speeds: { dimension: 'speed', values: ['standard', 'fast'] },
};
const OPEN_FILTERS: Readonly<Record<string, string>> = {
  actor_ids: 'actor_id', agent_ids: 'agent_id', api_key_ids: 'api_key_id', claude_tag_categories: 'claude_tag_category', claude_tag_user_ids: 'claude_tag_user_id',
  deployment_ids: 'deployment_id', environment_ids: 'environment_id', models: 'model', organization_ids: 'organization_id', products: 'product',
  rbac_group_ids: 'rbac_group_id', session_ids: 'session_id', slack_channel_ids: 'slack_channel_id', user_profile_ids: 'user_profile_id', workspace_ids: 'workspace_id',
};

export interface AnalyticsQuery {
  spans: Span[];
  groupBy: readonly string[];
  /** Wanted values per dimension; an empty text selects rows without a value. */
  filters: Readonly<Record<string, readonly string[]>>;
  limit: number;
  offset: number;
  orderBy: string;
  descending: boolean;
  asked: string;
}

/** @throws ApiError */
export function readAnalyticsQuery(call: AnthropicCall, kind: 'usage' | 'cost'): AnalyticsQuery {
  const { parameters } = call;
  if (!call.betas.includes(ANALYTICS_BETA)) throw badRequest(`this endpoint requires the beta header ${ANALYTICS_BETA}`);
  const groupBy: readonly string[] = parameters.choices('group_by', kind === 'cost' ? [...ANALYTICS_DIMENSIONS, ...FAN_OUT] : ANALYTICS_DIMENSIONS);
  if (groupBy.filter((name) => !(FAN_OUT as readonly string[]).includes(name)).length > 5) throw badRequest('group_by: at most 5 dimensions may be given');
  const orders = kind === 'cost' ? ['amount', 'list_amount', 'time'] : ['total_tokens', 'output_tokens', 'uncached_input_tokens', 'requests', 'time'];
  const width = parameters.choice('time_bucket_width', WIDTHS);
  const orderBy = parameters.choice('order_by', orders) ?? orders[0] ?? '';
  if (orderBy === 'time' && width === null) throw badRequest('order_by: time needs time_bucket_width');
  if (parameters.flag('exclude_deleted_users') && !groupBy.includes('actor')) throw badRequest('exclude_deleted_users: needs group_by[]=actor');
  const asked = parameters.fingerprint(call.path);
  const cursor = parameters.text('page');
  const query: AnalyticsQuery = {
    spans: readSpans(call, width),
    groupBy,
    filters: readFilters(call),
    limit: parameters.limit({ min: 1, max: 1000, fallback: 20 }),
    offset: cursor === null ? 0 : positionOf(cursor, asked),
    orderBy,
    descending: (parameters.choice('order', ['asc', 'desc']) ?? 'desc') === 'desc',
    asked,
  };
  parameters.refuseOthers();
  return query;
}

function readSpans(call: AnthropicCall, width: Width | null): Span[] {
  const now = Math.floor(call.now.getTime() / 1000);
  const start = snapDown(readInstant('starting_at', call.parameters.required('starting_at')), width ?? '1h');
  const endText = call.parameters.text('ending_at');
  if (endText === null && width !== null) throw badRequest('ending_at: required with time_bucket_width');
  const end = endText === null ? Math.min(now, start + 31 * SECONDS_PER_DAY) : readInstant('ending_at', endText);
  if (end <= start) throw badRequest('ending date must be after starting date');
  if (start < Math.max(now - 365 * SECONDS_PER_DAY, Date.UTC(2026, 0, 1) / 1000)) throw badRequest('starting_at: must be within the last 365 days and not before 2026-01-01');
  const longest = width === '1m' ? 1 : 31;
  if (end - start > longest * SECONDS_PER_DAY) throw badRequest(`the range must not exceed ${longest === 1 ? '24 hours' : '31 days'}`);
  return width === null ? [{ start, end }] : cutIntoBuckets(start, end, width, Number.MAX_SAFE_INTEGER);
}

function readFilters({ parameters }: AnthropicCall): Record<string, readonly string[]> {
  return {
    ...Object.fromEntries(Object.entries(CLOSED_FILTERS).map(([name, { dimension, values }]) => [dimension, parameters.choices(name, values)])),
    ...Object.fromEntries(Object.entries(OPEN_FILTERS).map(([name, dimension]) => [dimension, parameters.list(name)])),
  };
}
