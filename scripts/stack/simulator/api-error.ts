/** A refusal by the simulated API; each provider words and wraps it in its own way. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The provider's error type, e.g. `invalid_request_error`. */
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  constructor(status: number, type: string, message: string, rest: { param?: string; code?: string } = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.param = rest.param ?? null;
    this.code = rest.code ?? null;
  }
}

export function badRequest(message: string, param?: string): ApiError {
  return new ApiError(400, 'invalid_request_error', message, param === undefined ? {} : { param });
}
