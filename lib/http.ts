/**
 * The one dispatcher of the worker: every byte that leaves for a provider, the mail service or a webhook goes through
 * `createHttp`. It pins the host, checks the address that was really resolved at the moment of connecting, never follows
 * a redirect (`x-api-key` would be forwarded), verifies certificates whatever the environment says, ends a call at a
 * total deadline, and stops reading at a cap of decompressed bytes. No other code of the worker calls `fetch`.
 *
 * For mail: the Resend client calls the global `fetch` in one overridable method, `fetchRequest(path, options)`. A subclass
 * that hands it to `mailFetch(createHttp({ purpose: 'mail', ... }))` is all it takes (lib/email/resend-client.ts). Check the
 * key first (`isHeaderText`), as `new Headers()` quotes a bad value in its error, and always give key and base URL, as the
 * client falls back to environment variables.
 */
import { Agent } from 'undici';
import { readCappedBody } from './capped-body.ts';
import { isLoopbackHost } from './http-address.ts';
import { guardedConnector, type ResolvedAddress } from './http-connect.ts';
import { HttpError, asHttpError } from './http-error.ts';

export type HttpPurpose = 'provider' | 'mail' | 'webhook';
export type HttpMethod = 'GET' | 'POST';

/** An admin key can do far more than read, so the provider's dispatcher has no way to send anything but GET. */
const METHODS: Readonly<Record<HttpPurpose, readonly HttpMethod[]>> = {
  provider: ['GET'],
  mail: ['GET', 'POST'],
  webhook: ['POST'],
};

export interface HttpOptions {
  purpose: HttpPurpose;
  /** Exact host names, lower case; `name:port` for a port other than 443. */
  allowedHosts: readonly string[];
  /** Lets loopback names and addresses through, on any port, with http as well: the embedded stack and tests. */
  allowLoopback: boolean;
  /** Connect, headers and body together. */
  deadlineMs?: number;
  /** Decompressed. */
  maxBytes?: number;
  /** Certificates to trust instead of the system's, PEM. */
  ca?: readonly string[];
  resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

export interface HttpRequest {
  method: HttpMethod;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** When it fires, the call ends with the signal's own reason. */
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names, repeated headers joined with a comma. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface Http {
  readonly purpose: HttpPurpose;
  /** @throws HttpError, or the reason of `signal`. Any status but a redirect is an answer. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const DEADLINE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;

export function createHttp(options: HttpOptions): Http {
  const { purpose, deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES } = options;
  const hosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  const agent = new Agent({
    connect: guardedConnector({ ...options, timeoutMs: Math.min(deadlineMs, CONNECT_TIMEOUT_MS) }),
    // A connection per request: its address was checked for this request and no other, and no stale socket is met.
    pipelining: 0,
    allowH2: false,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
  });

  async function request({ method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    signal?.throwIfAborted();
    if (!METHODS[purpose].includes(method)) throw new HttpError('request_refused', `${method} is not allowed for ${purpose}`);
    assertHost(url, hosts, options.allowLoopback);
    assertHeaders(headers);
    const deadline = AbortSignal.timeout(deadlineMs);
    const stop = signal ? AbortSignal.any([deadline, signal]) : deadline;
    try {
      const call = agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { ...headers, 'accept-encoding': 'gzip, br, deflate' },
        body: body ?? null,
        signal: stop,
      });
      const answer = await orAborted(call, stop);
      const plain = plainHeaders(answer.headers);
      if (answer.statusCode >= 300 && answer.statusCode < 400) {
        answer.body.on('error', () => {}).destroy();
        throw new HttpError('redirect_refused', `status ${answer.statusCode}`);
      }
      return { status: answer.statusCode, headers: plain, body: await readCappedBody(answer.body, plain['content-encoding'] ?? '', maxBytes) };
    } catch (error) {
      signal?.throwIfAborted();
      throw asHttpError(error, deadline.aborted, maxBytes);
    }
  }

  return { purpose, request, close: () => agent.destroy() };
}

/** Printable ASCII without a line break: the only text that may meet a header. */
export function isHeaderText(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

function assertHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[a-z0-9-]+$/i.test(name) || !isHeaderText(value)) {
      throw new HttpError('request_refused', 'a header holds characters that must not be sent');
    }
  }
}

function assertHost(url: URL, hosts: ReadonlySet<string>, allowLoopback: boolean): void {
  if (url.username || url.password) throw new HttpError('host_refused', 'credentials in the address');
  if (isLoopbackHost(url.hostname)) {
    if (allowLoopback && (url.protocol === 'http:' || url.protocol === 'https:')) return;
    throw new HttpError('host_refused', 'loopback is not allowed');
  }
  if (url.protocol !== 'https:') throw new HttpError('host_refused', 'not https');
  // `URL` drops the default port, so `host` is the bare name exactly when the port is 443.
  if (!hosts.has(url.host)) throw new HttpError('host_refused', 'the host is not on the list');
}

/**
 * undici hears of an abort only once it is connected (and then sends nothing), so a handshake that never ends would
 * outlive the deadline. Its own connect timeout ends the abandoned attempt.
 */
function orAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

export interface MailInit {
  method?: string;
  headers?: Headers | Readonly<Record<string, string>>;
  body?: unknown;
  signal?: AbortSignal | null;
}

/**
 * `fetch` for the mail client, on a dispatcher of purpose `mail`: the same guards, the body read in full, text bodies
 * only. @throws HttpError (never the client's vague "could not be resolved"): a `timeout` after the request was sent
 * means the mail may have been accepted, so the caller repeats it under the same idempotency key.
 */
export function mailFetch(http: Http): (url: string, init?: MailInit) => Promise<Response> {
  if (http.purpose !== 'mail') throw new TypeError('mailFetch needs a dispatcher of purpose mail');
  return async (url, init = {}) => {
    const { method = 'GET', body } = init;
    if (body !== undefined && body !== null && typeof body !== 'string') throw new HttpError('request_refused', 'only text bodies can be sent');
    const answer = await http.request({
      method: method as HttpMethod,
      url: parseUrl(url),
      headers: init.headers instanceof Headers ? Object.fromEntries(init.headers) : (init.headers ?? {}),
      ...(typeof body === 'string' ? { body } : {}),
      ...(init.signal ? { signal: init.signal } : {}),
    });
    const { 'content-encoding': _decoded, 'content-length': _length, 'transfer-encoding': _chunked, ...headers } = answer.headers;
    const empty = answer.status === 204 || answer.status === 205;
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers });
  };
}

/** `new URL` quotes its input in the error, and an input can hold credentials. @throws HttpError */
export function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new HttpError('request_refused', 'not an address');
  return new URL(text);
}
