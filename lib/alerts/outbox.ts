/**
 * A mail on its way through the outbox: finished texts as JSON, kept from the moment they were true. Every try renders
 * them again to the same bytes, which the mail service's idempotency key demands. What only the sender knows is filled
 * in there: the app's address when the link is a path, and the audit checkpoint.
 */
import { callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import type { MailContent } from '#lib/email/content.ts';

/** Every owner and admin with a confirmed address, or one of them. @returns how many messages were written. */
export async function enqueueMail(tx: Tx, mail: { orgId: string; eventId: string; content: MailContent; onlyUser?: string }): Promise<number> {
  const { orgId, eventId, content, onlyUser = null } = mail;
  const count = await callValue<number>(tx, 'worker_enqueue_messages', [orgId, eventId, content.template, JSON.stringify(content), onlyUser]);
  return count ?? 0;
}

/** @param facts of a message, as `enqueueMail` stored it. */
export function mailFromOutbox(facts: MailContent, { appUrl, checkpoint }: { appUrl: string; checkpoint: string | null }): MailContent {
  return { ...facts, link: { ...facts.link, url: new URL(facts.link.url, appUrl).href }, checkpoint };
}

/** Why somebody gets a mail about alerts; all owners and admins do. */
export function whyText(organization: string): string {
  return `You get this because you are an owner or an admin of ${organization} in Keymeter.`;
}
