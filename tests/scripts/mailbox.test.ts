import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { Resend } from 'resend';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOf } from '#scripts/stack/mailbox/mail.ts';
import { startMailbox, type Mailbox } from '#scripts/stack/mailbox/server.ts';
import { parse } from '#scripts/stack/mailbox/smtp.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { readOrMakeSecrets, type StackSecrets } from '#scripts/stack/secrets.ts';

let folder: string;
let secrets: StackSecrets;
let mailbox: Mailbox;

beforeEach(async () => {
  folder = await mkdtemp(resolve(tmpdir(), 'keymeter-mailbox-'));
  secrets = await readOrMakeSecrets(folder);
  mailbox = await start();
});
afterEach(async () => {
  await mailbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = async () => startMailbox({ folder: resolve(folder, 'mailbox'), secrets, httpPort: await freePort(), smtpPort: await freePort() });
const mail = { from: 'Keymeter <alerts@keymeter.local>', to: 'Jo@Example.com', subject: 'Budget', text: 'half is gone', html: '<p>half is gone</p>' };

function send(body: unknown, headers: Record<string, string> = {}, path = '/emails'): Promise<Response> {
  return fetch(`${mailbox.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${secrets.resendApiKey}`, ...headers }, body: JSON.stringify(body) });
}
const list = async (to?: string): Promise<{ id: string; subject: string }[]> =>
  ((await (await fetch(`${mailbox.url}/api/mails${to ? `?to=${encodeURIComponent(to)}` : ''}`)).json()) as { mails: { id: string; subject: string }[] }).mails;
const rule = (body: unknown) => fetch(`${mailbox.url}/control/rules`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('the mailbox as Resend', () => {
  it('takes a mail from the Resend client and gives it back', async () => {
    const client = new Resend(secrets.resendApiKey, { baseUrl: mailbox.url });
    const sent = await client.emails.send({ ...mail, tags: [{ name: 'kind', value: 'budget' }] }, { idempotencyKey: 'alert/1' });
    expect(sent.error).toBeNull();
    const got = await client.emails.get(sent.data?.id ?? '');
    expect(got.data).toMatchObject({ subject: 'Budget', to: ['Jo@Example.com'], text: 'half is gone' });
    expect(await list('jo@example.com')).toHaveLength(1);
  });

  it('answers a repeated idempotency key with the same id and keeps one mail', async () => {
    const first = await (await send(mail, { 'idempotency-key': 'k1' })).json();
    const again = await send(mail, { 'idempotency-key': 'k1' });
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(first);
    expect(await list()).toHaveLength(1);
  });

  it('refuses a repeated key with another body', async () => {
    await send(mail, { 'idempotency-key': 'k1' });
    const other = await send({ ...mail, subject: 'Other' }, { 'idempotency-key': 'k1' });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ name: 'invalid_idempotent_request', statusCode: 409 });
    expect(await list()).toHaveLength(1);
  });

  it('takes one of two requests with the same key at the same time', async () => {
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => send(mail, { 'idempotency-key': 'k1' })))).map((response) => response.status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    expect(await list()).toHaveLength(1);
  });

  it('takes a batch under one key', async () => {
    const batch = [mail, { ...mail, to: 'kim@example.com' }];
    const first = (await (await send(batch, { 'idempotency-key': 'b1' }, '/emails/batch')).json()) as { data: { id: string }[] };
    expect(first.data).toHaveLength(2);
    expect(await (await send(batch, { 'idempotency-key': 'b1' }, '/emails/batch')).json()).toEqual(first);
    expect(await list()).toHaveLength(2);
  });

  it('remembers mails and keys over a restart', async () => {
    const first = await (await send(mail, { 'idempotency-key': 'k1' })).json();
    await mailbox.stop();
    mailbox = await start();
    expect(await (await send(mail, { 'idempotency-key': 'k1' })).json()).toEqual(first);
    expect(await list()).toHaveLength(1);
  });

  it('refuses a missing key, a wrong key and a mail without content', async () => {
    expect((await fetch(`${mailbox.url}/emails`, { method: 'POST', body: JSON.stringify(mail) })).status).toBe(401);
    expect((await send(mail, { authorization: 'Bearer re_other' })).status).toBe(403);
    expect((await send({ ...mail, text: undefined, html: undefined })).status).toBe(422);
    expect((await send(mail, { 'idempotency-key': 'x'.repeat(257) })).status).toBe(400);
    expect(await list()).toEqual([]);
  });
});

describe('the mailbox misbehaving on demand', () => {
  it('fails for the named recipient, as often as asked, and nobody else', async () => {
    await rule({ behaviour: 'rate_limited', to: 'jo@example.com', times: 1, retryAfterSeconds: 7 });
    expect((await send({ ...mail, to: 'kim@example.com' })).status).toBe(200);
    const refused = await send(mail);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('7');
    expect((await send(mail)).status).toBe(200);
  });

  it('can accept a mail and never say so; the same key then finds it accepted', async () => {
    for (const behaviour of ['accept_then_hang', 'accept_then_close']) {
      await rule({ behaviour, to: 'jo@example.com', times: 1 });
      const sending = fetch(`${mailbox.url}/emails`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.resendApiKey}`, 'idempotency-key': behaviour },
        body: JSON.stringify(mail),
        signal: AbortSignal.timeout(500),
      });
      await expect(sending).rejects.toThrow(/aborted|fetch failed/);
      expect((await send(mail, { 'idempotency-key': behaviour })).status).toBe(200);
    }
    expect(await list('jo@example.com')).toHaveLength(2);
  });

  it('writes down every attempt', async () => {
    await rule({ behaviour: 'server_error', to: 'jo@example.com', times: 2 });
    for (let tries = 0; tries < 3; tries += 1) await send(mail, { 'idempotency-key': 'k1' });
    const { requests } = (await (await fetch(`${mailbox.url}/control/requests?to=jo@example.com`)).json()) as { requests: { outcome: string }[] };
    expect(requests.map((entry) => entry.outcome)).toEqual(['server_error', 'server_error', '200']);
  });
});

describe('the mailbox in the browser', () => {
  it('shows hostile mails without running or fetching anything', async () => {
    const hostile = { ...mail, subject: '<img src=x onerror=alert(1)>', html: '<script>alert(1)</script><img src="https://example.com/pixel">' };
    const { id } = (await (await send(hostile)).json()) as { id: string };
    const page = await fetch(`${mailbox.url}/mails/${id}`);
    const text = await page.text();
    expect(text).not.toContain('<img');
    expect(text).toContain('&#60;img src=x');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const body = await fetch(`${mailbox.url}/mails/${id}/body`);
    expect(body.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect(body.headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('answers only requests that name this machine', async () => {
    const status = await new Promise((done, fail) => {
      request(`${mailbox.url}/api/mails`, { headers: { host: 'mails.attacker.example' } }, (response) => done(response.resume().statusCode)).once('error', fail).end();
    });
    expect(status).toBe(403);
  });

  it('deletes for its own page and not for another', async () => {
    await send(mail);
    const remove = (origin: string) => fetch(`${mailbox.url}/delete-all`, { method: 'POST', headers: { origin }, redirect: 'manual' });
    expect((await remove('https://attacker.example')).status).toBe(403);
    expect(await list()).toHaveLength(1);
    expect((await remove(mailbox.url)).status).toBe(303);
    expect(await list()).toEqual([]);
  });
});

describe('the mailbox by SMTP', () => {
  it('refuses a password before the connection is encrypted', async () => {
    const right = Buffer.from(`\0keymeter\0${secrets.smtpPassword}`).toString('base64');
    const talk = ['EHLO test\r\n', `AUTH PLAIN ${right}\r\n`];
    const heard = await new Promise<string>((done, fail) => {
      const socket = connect(mailbox.smtpPort, '127.0.0.1');
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        // A line with a blank after its number is the last of an answer.
        if (!/^\d{3} [^\n]*\n$/m.test(chunk)) return;
        const next = talk.shift();
        if (next) return void socket.write(next);
        socket.destroy();
        done(text);
      });
      socket.once('error', fail);
    });
    expect(heard).toContain('250-STARTTLS');
    expect(heard.trim().split('\r\n').at(-1)).toMatch(/^5\d\d /);
  });

  it('reads addresses, both bodies and blind copies', async () => {
    const source = ['From: Keymeter <no-reply@keymeter.local>', 'To: Jo <jo@example.com>', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'plain', '--b', 'Content-Type: text/html', '', '<p>rich</p>', '--b--', ''].join('\r\n');
    const parsed = await parse(Buffer.from(source), ['jo@example.com', 'hidden@example.com']);
    expect(parsed).toMatchObject({ subject: 'Grüße', to: ['Jo <jo@example.com>'], bcc: ['hidden@example.com'] });
    expect(parsed.text?.trim()).toBe('plain');
    expect(parsed.html).toContain('<p>rich</p>');
  });

  it('finds the address in any way of writing it', () => {
    expect(['Jo <Jo@Example.com>', 'jo@example.com', ' JO@example.com '].map(addressOf)).toEqual(Array.from({ length: 3 }, () => 'jo@example.com'));
  });
});
