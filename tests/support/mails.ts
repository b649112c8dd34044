/** The mailbox as tests see it: what arrived for somebody, and how Resend is made to fail for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mail } from '#scripts/stack/mailbox/mail.ts';
import type { Rule } from '#scripts/stack/mailbox/misbehave.ts';
import { stack } from './stack.ts';

/** Every mail to this address, newest first. */
export async function mails(to: string): Promise<Mail[]> {
  const response = await fetch(`${stack().mailboxUrl}/api/mails?to=${encodeURIComponent(to)}`);
  return ((await response.json()) as { mails: Mail[] }).mails;
}

/** The newest mail to this address that fits, waiting for it. @throws Error after the given time. */
export async function waitForMail(to: string, fits: (mail: Mail) => boolean = () => true, withinMs = 30_000): Promise<Mail> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = (await mails(to)).find(fits);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`No such mail to ${to} within ${withinMs} ms`);
    await sleep(50);
  }
}

/** Makes the mailbox's Resend endpoint fail; give `to`, so that other tests are left alone. */
export async function failMails(rule: Pick<Rule, 'behaviour'> & { to: string; times?: number; retryAfterSeconds?: number }): Promise<void> {
  const response = await fetch(`${stack().mailboxUrl}/control/rules`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rule) });
  if (!response.ok) throw new Error(await response.text());
}

/** Ends the failing for one address. */
export async function healMails(to: string): Promise<void> {
  await fetch(`${stack().mailboxUrl}/control/rules?to=${encodeURIComponent(to)}`, { method: 'DELETE' });
}

/** Each request to send a mail to this address that reached the mailbox, oldest first, with what became of it. */
export async function sendAttempts(to: string): Promise<{ at: string; idempotencyKey?: string; outcome: string }[]> {
  const response = await fetch(`${stack().mailboxUrl}/control/requests?to=${encodeURIComponent(to)}`);
  return ((await response.json()) as { requests: { at: string; idempotencyKey?: string; outcome: string }[] }).requests;
}
