/** One request to OpenAI's admin API, from header to body: key, scope, path, parameters. */
import { ApiError } from '../api-error.ts';
import type { Behaviour } from '../behaviour.ts';
import type { JsonObject } from '../json-text.ts';
import { type KeyRecord, kindOf } from '../keys.ts';
import { maskKey } from '../masked-key.ts';
import { Parameters, type QueryEntries } from '../parameters.ts';
import type { SimulatorState } from '../state.ts';
import type { OpenAiCall } from './call.ts';
import { OPENAI_WORDING, incorrectKey, missingKey, missingScope, openAiErrorBody, openAiErrorString, unknownUrl } from './refusals.ts';
import { findOpenAiRoute } from './routes.ts';

export interface OpenAiRequest {
  method: string;
  /** Below `/v1`. */
  path: string;
  query: QueryEntries;
  /** From `Authorization: Bearer`; null when there is none. */
  key: string | null;
}

/** @param record the key's, null when unknown. @throws ApiError */
export function answerOpenAi(state: SimulatorState, request: OpenAiRequest, record: KeyRecord | null, behaviours: readonly Behaviour[]): JsonObject {
  const admin = requireAdminKey(request, record, state.now());
  const route = findOpenAiRoute(request.path);
  if (!route) throw unknownUrl(request.method, request.path);
  if (request.method !== 'GET') throw new ApiError(405, 'invalid_request_error', `Not allowed to ${request.method} on /v1${request.path}`);
  if (!admin.scopes.includes(route.scope)) throw missingScope(route.scope);
  return route.answer(callOf(state, request, admin, behaviours));
}

/** A key of the wrong kind is refused before anybody looks whether it exists, as the live service does. */
function requireAdminKey(request: OpenAiRequest, record: KeyRecord | null, now: Date): KeyRecord {
  if (request.key === null) throw missingKey();
  const kind = record?.kind ?? kindOf('openai', request.key);
  if (kind !== null && kind !== 'admin') throw missingScope('api.usage.read');
  if (!record || record.revoked || (record.expiresAt && record.expiresAt <= now)) throw incorrectKey(maskKey(request.key));
  return record;
}

function callOf(state: SimulatorState, request: OpenAiRequest, key: KeyRecord, behaviours: readonly Behaviour[]): OpenAiCall {
  const issued = state.keys.ofOrg('openai', key.org).filter(({ kind, revoked }) => kind === 'admin' && !revoked);
  return {
    path: request.path,
    parameters: new Parameters(request.query, 'either', OPENAI_WORDING),
    now: state.now(),
    world: state.worldOf(key.org),
    quirks: {
      refusesUserWithProject: behaviours.some(({ kind }) => kind === 'refuse_user_with_project'),
      hidesOrganizationInRows: behaviours.some((b) => b.kind === 'hide_organization' && b.rows),
    },
    adminKeys: issued.map((each) => ({
      id: each.id.replace('simkey_', 'key_'),
      name: 'Keymeter',
      redacted: each.masked.replace(/\*+/, '***...'),
      createdAt: each.createdAt,
      expiresAt: each.expiresAt,
      lastUsedAt: each.lastUsedAt,
    })),
  };
}

/** The organisation's id in a header of every answer to a known key, unless that is switched off. */
export function openAiHeaders(state: SimulatorState, record: KeyRecord | null, behaviours: readonly Behaviour[], requestId: string): Record<string, string> {
  const hidden = behaviours.some((b) => b.kind === 'hide_organization' && b.header);
  const organization: Record<string, string> = record && !hidden ? { 'openai-organization': state.worldOf(record.org).openai.directory.organization.id } : {};
  return { 'x-request-id': requestId, 'openai-version': '2020-10-01', ...organization };
}

/** Service-account keys get the error as a plain string, which some captures show; all others the documented object. */
export function openAiRefusalBody(error: ApiError, key: string | null): JsonObject {
  return error.status === 403 && key !== null && kindOf('openai', key) === 'service_account' ? openAiErrorString(error) : openAiErrorBody(error);
}
