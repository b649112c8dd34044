/**
 * Sends one mail to one recipient, once. Nothing is decided here about trying again (lib/email/delivery.ts) and nothing
 * is stored: the outbox row is claimed before and its outcome written after.
 */
import { createHash } from 'node:crypto';
import { mailAddress, mailSender } from '#lib/email/address.ts';
import type { MailOutcome } from '#lib/email/codes.ts';
import { outcomeOfFailure, outcomeOfRefusal } from '#lib/email/outcome.ts';
import { DispatchedResend } from '#lib/email/resend-client.ts';
import type { MailHttp } from '#lib/email/resend-client.ts';
import { isHeaderSafe } from '#lib/email/safe-text.ts';

export const RESEND_BASE_URL = 'https://api.resend.com';

export interface MailerOptions {
  /** Missing or malformed settings make every send fail with `mail_not_configured`; the worker still starts. */
  readonly apiKey: string | undefined;
  /** `Keymeter <alerts@example.com>` or a bare address. */
  readonly from: string | undefined;
  /** Without a trailing slash; Resend's own when undefined. */
  readonly baseUrl: string | undefined;
  /** `mailFetch(createHttp({ purpose: 'mail', ... }))`. */
  readonly http: MailHttp;
  readonly now?: () => Date;
}

export interface OutgoingMail {
  /** The alert event this mail tells about; with the recipient it makes the idempotency key. */
  readonly eventId: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface Mailer {
  /**
   * Never throws: every end is an outcome. The same mail must be sent with the same content each time, so render it
   * once and keep it: the service refuses a known key with another body.
   */
  send(mail: OutgoingMail): Promise<MailOutcome>;
}

export function createMailer(options: MailerOptions): Mailer {
  const { http, baseUrl = RESEND_BASE_URL, now = () => new Date() } = options;
  const from = options.from === undefined ? null : mailSender(options.from);
  const key = options.apiKey && /^[\x21-\x7e]{3,200}$/.test(options.apiKey) ? options.apiKey : null;
  const client = key && from ? new DispatchedResend(http, key, baseUrl) : null;

  return {
    async send(mail) {
      const to = mailAddress(mail.to);
      if (!to) return { result: 'dead', code: 'mail_address_invalid', detail: 'the recipient is not a mail address' };
      if (!isHeaderSafe(mail.subject) || mail.subject === '') return { result: 'dead', code: 'mail_subject_invalid', detail: 'the subject is not safe in a header' };
      if (!client || !from) return { result: 'retry', code: 'mail_not_configured', afterMs: null, detail: missing(key, from) };
      try {
        const { data, error, headers } = await client.emails.send(
          // Vacation responders leave mails alone that say a machine sent them.
          { from, to: [to], subject: mail.subject, html: mail.html, text: mail.text, headers: { 'Auto-Submitted': 'auto-generated' } },
          { idempotencyKey: idempotencyKey(mail.eventId, to) },
        );
        if (error) return outcomeOfRefusal({ status: error.statusCode ?? 0, name: error.name, headers: headers ?? {} }, now());
        const id: unknown = data?.id;
        if (typeof id === 'string' && id !== '') return { result: 'sent', id };
        return { result: 'uncertain', code: 'mail_bad_answer', afterMs: null, detail: 'success without an id' };
      } catch (error) {
        return outcomeOfFailure(error);
      }
    },
  };
}

/** `alert/<event id>/<recipient>`, stable over tries. The service takes 256 characters; a longer address is hashed. */
export function idempotencyKey(eventId: string, recipient: string): string {
  const plain = `alert/${eventId}/${recipient}`;
  return plain.length <= 256 ? plain : `alert/${eventId}/sha256:${createHash('sha256').update(recipient).digest('hex')}`;
}

function missing(key: string | null, from: string | null): string {
  return [key ? '' : 'RESEND_API_KEY', from ? '' : 'MAIL_FROM'].filter(Boolean).join(' and ').concat(' missing or malformed');
}
