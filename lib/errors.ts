/**
 * What a person is told when something cannot be done, as a closed list. Three things that never share a string: the
 * code is for the program, the sentence for the person, the detail for the operator.
 */

interface PublicFace {
  status: number;
  sentence: string;
}

/** Exhaustive: a code without a sentence does not compile. Statuses are HTTP's. */
const PUBLIC = {
  // who you are
  unauthenticated: { status: 401, sentence: 'Please sign in again.' },
  sign_in_failed: { status: 401, sentence: 'That did not work. Check the e-mail address and the password, and that you confirmed the address by the link we mailed you.' },
  link_invalid: { status: 400, sentence: 'This link was used already or is too old. Ask for a new one.' },
  password_too_weak: { status: 422, sentence: 'Choose a password of at least 12 characters that is not among the common ones.' },
  forbidden: { status: 403, sentence: 'Your role in this organisation does not allow this. Ask an owner or an admin.' },
  cross_origin: { status: 403, sentence: 'This request came from another website and was refused.' },
  not_found: { status: 404, sentence: 'There is nothing here, or it is not yours to see.' },
  // what you sent
  invalid_input: { status: 422, sentence: 'Some of what was entered cannot be used. Check the marked fields.' },
  body_too_large: { status: 413, sentence: 'That is too much to send at once.' },
  confirmation_differs: { status: 422, sentence: 'What you typed does not match the name. Nothing was deleted.' },
  range_too_long: { status: 422, sentence: 'This range of days is too long. Choose a shorter one.' },
  unknown_zone: { status: 422, sentence: 'This time zone is not known. Choose one from the list.' },
  conflict: { status: 409, sentence: 'Somebody changed this in the meantime. Load the page again and repeat what you wanted to do.' },
  // how often
  rate_limited: { status: 429, sentence: 'Too many attempts. Wait a few minutes and try again.' },
  too_many_requests: { status: 429, sentence: 'This was asked for many times already. Wait until the earlier requests are done.' },
  too_many_connections: { status: 409, sentence: 'This organisation has as many connections as it may have. Purge one that is no longer needed.' },
  too_many_budgets: { status: 409, sentence: 'This organisation has as many budgets as it may have. Delete one that is no longer needed.' },
  // keys and connections
  insecure_context: { status: 400, sentence: 'Keys can only be pasted over https (or on this very machine): otherwise others on the network could read them.' },
  intake_key_retired: { status: 409, sentence: 'This page is older than our current encryption key. Load it again and paste the key once more.' },
  sealed_key_malformed: { status: 422, sentence: 'The key did not arrive sealed as it must. Load the page again and paste it once more.' },
  key_shape_wrong: { status: 422, sentence: 'This does not look like an admin key of this provider. Copy the whole key again.' },
  key_already_connected: { status: 409, sentence: 'This key is connected already. There is nothing to do.' },
  account_already_connected: { status: 409, sentence: 'This provider organisation is connected already by another key. To change the key, replace it on that connection.' },
  already_verifying: { status: 409, sentence: 'A key is being checked for this connection right now. Wait until that is done.' },
  connection_paused: { status: 409, sentence: 'This connection is paused. Resume it first.' },
  connection_needs_attention: { status: 409, sentence: 'The provider refused the key of this connection. Replace the key first.' },
  connection_purged: { status: 409, sentence: 'The key of this connection was purged. Connect a new one.' },
  // us
  database_unavailable: { status: 503, sentence: 'Our database does not answer at the moment. Nothing was changed. Try again in a minute.' },
  auth_unavailable: { status: 503, sentence: 'Signing in is not possible at the moment. Try again in a minute.' },
  limiter_unavailable: { status: 503, sentence: 'This cannot be done safely at the moment. Try again in a minute.' },
  mail_not_configured: { status: 503, sentence: 'This installation cannot send mail yet: its operator has to set RESEND_API_KEY and MAIL_FROM.' },
  internal: { status: 500, sentence: 'Something went wrong on our side.' },
} as const satisfies Record<string, PublicFace>;

export type AppErrorCode = keyof typeof PUBLIC;

export interface AppErrorOptions {
  /** For the log only: our own words, no input, no secret. */
  detail?: string;
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number;
  /** A sentence per field of a form, for `invalid_input`. */
  fields?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An expected refusal. Everything else that is thrown is a surprise and shown as `internal`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly detail: string;
  readonly retryAfterSeconds: number | null;
  readonly fields: Readonly<Record<string, string>>;
  constructor(code: AppErrorCode, { detail = '', retryAfterSeconds, fields = {}, cause }: AppErrorOptions = {}) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds ?? null;
    this.fields = fields;
  }
}

/** All that a response may say about an error. */
export interface PublicError {
  code: AppErrorCode;
  status: number;
  sentence: string;
  retryAfterSeconds: number | null;
  fields: Readonly<Record<string, string>>;
  /** Finds the log line; only for `internal`, where the sentence alone helps nobody. */
  reference: string | null;
}

export const APP_ERROR_CODES: readonly AppErrorCode[] = Object.keys(PUBLIC) as AppErrorCode[];

export function isAppErrorCode(text: unknown): text is AppErrorCode {
  return typeof text === 'string' && Object.hasOwn(PUBLIC, text);
}

export function publicSentence(code: AppErrorCode): string {
  return PUBLIC[code].sentence;
}

/**
 * Nothing of an unknown error reaches the person but a reference.
 * @param reference what the error was logged under, usually the request's id
 */
export function toPublic(error: unknown, reference: string = crypto.randomUUID()): PublicError {
  if (!(error instanceof AppError) || error.code === 'internal') {
    const { status, sentence } = PUBLIC.internal;
    const withReference = `${sentence} Try again; if it stays like this, tell us this reference: ${reference}`;
    return { code: 'internal', status, sentence: withReference, retryAfterSeconds: null, fields: {}, reference };
  }
  const { code, retryAfterSeconds, fields } = error;
  return { code, ...PUBLIC[code], retryAfterSeconds, fields, reference: null };
}
