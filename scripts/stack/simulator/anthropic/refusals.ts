/** How Anthropic says no. The body of a wrong key and of a wrong kind of key is the same. */
import { ApiError } from '../api-error.ts';
import type { JsonObject } from '../json-text.ts';
import type { Wording } from '../parameters.ts';

export const ANTHROPIC_WORDING: Wording = {
  tooLarge: (name, _given, max) => `${name}: Input should be less than or equal to ${max}`,
  tooSmall: (name, _given, min) => `${name}: Input should be greater than or equal to ${min}`,
};

export function anthropicErrorBody(error: ApiError, requestId: string): JsonObject {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}

export function invalidKey(): ApiError {
  return new ApiError(401, 'authentication_error', 'invalid x-api-key');
}

export function wrongCredentialKind(): ApiError {
  return new ApiError(403, 'permission_error', 'Authentication method not allowed for this endpoint');
}

export function notFound(): ApiError {
  return new ApiError(404, 'not_found_error', 'The requested resource could not be found.');
}
