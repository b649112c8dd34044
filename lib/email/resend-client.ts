/**
 * The Resend client with its one way to the network replaced: the library calls the global `fetch` in `fetchRequest`
 * only, and every byte that leaves the worker goes through one dispatcher. The library also turns every failure into
 * the same vague error; here a failure keeps its code, because whether the request left decides about repeating it.
 */
import { Resend } from 'resend';
import type { ErrorResponse, Response as ResendResponse } from 'resend';

/** `fetch`, as far as it is needed; `mailFetch` of lib/http.ts is one. */
export type MailHttp = (url: string, init: { method: string; headers: Record<string, string>; body: string | null }) => Promise<Response>;

export class DispatchedResend extends Resend {
  readonly #http: MailHttp;

  /** @param key must be printable ASCII: `new Headers()` quotes a bad value, here the key, in its error. */
  constructor(http: MailHttp, key: string, baseUrl: string) {
    // Both options are always given: without them the library reads the environment.
    super(key, { baseUrl, userAgent: 'keymeter' });
    this.#http = http;
  }

  /** @throws whatever the dispatcher throws: no answer is not an answer. */
  override async fetchRequest<T>(path: string, options: { method?: string; headers?: Headers; body?: unknown } = {}): Promise<ResendResponse<T>> {
    const response = await this.#http(`${this.baseUrl}${path}`, {
      method: options.method ?? 'GET',
      headers: Object.fromEntries(options.headers ?? []),
      body: typeof options.body === 'string' ? options.body : null,
    });
    const headers = Object.fromEntries(response.headers);
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return { data: body as T, error: null, headers };
    // Of the service's own words only the closed name is kept: its message can quote the mail.
    const error: ErrorResponse = { message: '', statusCode: response.status, name: errorName(body) as ErrorResponse['name'] };
    return { data: null, error, headers };
  }
}

function errorName(body: unknown): string {
  const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : null;
  return typeof name === 'string' && /^[a-z_]{1,60}$/.test(name) ? name : 'unknown';
}
