/** What an answer of the mail service, or the lack of one, means for a mail. Pure. */
import type { MailCode, MailOutcome } from '#lib/email/codes.ts';
import { HttpError } from '#lib/http-error.ts';
import { retryAfterMs } from '#lib/retry-after.ts';

export interface MailAnswer {
  /** HTTP status. */
  readonly status: number;
  /** The service's closed error name (https://resend.com/docs/api-reference/errors), or `unknown`. */
  readonly name: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer other than success. */
export function outcomeOfRefusal(answer: MailAnswer, now: Date): MailOutcome {
  const { status, name } = answer;
  const detail = `status ${status} ${name}`;
  const afterMs = retryAfterMs(answer.headers, now);
  const retry = (code: MailCode): MailOutcome => ({ result: 'retry', code, afterMs, detail });
  const uncertain = (code: MailCode): MailOutcome => ({ result: 'uncertain', code, afterMs, detail });

  if (status === 409) return name === 'invalid_idempotent_request' ? uncertain('mail_key_reused') : retry('mail_busy');
  if (status === 429) return retry(name.endsWith('_quota_exceeded') ? 'mail_quota_exceeded' : 'mail_rate_limited');
  // The person who runs Keymeter can mend these, and an alert a few hours late is better than none.
  if (name === 'invalid_from_address' || (status === 403 && name === 'validation_error')) return retry('mail_sender_refused');
  if (status === 401 || status === 403) return retry('mail_key_rejected');
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return retry('mail_endpoint_refused');
  if (status === 408) return uncertain('mail_no_answer');
  if (status >= 400 && status < 500) return { result: 'dead', code: 'mail_refused', detail };
  return uncertain('mail_service_error');
}

/** Codes of a connection that was never made, so that no byte of the mail has left. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT']);

/** The call threw. Whatever is not known to have stayed here may have arrived there. */
export function outcomeOfFailure(error: unknown): MailOutcome {
  if (!(error instanceof HttpError)) return { result: 'uncertain', code: 'mail_no_answer', afterMs: null, detail: 'unknown error' };
  const detail = `${error.code} ${error.detail}`;
  switch (error.code) {
    case 'host_refused':
    case 'tls_failed':
    case 'redirect_refused':
    case 'request_refused':
      return { result: 'retry', code: 'mail_endpoint_refused', afterMs: null, detail };
    case 'unavailable':
    case 'timeout':
      if (NEVER_LEFT.has(error.detail)) return { result: 'retry', code: 'mail_unreachable', afterMs: null, detail };
      return { result: 'uncertain', code: 'mail_no_answer', afterMs: null, detail };
    case 'too_large':
    case 'bad_answer':
      return { result: 'uncertain', code: 'mail_bad_answer', afterMs: null, detail };
  }
}
