/**
 * Sends one message of the outbox: claim it, render it, send it under its key, write down what became of it. A worker
 * that dies anywhere in between leaves a lease that ends; the next try sends the same bytes under the same key, so the
 * mail service takes it once. The caller keeps to the service's rate (two requests a second).
 */
import { performance } from 'node:perf_hooks';
import { mailFromOutbox } from '#lib/alerts/outbox.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Pool } from '#lib/db/pool.ts';
import type { MailContent } from '#lib/email/content.ts';
import { afterTry, beforeTry } from '#lib/email/delivery.ts';
import type { DeliveryHistory } from '#lib/email/delivery.ts';
import type { MailCode, MailOutcome } from '#lib/email/codes.ts';
import { renderMail } from '#lib/email/render.tsx';
import { UnsafeText } from '#lib/email/safe-text.ts';
import type { Mailer } from '#lib/email/send.ts';
import type { Logger } from '#lib/log.ts';

/** Longer than a send may take (30 s in all), so that a sender is not overtaken while it waits for an answer. */
const LEASE_SECONDS = 120;

/** `worker_claim_message` */
interface ClaimedMessage {
  readonly org_id: string;
  readonly id: string;
  readonly event_id: string;
  readonly template: string;
  readonly recipient: string;
  readonly facts: MailContent;
  /** This try included. */
  readonly attempts: number;
  /** Why the try before this one failed. */
  readonly code: MailCode | null;
  readonly first_attempt_at: Date;
  readonly first_unanswered_at: Date | null;
  readonly database_now: Date;
  readonly checkpoint_note: string | null;
}

export interface DeliverOptions {
  readonly pool: Pool;
  readonly mailer: Mailer;
  readonly appUrl: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export type Delivery =
  /** Sent already, being sent by another, or not due yet: nothing to do. */
  | { readonly result: 'not_due' }
  | { readonly result: 'sent' }
  | { readonly result: 'failed'; readonly code: MailCode; readonly nextTryAt: Date }
  | { readonly result: 'uncertain' | 'dead'; readonly code: MailCode };

/** @throws when the database does not answer; the message is then tried again after its lease. */
export async function deliverMessage({ pool, mailer, appUrl, log }: DeliverOptions, messageId: string): Promise<Delivery> {
  const [message] = await callRows<ClaimedMessage>(pool, 'worker_claim_message', [messageId, LEASE_SECONDS]);
  if (!message) return { result: 'not_due' };
  const history: DeliveryHistory = {
    tries: message.attempts - 1,
    firstTriedAt: message.attempts > 1 ? message.first_attempt_at : null,
    firstUnansweredAt: message.first_unanswered_at,
  };
  const gate = beforeTry(history, message.database_now);
  if (gate !== 'send') {
    const code = message.code ?? 'mail_no_answer';
    await finish(pool, message, { state: gate, code, nextTryAt: null, history });
    return report(log, message, { result: gate, code });
  }
  // The database's clock, carried on by our own stopwatch: this machine's calendar may be wrong.
  const started = performance.now();
  const outcome = await trySending(mailer, message, appUrl);
  const now = new Date(message.database_now.getTime() + performance.now() - started);
  const next = afterTry(history, outcome, message.database_now, now);
  if (next.state === 'sent') {
    await finish(pool, message, { state: 'sent', code: null, nextTryAt: null, history: next.history, providerId: next.id });
    return report(log, message, { result: 'sent' });
  }
  const nextTryAt = next.state === 'failed' ? next.nextTryAt : null;
  await finish(pool, message, { state: next.state, code: next.code, nextTryAt, history: next.history });
  const detail = outcome.result === 'sent' ? '' : outcome.detail;
  const delivery: Delivery = next.state === 'failed' ? { result: 'failed', code: next.code, nextTryAt: next.nextTryAt } : { result: next.state, code: next.code };
  return report(log, message, delivery, detail);
}

async function trySending(mailer: Mailer, message: ClaimedMessage, appUrl: string): Promise<MailOutcome> {
  const content = mailFromOutbox(message.facts, { appUrl, checkpoint: message.checkpoint_note });
  let rendered;
  try {
    rendered = await renderMail(content);
  } catch (error) {
    if (error instanceof UnsafeText) return { result: 'dead', code: 'mail_subject_invalid', detail: error.message };
    throw error;
  }
  // One event may have two mails to one person: that it began, and that it is over.
  return mailer.send({ eventId: `${message.event_id}/${message.template}`, to: message.recipient, ...rendered });
}

interface Finish {
  readonly state: 'sent' | 'failed' | 'uncertain' | 'dead';
  readonly code: MailCode | null;
  readonly nextTryAt: Date | null;
  readonly history: DeliveryHistory;
  readonly providerId?: string;
}

async function finish(pool: Pool, message: ClaimedMessage, end: Finish): Promise<void> {
  await callValue(pool, 'worker_finish_message', [
    message.org_id, message.id, message.attempts, end.state, end.code, end.nextTryAt, end.history.firstUnansweredAt, end.providerId ?? null,
  ]);
}

/** Addresses are personal data: a log line names the message's row instead. */
function report(log: DeliverOptions['log'], message: ClaimedMessage, delivery: Delivery, detail = ''): Delivery {
  const line = { org: message.org_id, message: message.id, template: message.template, attempt: message.attempts, ...delivery, detail };
  if (delivery.result === 'sent') log.info(line, 'message_sent');
  else if (delivery.result === 'failed') log.warn(line, 'message_failed');
  else log.error(line, 'message_given_up');
  return delivery;
}
