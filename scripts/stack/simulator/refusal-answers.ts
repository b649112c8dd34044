/** The error answers that can be demanded, in each provider's own words. */
import { ApiError } from './api-error.ts';
import { invalidKey, notFound, wrongCredentialKind } from './anthropic/refusals.ts';
import type { Refusal } from './behaviour.ts';
import type { KeyRecord } from './keys.ts';
import { incorrectKey, missingKey, missingScope, unknownUrl } from './openai/refusals.ts';

export interface RefusalAnswer {
  error: ApiError;
  /** Extra headers, e.g. `retry-after`. */
  headers: Record<string, string>;
  /** `string`: OpenAI's body with the error as plain text; `html`: the page of a proxy. */
  body: 'object' | 'string' | 'html';
}

export function refusalAnswer(refusal: Refusal, key: KeyRecord, path: string): RefusalAnswer {
  const body = 'body' in refusal ? refusal.body : refusal.kind === 'html_page' ? 'html' : 'object';
  const retryAfter: Record<string, string> = 'retryAfter' in refusal && refusal.retryAfter !== undefined ? { 'retry-after': String(refusal.retryAfter) } : {};
  return { error: key.provider === 'openai' ? openAiError(refusal, key, path) : anthropicError(refusal), headers: retryAfter, body };
}

function openAiError(refusal: Refusal, key: KeyRecord, path: string): ApiError {
  switch (refusal.kind) {
    case 'unauthorized':
      return refusal.variant === 'missing_scope' ? missingScope('api.usage.read', 401) : refusal.variant === 'no_key' ? missingKey() : incorrectKey(key.masked);
    case 'forbidden':
      return refusal.variant === 'wrong_kind'
        ? new ApiError(403, 'invalid_request_error', 'You have insufficient permissions for this operation.')
        : missingScope('api.usage.read');
    case 'not_found':
      return unknownUrl('GET', path);
    case 'bad_request':
      return new ApiError(400, 'invalid_request_error', refusal.message);
    case 'rate_limited':
      return new ApiError(429, 'requests', 'Rate limit reached. Please try again later.', { code: 'rate_limit_exceeded' });
    case 'server_error':
      return new ApiError(refusal.status, 'server_error', 'The server had an error while processing your request. Sorry about that!');
    case 'html_page':
      return proxyPage(refusal.status);
  }
}

const ANTHROPIC_SERVER_ERRORS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  504: ['timeout_error', 'Request timed out'],
  529: ['overloaded_error', 'Overloaded'],
};

function anthropicError(refusal: Refusal): ApiError {
  switch (refusal.kind) {
    case 'unauthorized':
      return invalidKey();
    case 'forbidden':
      return refusal.variant === 'wrong_kind'
        ? wrongCredentialKind()
        : new ApiError(403, 'permission_error', 'The credential holds the scopes [] and needs [org:admin].');
    case 'not_found':
      return notFound();
    case 'bad_request':
      return new ApiError(400, 'invalid_request_error', refusal.message);
    case 'rate_limited':
      return new ApiError(429, 'rate_limit_error', 'This request would exceed the rate limit for your organization.');
    case 'server_error': {
      const [type, message] = ANTHROPIC_SERVER_ERRORS[refusal.status] ?? ['api_error', 'Internal server error'];
      return new ApiError(refusal.status, type, message);
    }
    case 'html_page':
      return proxyPage(refusal.status);
  }
}

/** The page of a proxy in front of the provider, whoever that is. */
function proxyPage(status: number): ApiError {
  return new ApiError(status, 'proxy', `<!DOCTYPE html>\n<html><head><title>${status} Bad gateway</title></head><body><h1>${status}</h1><p>The web server reported a bad gateway error.</p></body></html>\n`);
}
