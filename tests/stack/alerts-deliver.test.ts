/** The outbox against a mail service that fails in every way it can: each person gets each mail once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { deliverMessage } from '#lib/alerts/deliver.ts';
import type { Delivery } from '#lib/alerts/deliver.ts';
import { sendTestAlert } from '#lib/alerts/test-alert.ts';
import { signCheckpoints } from '#lib/audit/sign-checkpoint.ts';
import { callRows } from '#lib/db/call.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { Pool } from '#lib/db/pool.ts';
import { createMailer } from '#lib/email/send.ts';
import type { Mailer } from '#lib/email/send.ts';
import { createHttp, mailFetch } from '#lib/http.ts';
import { createLogger } from '#lib/log.ts';
import { failMails, healMails, mails, sendAttempts } from '#tests/support/mails.ts';
import { addBudget, APP_URL, messagesOf, meteredOrg, runWith, workerPool } from '#tests/support/metered-org.ts';
import type { MeteredOrg } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { stack } from '#tests/support/stack.ts';

restStackWorker();
const log = createLogger({ level: 'silent', name: 'test' });
const http = createHttp({ purpose: 'mail', allowedHosts: [], allowLoopback: true, deadlineMs: 1_500 });
let pool: Pool;
let mailer: Mailer;
beforeAll(() => {
  pool = workerPool(10);
  mailer = mailerWith();
});
afterAll(async () => {
  await http.close();
  await pool.end();
});

function mailerWith(over: { apiKey?: string | undefined; from?: string | undefined; baseUrl?: string } = {}): Mailer {
  return createMailer({ apiKey: stack().secrets.resendApiKey, from: 'Keymeter <alerts@example.test>', baseUrl: stack().mailboxUrl, http: mailFetch(http), ...over });
}

/** One organisation with one alert and the one message that tells of it. */
async function alerted(): Promise<{ org: MeteredOrg; to: string; messageId: string }> {
  const org = await meteredOrg();
  await addBudget(org.orgId, '100');
  await runWith(pool, org, [[0, 'gpt-5', '60']]);
  const [message, ...more] = await messagesOf(org.orgId);
  if (!message || more.length > 0) throw new Error('expected one message');
  return { org, to: org.user.email, messageId: message.id };
}

const deliver = (messageId: string, by: Mailer = mailer): Promise<Delivery> => deliverMessage({ pool, mailer: by, appUrl: APP_URL, log }, messageId);
const alertMails = async (to: string) => (await mails(to)).filter(({ via }) => via === 'resend');
const makeDue = (messageId: string) => stack().admin.query(`update public.messages set next_attempt_at = now(), lease_until = case when lease_until is null then null else now() - interval '1 second' end where id = $1`, [messageId]);
const state = async (org: MeteredOrg) => (await messagesOf(org.orgId)).map(({ state: s, code, attempts }) => ({ state: s, code, attempts }));

describe('a message', () => {
  it('arrives once, with a text part, under the key of its row', async () => {
    const { org, to, messageId } = await alerted();
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await deliver(messageId)).toEqual({ result: 'not_due' });
    const [mail, ...more] = await alertMails(to);
    expect(more).toEqual([]);
    expect(mail?.subject).toContain('$60.00');
    expect(mail?.text).toContain(`${APP_URL}/alerts`);
    expect(mail?.html).toContain(`${APP_URL}/alerts`);
    const { rows } = await stack().admin.query('select idempotency_key, provider_message_id, sent_at from public.messages where id = $1', [messageId]);
    expect(rows[0].idempotency_key).toBe(mail?.idempotencyKey);
    expect(rows[0].provider_message_id).toBe(mail?.id);
    expect(rows[0].sent_at).not.toBeNull();
    expect(await state(org)).toEqual([{ state: 'sent', code: null, attempts: 1 }]);
  });

  it('is sent by one of many senders', async () => {
    const { to, messageId } = await alerted();
    const ends = await Promise.all(Array.from({ length: 8 }, () => deliver(messageId)));
    expect(ends.filter(({ result }) => result === 'sent')).toHaveLength(1);
    expect(ends.filter(({ result }) => result === 'not_due')).toHaveLength(7);
    expect(await sendAttempts(to)).toHaveLength(1);
  });

  it('waits for its turn after a failure, and longer than the service asks', async () => {
    const { org, to, messageId } = await alerted();
    await failMails({ to, behaviour: 'rate_limited', times: 1, retryAfterSeconds: 300 });
    const before = Date.now();
    const delivery = await deliver(messageId);
    expect(delivery).toMatchObject({ result: 'failed', code: 'mail_rate_limited' });
    if (delivery.result !== 'failed') throw new Error('not failed');
    expect(delivery.nextTryAt.getTime()).toBeGreaterThanOrEqual(before + 299_000);
    expect(await deliver(messageId)).toEqual({ result: 'not_due' });
    expect(await alertMails(to)).toEqual([]);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await state(org)).toEqual([{ state: 'sent', code: null, attempts: 2 }]);
    expect(await alertMails(to)).toHaveLength(1);
  });

  it.each([
    ['server_error', 'mail_service_error', 0],
    ['accept_then_hang', 'mail_no_answer', 1],
    ['accept_then_close', 'mail_no_answer', 1],
  ] as const)('met by %s is sent again under the same key and arrives once', async (behaviour, code, arrivedBefore) => {
    const { to, messageId } = await alerted();
    await failMails({ to, behaviour, times: 2 });
    for (let i = 0; i < 2; i += 1) {
      expect(await deliver(messageId)).toMatchObject({ result: 'failed', code });
      expect(await alertMails(to)).toHaveLength(arrivedBefore);
      await makeDue(messageId);
    }
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
    const keys = new Set((await sendAttempts(to)).map(({ idempotencyKey }) => idempotencyKey));
    expect(keys.size).toBe(1);
  });

  it('that the service will never take is given up at once', async () => {
    const { org, to, messageId } = await alerted();
    await failMails({ to, behaviour: 'refuse' });
    expect(await deliver(messageId)).toEqual({ result: 'dead', code: 'mail_refused' });
    await healMails(to);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'not_due' });
    expect(await state(org)).toEqual([{ state: 'dead', code: 'mail_refused', attempts: 1 }]);
  });

  it('of a worker that died between claim and send is sent by the next one', async () => {
    const { to, messageId } = await alerted();
    expect(await callRows(pool, 'worker_claim_message', [messageId, 60])).toHaveLength(1);
    expect(await deliver(messageId)).toEqual({ result: 'not_due' });
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
  });

  it('of a worker that died between send and noting it is not sent twice', async () => {
    const { org, to, messageId } = await alerted();
    const dying: Mailer = {
      async send(mail) {
        await mailer.send(mail);
        throw new Error('the worker dies here');
      },
    };
    await expect(deliver(messageId, dying)).rejects.toThrow('the worker dies here');
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
    expect(await state(org)).toEqual([{ state: 'sent', code: null, attempts: 2 }]);
  });

  it('is the same bytes at every try, even when a checkpoint was signed in between', async () => {
    const { org, to, messageId } = await alerted();
    await failMails({ to, behaviour: 'accept_then_close', times: 1 });
    await deliver(messageId);
    expect((await signCheckpoints({ pool, signingKey: stack().secrets.AUDIT_SIGNING_KEY, log }, { orgId: org.orgId })).signed).toBe(1);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
  });

  it('carries the newest audit checkpoint, line for line', async () => {
    const { org, to, messageId } = await alerted();
    await signCheckpoints({ pool, signingKey: stack().secrets.AUDIT_SIGNING_KEY, log }, { orgId: org.orgId });
    const { rows } = await stack().admin.query<{ note: string }>('select note from audit.checkpoints where org_id = $1', [org.orgId]);
    await deliver(messageId);
    const [mail] = await alertMails(to);
    expect(rows).toHaveLength(1);
    expect(mail?.text).toContain(rows[0]?.note.trimEnd());
  });
});

describe('a missing mail setting', () => {
  it.each([
    ['RESEND_API_KEY', { apiKey: undefined }],
    ['MAIL_FROM', { from: undefined }],
  ])('%s is a failure, never "sent", and once it is there the mail goes out', async (_name, over) => {
    const { org, to, messageId } = await alerted();
    expect(await deliver(messageId, mailerWith(over))).toMatchObject({ result: 'failed', code: 'mail_not_configured' });
    expect(await state(org)).toEqual([{ state: 'failed', code: 'mail_not_configured', attempts: 1 }]);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
  });
});

describe('a long outage', () => {
  const shift = (messageId: string, column: string, hours: number) =>
    stack().admin.query(`update public.messages set ${column} = now() - make_interval(hours => $2) where id = $1`, [messageId, hours]);

  it('leaves a message that may have been taken uncertain after 24 hours, and never sends it blindly', async () => {
    const { org, to, messageId } = await alerted();
    await failMails({ to, behaviour: 'server_error', times: 1 });
    expect(await deliver(messageId)).toMatchObject({ result: 'failed' });
    await shift(messageId, 'first_attempt_at', 25);
    await shift(messageId, 'first_unanswered_at', 25);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'uncertain', code: 'mail_service_error' });
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'not_due' });
    expect(await sendAttempts(to)).toHaveLength(1);
    expect(await state(org)).toEqual([{ state: 'uncertain', code: 'mail_service_error', attempts: 2 }]);
  });

  it('after a worker that died while it sent leaves the message uncertain too: it may be out', async () => {
    const { org, to, messageId } = await alerted();
    await callRows(pool, 'worker_claim_message', [messageId, 60]);
    await shift(messageId, 'first_attempt_at', 25);
    await shift(messageId, 'tried_at', 25);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'uncertain', code: 'mail_no_answer' });
    expect(await sendAttempts(to)).toEqual([]);
    expect(await state(org)).toEqual([{ state: 'uncertain', code: 'mail_no_answer', attempts: 2 }]);
  });

  it('gives up 48 hours after the first try on a message that was certainly never taken', async () => {
    const { org, to, messageId } = await alerted();
    await failMails({ to, behaviour: 'rate_limited' });
    expect(await deliver(messageId)).toMatchObject({ result: 'failed' });
    await shift(messageId, 'first_attempt_at', 47);
    await makeDue(messageId);
    expect(await deliver(messageId)).toMatchObject({ result: 'failed', code: 'mail_rate_limited' });
    await shift(messageId, 'first_attempt_at', 49);
    await makeDue(messageId);
    expect(await deliver(messageId)).toEqual({ result: 'dead', code: 'mail_rate_limited' });
    await healMails(to);
    expect(await state(org)).toEqual([{ state: 'dead', code: 'mail_rate_limited', attempts: 3 }]);
    expect(await alertMails(to)).toEqual([]);
  });

  it('of ours counts from the first try, so that a message which waited it out still goes', async () => {
    const { to, messageId } = await alerted();
    await shift(messageId, 'created_at', 24 * 5);
    await shift(messageId, 'next_attempt_at', 24 * 5);
    expect(await deliver(messageId)).toEqual({ result: 'sent' });
    expect(await alertMails(to)).toHaveLength(1);
  });
});

describe('a sender that was overtaken', () => {
  it('changes nothing, unless it knows that the mail is out', async () => {
    const { org, messageId } = await alerted();
    const claim = async () => (await callRows<{ attempts: number }>(pool, 'worker_claim_message', [messageId, 60]))[0]?.attempts;
    const finish = (attempt: number | undefined, state: string) =>
      callRows<{ worker_finish_message: boolean }>(pool, 'worker_finish_message', [org.orgId, messageId, attempt, state, state === 'sent' ? null : 'mail_refused', null, null, null]).then(([row]) => row?.worker_finish_message);
    const slow = await claim();
    await makeDue(messageId);
    const fast = await claim();
    expect([slow, fast]).toEqual([1, 2]);
    expect(await finish(slow, 'dead')).toBe(false);
    expect(await state(org)).toEqual([{ state: 'sending', code: null, attempts: 2 }]);
    expect(await finish(fast, 'failed')).toBe(true);
    expect(await finish(slow, 'sent')).toBe(true);
    expect(await finish(fast, 'dead')).toBe(false);
    expect(await state(org)).toEqual([{ state: 'sent', code: null, attempts: 2 }]);
  });
});

describe('due messages', () => {
  it('are handed out once, and again when nobody took them', async () => {
    const { messageId } = await alerted();
    const due = async () => (await callRows<{ message_id: string }>(pool, 'worker_due_messages', [10_000])).map((row) => row.message_id);
    expect(await due()).toContain(messageId);
    expect(await due()).not.toContain(messageId);
    await stack().admin.query(`update public.messages set enqueued_at = now() - interval '3 minutes' where id = $1`, [messageId]);
    expect(await due()).toContain(messageId);
  });
});

describe('a test alert', () => {
  it('goes to the person who asked, says that it is a test, and comes once for one request', async () => {
    const org = await meteredOrg();
    const colleague = await meteredOrg();
    await stack().admin.query(`insert into public.memberships (org_id, user_id, role) values ($1, $2, 'admin')`, [org.orgId, colleague.user.id]);
    const ask = (requestId: string, userId = org.user.id) => inTransaction(pool, (tx) => sendTestAlert(tx, { orgId: org.orgId, userId, requestId, appUrl: APP_URL }));
    const request = randomUUID();
    expect(await ask(request)).toMatchObject({ messages: 1 });
    expect(await ask(request)).toEqual({ eventId: null, messages: 0 });
    const messages = await messagesOf(org.orgId);
    expect(messages.map(({ recipient, template }) => [recipient, template])).toEqual([[org.user.email, 'test_alert']]);
    expect(await deliver(messages[0]?.id ?? '')).toEqual({ result: 'sent' });
    const [mail] = await alertMails(org.user.email);
    expect(mail?.subject).toMatch(/test/i);
    expect(mail?.text).toMatch(/nothing was crossed/i);
    expect(await alertMails(colleague.user.email)).toEqual([]);
    expect(await ask(randomUUID())).toMatchObject({ messages: 1 });
  });

  it('to somebody who left reaches nobody', async () => {
    const org = await meteredOrg();
    const stranger = await meteredOrg();
    const answer = await inTransaction(pool, (tx) => sendTestAlert(tx, { orgId: org.orgId, userId: stranger.user.id, requestId: randomUUID(), appUrl: APP_URL }));
    expect(answer).toEqual({ eventId: null, messages: 0 });
    expect(await messagesOf(org.orgId)).toEqual([]);
  });
});
