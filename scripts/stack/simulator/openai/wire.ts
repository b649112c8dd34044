/**
 * The wire formats of OpenAI's admin API, as far as it is simulated, in this project's own words. Strict: a field that
 * is not listed is an error here, while a client must tolerate it.
 */
import { z } from 'zod';

const seconds = z.int().positive();
const count = z.int().nonnegative();
const text = z.string().min(1);
const nullableText = text.nullable();

/** Exactly the grouping fields of an endpoint, each null unless asked for. */
const dimensions = <N extends string>(...names: N[]) => Object.fromEntries(names.map((name) => [name, nullableText])) as Record<N, typeof nullableText>;
const apiSource = z.enum(['agents_api', 'unlabeled']).nullable();
const byModel = dimensions('project_id', 'user_id', 'api_key_id', 'model');

const tokenFields = {
  input_tokens: count,
  input_cached_tokens: count,
  input_cache_write_tokens: count,
  input_cache_write_30m_tokens: count,
  input_cache_write_12h_tokens: count,
  input_uncached_tokens: count,
  input_text_tokens: count,
  input_cached_text_tokens: count,
  input_audio_tokens: count,
  input_cached_audio_tokens: count,
  input_image_tokens: count,
  input_cached_image_tokens: count,
  output_tokens: count,
  output_text_tokens: count,
  output_audio_tokens: count,
  output_image_tokens: count,
  num_model_requests: count,
  ...byModel,
  batch: z.boolean().nullable(),
  service_tier: nullableText,
  api_source: apiSource,
};

const result = <O extends string, F extends z.core.$ZodLooseShape>(object: O, fields: F) => z.strictObject({ object: z.literal(object), ...fields });

const USAGE_RESULTS = {
  completions: result('organization.usage.completions.result', tokenFields),
  decisions: result('organization.usage.decisions.result', tokenFields),
  embeddings: result('organization.usage.embeddings.result', { input_tokens: count, num_model_requests: count, ...byModel }),
  moderations: result('organization.usage.moderations.result', { input_tokens: count, num_model_requests: count, ...byModel }),
  images: result('organization.usage.images.result', { images: count, num_model_requests: count, ...byModel, ...dimensions('size', 'source') }),
  audio_speeches: result('organization.usage.audio_speeches.result', { characters: count, num_model_requests: count, ...byModel }),
  audio_transcriptions: result('organization.usage.audio_transcriptions.result', { seconds: count, num_model_requests: count, ...byModel }),
  vector_stores: result('organization.usage.vector_stores.result', { usage_bytes: count, ...dimensions('project_id') }),
  code_interpreter_sessions: result('organization.usage.code_interpreter_sessions.result', { num_sessions: count, ...dimensions('project_id') }),
  file_search_calls: result('organization.usage.file_searches.result', { num_requests: count, ...dimensions('project_id', 'user_id', 'api_key_id', 'vector_store_id') }),
  web_search_calls: result('organization.usage.web_searches.result', {
    num_requests: count,
    num_model_requests: count,
    ...byModel,
    ...dimensions('context_level'),
    api_source: apiSource,
  }),
} as const;

const costsResult = result('organization.costs.result', {
  /** US dollars. A number here; clients accept a decimal text as well. */
  amount: z.strictObject({ value: z.number(), currency: z.literal('usd') }),
  ...dimensions('line_item', 'project_id', 'api_key_id', 'user_id'),
  api_source: apiSource,
  quantity: z.number().nonnegative().nullable(),
  quantity_unit: z.enum(['tokens', '1000_tokens', 'duration_seconds', 'duration_minutes', 'duration_hours', 'gibibyte_hours', 'images', 'characters']).nullable(),
  /** Undocumented, seen on the live service. */
  organization_id: nullableText.optional(),
  organization_name: nullableText.optional(),
  project_name: nullableText.optional(),
});

/** A page of buckets; a further page is announced twice, and both must agree. */
function page(row: z.ZodType) {
  const bucket = z
    .strictObject({ object: z.literal('bucket'), start_time: seconds, end_time: seconds, results: z.array(row) })
    .refine((b) => b.start_time < b.end_time, 'a bucket ends after it starts');
  return z
    .strictObject({ object: z.literal('page'), data: z.array(bucket), has_more: z.boolean(), next_page: nullableText })
    .refine((p) => p.has_more === (p.next_page !== null), 'has_more and next_page disagree');
}

/** `{ object: 'list' }`; the cursors are the ids of the first and last item. */
function list(item: z.ZodType<{ id: string }>) {
  return z
    .strictObject({ object: z.literal('list'), data: z.array(item), first_id: nullableText, last_id: nullableText, has_more: z.boolean() })
    .refine((l) => l.first_id === (l.data[0]?.id ?? null) && l.last_id === (l.data.at(-1)?.id ?? null), 'cursors are not the ids of the page');
}

const project = z.strictObject({
  id: z.string().startsWith('proj_'),
  object: z.literal('organization.project'),
  name: z.string().nullable(),
  created_at: seconds,
  archived_at: seconds.nullable(),
  status: z.enum(['active', 'archived']).nullable(),
  external_key_id: nullableText,
  residency: z.enum(['GLOBAL', 'US_STORAGE_PROCESSING', 'EU_STORAGE_PROCESSING', 'JP_STORAGE', 'KR_STORAGE', 'CA_STORAGE', 'SG_STORAGE', 'IN_STORAGE', 'AU_STORAGE', 'GB_STORAGE', 'AE_STORAGE', 'AE_STORAGE_PROCESSING']),
});

const ownerFields = { id: text, name: text, created_at: seconds, role: text };
const projectKey = z.strictObject({
  object: z.literal('organization.project.api_key'),
  id: z.string().startsWith('key_'),
  name: z.string(),
  redacted_value: text,
  created_at: seconds,
  last_used_at: seconds.nullable(),
  expires_at: seconds.nullable(),
  owner_project_access: z.enum(['active', 'inactive']),
  owner: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('user'), user: z.strictObject({ ...ownerFields, email: z.email() }) }),
    z.strictObject({ type: z.literal('service_account'), service_account: z.strictObject(ownerFields) }),
  ]),
});

const adminKey = z.strictObject({
  object: z.literal('organization.admin_api_key'),
  id: z.string().startsWith('key_'),
  name: z.string().nullable(),
  redacted_value: z.string().startsWith('sk-admin-').max(30),
  created_at: seconds,
  expires_at: seconds.nullable(),
  last_used_at: seconds.nullable(),
  owner: z.strictObject({ type: text, object: text, id: text, name: text, created_at: seconds, role: text }),
});

const user = z.strictObject({ object: z.literal('organization.user'), id: text, name: text.nullable(), email: z.email().nullable(), role: nullableText, added_at: seconds });

const spendLimit = (object: string) =>
  z.strictObject({ object: z.literal(object), threshold_amount: count, currency: z.literal('USD'), interval: z.literal('month'), enforcement: z.strictObject({ status: z.enum(['inactive', 'enforcing']) }) });
const spendAlert = (object: string) =>
  z.strictObject({
    id: text,
    object: z.literal(object),
    threshold_amount: count,
    currency: z.literal('USD'),
    interval: z.literal('month'),
    notification_channel: z.strictObject({ type: z.literal('email'), recipients: z.array(z.email()), subject_prefix: nullableText }),
  });

const ERROR_FIELDS = { message: text, type: text, param: nullableText, code: nullableText };
/** The documented object, or the plain string of some captures. */
export const openAiError = z.strictObject({ error: z.union([z.strictObject(ERROR_FIELDS), text]) });

const ENDPOINTS: readonly (readonly [path: RegExp, schema: z.ZodType])[] = [
  ...Object.entries(USAGE_RESULTS).map(([path, row]) => [new RegExp(`^/organization/usage/${path}$`), page(row)] as const),
  [/^\/organization\/costs$/, page(costsResult)],
  [/^\/organization\/projects$/, list(project)],
  [/^\/organization\/projects\/[^/]+$/, project],
  [/^\/organization\/projects\/[^/]+\/api_keys$/, list(projectKey)],
  [/^\/organization\/projects\/[^/]+\/api_keys\/[^/]+$/, projectKey],
  [/^\/organization\/projects\/[^/]+\/spend_limit$/, spendLimit('project.spend_limit')],
  [/^\/organization\/projects\/[^/]+\/spend_alerts$/, list(spendAlert('project.spend_alert'))],
  [/^\/organization\/admin_api_keys$/, list(adminKey)],
  [/^\/organization\/admin_api_keys\/[^/]+$/, adminKey],
  [/^\/organization\/users$/, list(user)],
  [/^\/organization\/users\/[^/]+$/, user],
  [/^\/organization\/spend_limit$/, spendLimit('organization.spend_limit')],
  [/^\/organization\/spend_alerts$/, list(spendAlert('organization.spend_alert'))],
];

/** @param path below `/v1`, without the query. */
export function openAiAnswer(path: string): z.ZodType | null {
  return ENDPOINTS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
