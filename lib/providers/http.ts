/** One provider's HTTP for one run: pinned to a base URL, GET only, paced, counted. */
import { parseUrl, type Http } from '#lib/http.ts';
import { HttpError, type HttpErrorCode } from '#lib/http-error.ts';
import { ProviderError, type ProviderAdapter, type ProviderErrorCode, type ProviderHttp, type ProviderResponse, type Query } from './contract.ts';
import { parseExactJson } from './exact-json.ts';

const CODES: Readonly<Record<HttpErrorCode, ProviderErrorCode>> = {
  host_refused: 'host_refused',
  request_refused: 'request_refused',
  redirect_refused: 'redirect_refused',
  tls_failed: 'tls_failed',
  timeout: 'provider_timeout',
  too_large: 'response_too_large',
  bad_answer: 'provider_bad_answer',
  unavailable: 'provider_unavailable',
};

/** All that an adapter may see of an answer's headers. */
const HEADERS = ['content-type', 'retry-after', 'retry-after-ms', 'openai-organization'] as const;
const USER_AGENT = 'Keymeter/1.0';
/** Neither provider publishes the quota of these endpoints; one call a second is far below any that was reported. */
const PACE_MS = 1000;

export interface ProviderHttpOptions {
  adapter: Pick<ProviderAdapter, 'defaultBaseUrl'>;
  /** The dispatcher, of purpose `provider`; its list of hosts is what really pins the calls. */
  http: Http;
  /** Without a trailing slash; `baseUrlFor` of the connection's host, or the worker's override. */
  baseUrl?: string;
  /** Milliseconds between the starts of two calls; 1000 unless the base URL is plain http, which only loopback is. */
  paceMs?: number;
  /** Ends the run: the call in flight rejects with the signal's reason, and no other starts. */
  signal?: AbortSignal;
}

export interface CountedProviderHttp extends ProviderHttp {
  /** Calls sent so far, failed ones included; the audit's outcome entry names it. */
  readonly calls: number;
}

export function providerHttp({ adapter, http, baseUrl = adapter.defaultBaseUrl, paceMs, signal }: ProviderHttpOptions): CountedProviderHttp {
  const base = baseUrl.replace(/\/+$/, '');
  const pause = pacer(paceMs ?? (base.startsWith('http://') ? 0 : PACE_MS), signal);
  let calls = 0;

  async function get({ path, query, headers }: Parameters<ProviderHttp['get']>[0]): Promise<ProviderResponse> {
    const url = urlBelow(base, path, query);
    await pause();
    calls += 1;
    try {
      const answer = await http.request({
        method: 'GET',
        url,
        headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers },
        ...(signal ? { signal } : {}),
      });
      const text = new TextDecoder().decode(answer.body);
      return { status: answer.status, headers: chosen(answer.headers), body: parseExactJson(text), text, bytes: answer.body.length };
    } catch (error) {
      if (error instanceof HttpError) throw new ProviderError(CODES[error.code], { detail: error.detail });
      throw error;
    }
  }

  return {
    get,
    get calls() {
      return calls;
    },
  };
}

function urlBelow(base: string, path: string, query: Query): URL {
  if (!/^(\/[A-Za-z0-9_%~-][A-Za-z0-9_.%~-]*)+$/.test(path)) throw new ProviderError('request_refused', { detail: 'not a path' });
  const url = refusing(() => parseUrl(`${base}${path}`));
  // The parser resolves `%2e%2e` as it does `..`.
  if (!url.pathname.endsWith(path)) throw new ProviderError('request_refused', { detail: 'not a path' });
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url;
}

function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw new ProviderError('request_refused', { detail: 'the base URL is not an address' });
  }
}

function chosen(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** Spaces the starts of calls, also of those that run at the same time. */
function pacer(paceMs: number, signal: AbortSignal | undefined): () => Promise<void> {
  let nextStart = 0;
  return async () => {
    signal?.throwIfAborted();
    const now = performance.now();
    const wait = nextStart - now;
    nextStart = Math.max(now, nextStart) + paceMs;
    if (wait <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, wait);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
    });
  };
}
