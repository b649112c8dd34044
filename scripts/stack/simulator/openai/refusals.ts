/** How OpenAI says no: error bodies and the texts that clients match on. */
import { ApiError } from '../api-error.ts';
import type { JsonObject } from '../json-text.ts';
import type { Wording } from '../parameters.ts';

export const OPENAI_WORDING: Wording = {
  tooLarge: (name, given, max) => `Invalid ${name} provided: ${given}. ${capital(name)} must be less than or equal to ${max}.`,
  tooSmall: (name, given, min) => `Invalid ${name} provided: ${given}. ${capital(name)} must be greater than or equal to ${min}.`,
};

export function openAiErrorBody(error: ApiError): JsonObject {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}

/** Some captures show the error as a plain string. */
export function openAiErrorString(error: ApiError): JsonObject {
  return { error: error.message };
}

/** @param masked prefix, stars and last four, as the service prints it. */
export function incorrectKey(masked: string): ApiError {
  return new ApiError(401, 'invalid_request_error', `Incorrect API key provided: ${masked}. You can find your API key at https://platform.openai.com/account/api-keys.`, { code: 'invalid_api_key' });
}

export function missingKey(): ApiError {
  return new ApiError(401, 'invalid_request_error', "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
}

/** @param status 403, or 401 as some reports have it. */
export function missingScope(scope: string, status = 403): ApiError {
  return new ApiError(
    status,
    'invalid_request_error',
    `You have insufficient permissions for this operation. Missing scopes: ${scope}. Check that you have the correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has the necessary scopes.`,
  );
}

export function unknownUrl(method: string, path: string): ApiError {
  return new ApiError(404, 'invalid_request_error', `Invalid URL (${method} /v1${path})`);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
