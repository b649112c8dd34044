/** Who asked what, for tests that count calls. A key is its id, headers are names alone. */
export interface LoggedRequest {
  /** null when no key came with it. */
  keyId: string | null;
  provider: 'openai' | 'anthropic';
  method: string;
  /** Below the provider's base, e.g. `/organization/costs`. */
  path: string;
  query: ReadonlyArray<readonly [name: string, value: string]>;
  at: Date;
  headerNames: readonly string[];
  /** null while it is being answered, and for ever when it never was. */
  status: number | null;
}

/** Enough for any test, and a bound for a demo that runs for weeks. */
const CAPACITY = 50_000;

export class RequestLog {
  #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): LoggedRequest {
    this.#requests.push(request);
    if (this.#requests.length > CAPACITY) this.#requests = this.#requests.slice(-CAPACITY / 2);
    return request;
  }

  /** Oldest first. */
  list(keyId?: string): readonly LoggedRequest[] {
    return keyId === undefined ? [...this.#requests] : this.#requests.filter((request) => request.keyId === keyId);
  }

  clear(keyId?: string): void {
    this.#requests = keyId === undefined ? [] : this.#requests.filter((request) => request.keyId !== keyId);
  }
}
