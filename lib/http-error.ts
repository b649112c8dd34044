/** What can go wrong between us and a server, as closed codes. */
import { BodyTooLarge, BodyUndecodable } from './capped-body.ts';

export const HTTP_ERROR_CODES = [
  'host_refused', // not on the list, not https, or resolves to a forbidden address
  'request_refused', // method, path or header that must not be sent
  'redirect_refused',
  'tls_failed',
  'timeout',
  'too_large',
  'bad_answer', // not HTTP, or undecodable
  'unavailable', // refused, reset, cut off, no DNS answer
] as const;
export type HttpErrorCode = (typeof HTTP_ERROR_CODES)[number];

/** Our own words only: no header, no address with credentials, no body text, no `cause` that could carry one. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  /** For the operator. */
  readonly detail: string;
  constructor(code: HttpErrorCode, detail: string) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|EPROTO$|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|ERROR_IN_CERT|PATH_LENGTH)/;
const TIMEOUT_CODE = /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/;
const NOT_HTTP_CODE = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$|Z_DATA_ERROR$|ERR__ERROR_FORMAT|ERR_BROTLI|ERR_PADDING)/;

/** Any error of a call as one of ours; the original, which may quote an address or a header, is dropped. */
export function asHttpError(error: unknown, deadlinePassed: boolean, maxBytes: number): HttpError {
  if (error instanceof HttpError) return error;
  if (deadlinePassed) return new HttpError('timeout', 'total deadline');
  if (error instanceof BodyTooLarge) return new HttpError('too_large', `more than ${maxBytes} bytes decompressed`);
  if (error instanceof BodyUndecodable) return new HttpError('bad_answer', 'unknown content-encoding');
  const code = closedCode(error);
  if (TLS_CODE.test(code)) return new HttpError('tls_failed', code);
  if (TIMEOUT_CODE.test(code)) return new HttpError('timeout', code);
  if (NOT_HTTP_CODE.test(code)) return new HttpError('bad_answer', code);
  return new HttpError('unavailable', code);
}

/** Node's and undici's codes are capitals and underscores; anything else could be text and is dropped. */
function closedCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  // undici leaves the code away where the very first bytes are not HTTP.
  if (name === 'HTTPParserError' && code === undefined) return 'HPE_INVALID_CONSTANT';
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'UNKNOWN';
}
