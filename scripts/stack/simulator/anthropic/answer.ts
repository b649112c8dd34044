/** One request to Anthropic's admin API, from header to body: key, version, path, parameters. */
import { ApiError, badRequest } from '../api-error.ts';
import type { Behaviour } from '../behaviour.ts';
import type { JsonObject } from '../json-text.ts';
import type { KeyRecord } from '../keys.ts';
import { Parameters, type QueryEntries } from '../parameters.ts';
import type { SimulatorState } from '../state.ts';
import { ANTHROPIC_WORDING, invalidKey, notFound, wrongCredentialKind } from './refusals.ts';
import { findAnthropicRoute } from './routes.ts';

export interface AnthropicRequest {
  method: string;
  /** Below the host, e.g. `/v1/organizations/me`. */
  path: string;
  query: QueryEntries;
  /** `key`: from `x-api-key`; `bearer`: an OAuth token from `Authorization`. */
  credential: 'key' | 'bearer' | 'none';
  version: string | null;
  betas: readonly string[];
}

/** @param record the key's, null when unknown. @throws ApiError */
export function answerAnthropic(state: SimulatorState, request: AnthropicRequest, record: KeyRecord | null, behaviours: readonly Behaviour[]): JsonObject {
  const key = requireKey(request, record, state.now());
  if (request.version === null) throw badRequest('anthropic-version: header is required');
  if (request.version !== '2023-06-01') throw badRequest('anthropic-version: "2023-06-01" is the only supported version');
  const route = findAnthropicRoute(request.path);
  if (!route) throw notFound();
  if (request.method !== 'GET') throw new ApiError(405, 'invalid_request_error', 'Method Not Allowed');
  if (key.kind === 'enterprise' && !route.openToEnterpriseKeys) throw wrongCredentialKind();
  const shape = behaviours.find((b) => b.kind === 'api_key_shape');
  return route.answer({
    path: request.path,
    parameters: new Parameters(request.query, 'brackets', ANTHROPIC_WORDING),
    now: state.now(),
    world: state.worldOf(key.org),
    quirks: { apiKeyShape: shape?.shape ?? 'both' },
    betas: request.betas,
  });
}

/** Ordinary keys, and tokens in the wrong header, are told nothing but "invalid". */
function requireKey(request: AnthropicRequest, record: KeyRecord | null, now: Date): KeyRecord {
  if (!record || record.revoked || (record.expiresAt && record.expiresAt <= now)) throw invalidKey();
  const fits = request.credential === 'bearer' ? record.kind === 'oauth' : record.kind === 'admin' || record.kind === 'enterprise';
  if (!fits) throw invalidKey();
  return record;
}
