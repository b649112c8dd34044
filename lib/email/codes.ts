/**
 * Why a mail was not sent, as closed codes for the program and sentences for the page that shows deliveries. The mail
 * service's own words are in neither: they can repeat an address or a part of the key.
 */
export const MAIL_CODES = [
  'mail_not_configured', // RESEND_API_KEY or MAIL_FROM is missing or malformed
  'mail_key_rejected', // 401, 403
  'mail_sender_refused', // the domain of MAIL_FROM is not verified
  'mail_endpoint_refused', // wrong base URL, redirect, certificate, host not allowed
  'mail_rate_limited', // 429
  'mail_quota_exceeded', // 429, daily or monthly
  'mail_busy', // 409: the same key is being worked on right now
  'mail_unreachable', // the request never left
  'mail_no_answer', // it left, and nothing came back
  'mail_service_error', // 5xx: it may have been taken before it failed
  'mail_bad_answer', // 2xx without an id
  'mail_key_reused', // 409: taken earlier under this key with another content
  'mail_refused', // 400, 422, 451: this mail will never be taken
  'mail_address_invalid',
  'mail_subject_invalid',
] as const;
export type MailCode = (typeof MAIL_CODES)[number];

/** For the person who looks at a delivery; each says what to do, if anything can be done. */
export const MAIL_SENTENCES: Readonly<Record<MailCode, string>> = {
  mail_not_configured: 'Mail is not set up: whoever runs Keymeter has to set RESEND_API_KEY and MAIL_FROM for the worker.',
  mail_key_rejected: 'The mail service refused its key: whoever runs Keymeter has to check RESEND_API_KEY.',
  mail_sender_refused: 'The mail service does not accept the sender: its domain has to be verified there.',
  mail_endpoint_refused: 'The address of the mail service is wrong or not allowed: whoever runs Keymeter has to check RESEND_BASE_URL.',
  mail_rate_limited: 'The mail service asked us to slow down; it will be tried again.',
  mail_quota_exceeded: 'The sending quota at the mail service is used up; it will be tried again.',
  mail_busy: 'The mail service is still working on this mail; it will be asked again.',
  mail_unreachable: 'The mail service could not be reached; it will be tried again.',
  mail_no_answer: 'The mail service did not answer, so it is not known whether this mail went out.',
  mail_service_error: 'The mail service failed while taking this mail, so it is not known whether it went out.',
  mail_bad_answer: 'The mail service gave an answer we do not understand, so it is not known whether this mail went out.',
  mail_key_reused: 'The mail service took this alert before with another text, so an earlier version probably arrived.',
  mail_refused: 'The mail service refused this mail for good.',
  mail_address_invalid: 'This is not an address a mail can be sent to.',
  mail_subject_invalid: 'The subject holds characters that must not be in a mail header.',
};

/**
 * What happened to one try.
 * `retry`: it was certainly not taken. `uncertain`: it may have been, so it may only be repeated under the same
 * idempotency key and while the service remembers that key. `dead`: repeating cannot help.
 */
export type MailOutcome =
  | { readonly result: 'sent'; readonly id: string }
  | {
      readonly result: 'retry' | 'uncertain';
      readonly code: MailCode;
      /** What the service asked for, already capped; null when it asked for nothing. */
      readonly afterMs: number | null;
      /** For the operator, in our own words. */
      readonly detail: string;
    }
  | { readonly result: 'dead'; readonly code: MailCode; readonly detail: string };
