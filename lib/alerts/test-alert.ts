/** A test alert: an event of its own and one mail, to the person who asked for it and to nobody else. */
import { NO_PERIOD } from '#lib/alerts/connection-episode.ts';
import { describeTest } from '#lib/alerts/describe-test-alert.ts';
import { enqueueMail } from '#lib/alerts/outbox.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import { oneLine } from '#lib/email/safe-text.ts';

/**
 * Asking again for the same request does nothing, so that a worker which vanished halfway cannot send two.
 * @returns messages 0 when it was done before, or when the person is no longer an owner or admin with a confirmed
 * address: then there is nobody to send to.
 */
export async function sendTestAlert(
  tx: Tx,
  { orgId, userId, requestId, appUrl }: { orgId: string; userId: string; requestId: string; appUrl: string },
): Promise<{ eventId: string | null; messages: number }> {
  const [person] = await callRows<{ organization: string; email: string; database_now: Date }>(tx, 'worker_recipient', [orgId, userId]);
  if (!person) return { eventId: null, messages: 0 };
  const organization = oneLine(person.organization, 60) || 'your organisation';
  const askedBy = oneLine(person.email, 254);
  const content = describeTest({
    organization,
    url: new URL('/alerts', appUrl).href,
    why: `You get this because you asked for a test of the alerts of ${organization} in Keymeter.`,
    checkpoint: null,
    askedBy,
    askedAt: person.database_now,
    zone: 'UTC',
  });
  const facts = { headline: content.headline, asked_by: askedBy };
  const eventId = await callValue<string>(tx, 'worker_raise', [
    orgId, 'test', 'user', NO_PERIOD, requestId, 'test', 0, true, false, null, null, null, null, null, JSON.stringify(facts),
  ]);
  if (!eventId) return { eventId: null, messages: 0 };
  const messages = await enqueueMail(tx, { orgId, eventId, content, onlyUser: userId });
  // Nothing is wrong, so nothing stays open.
  await callValue(tx, 'worker_end_event', [orgId, eventId, 'resolved', '{}']);
  return { eventId, messages };
}
