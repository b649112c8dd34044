/**
 * A status and a body as one of our closed codes. The body is read, because a missing scope is 401 or 403 depending on
 * the day, but nothing of it is repeated: its text can hold a part of the key.
 */
import { retryAfterMs } from '#lib/retry-after.ts';
import { ProviderError, type ProviderResponse } from './contract.ts';

/** @param endpoint for the operator, e.g. `GET /organization/costs`. @param now for a `retry-after` that is a date. */
export function refusalOf(response: ProviderResponse, endpoint: string, now: Date = new Date()): ProviderError | null {
  const { status } = response;
  if (status === 200) return null;
  const error = (code: ConstructorParameters<typeof ProviderError>[0], why = '') =>
    new ProviderError(code, { status, detail: why ? `${endpoint}: ${why}` : endpoint });
  const temporary = (code: 'rate_limited' | 'provider_unavailable') =>
    new ProviderError(code, { status, retryAfterMs: retryAfterMs(response.headers, now), detail: endpoint });

  // A page of a proxy or a firewall says nothing about the key: it must not disable the connection.
  if ((status === 401 || status === 403) && isHtml(response)) return temporary('provider_unavailable');
  if (status === 401 || status === 403) {
    const scopes = missingScopes(response);
    if (scopes !== null) return error('key_scope_missing', scopes);
    return status === 401 ? error('key_rejected') : error('key_scope_missing', 'not permitted');
  }
  if (status === 429) return temporary('rate_limited');
  // OpenAI's organisation endpoints answered 404 for a day in November 2025: an outage, not a verdict.
  if (status >= 500 || status === 404 || status === 408 || status === 425) return temporary('provider_unavailable');
  if (status >= 400) return error('request_refused');
  return error('provider_bad_answer', 'unexpected status');
}

/** An error of the transport with the endpoint it hit, for the operator; anything else as it is. */
export function withEndpoint(error: unknown, endpoint: string): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { code, status, retryAfterMs, detail } = error;
  return new ProviderError(code, { status, retryAfterMs, detail: detail ? `${endpoint}: ${detail}` : endpoint });
}

function isHtml(response: ProviderResponse): boolean {
  return response.body === undefined && /^\s*</.test(response.text);
}

/** Of the provider's sentence only names like `api.usage.read` are kept; '' when it names none. */
function missingScopes(response: ProviderResponse): string | null {
  const list = /Missing scopes?:?([^"]{0,300})/i.exec(response.text)?.[1];
  if (list === undefined) return null;
  return `missing scope ${[...new Set(list.match(/\bapi(?:\.[a-z_]{1,30}){1,4}\b/g) ?? [])].join(', ')}`.trim();
}
