import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMailer, idempotencyKey } from '#lib/email/send.ts';
import type { MailHttp } from '#lib/email/resend-client.ts';
import { createHttp, mailFetch } from '#lib/http.ts';
import type { Http } from '#lib/http.ts';

const KEY = 're_canary_0123456789abcdef';
const mail = { eventId: '33333333-3333-4333-8333-333333333333', to: 'ada@example.com', subject: 'Over budget', html: '<p>hi</p>', text: 'hi' };

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

/** A mail service on loopback that answers as told, met through the real dispatcher. */
let server: Server;
let seen: Seen[];
let http: Http;
let answer: (request: Seen, response: ServerResponse) => void;

function reply(status: number, body: unknown, headers: Record<string, string> = {}): typeof answer {
  return (_, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
}

function mailer(more: Partial<Parameters<typeof createMailer>[0]> = {}) {
  const { port } = server.address() as AddressInfo;
  return createMailer({ apiKey: KEY, from: 'Keymeter <alerts@example.com>', baseUrl: `http://127.0.0.1:${port}`, http: mailFetch(http), ...more });
}

beforeEach(async () => {
  seen = [];
  answer = reply(200, { id: 'mail-1' });
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: JSON.parse(text) as Record<string, unknown> };
    seen.push(one);
    answer(one, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  http = createHttp({ purpose: 'mail', allowedHosts: [], allowLoopback: true, deadlineMs: 400 });
  vi.stubGlobal('fetch', () => {
    throw new Error('the global fetch was called');
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await http.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

describe('a mail', () => {
  it('goes to the service once, through the dispatcher alone, under its idempotency key', async () => {
    expect(await mailer().send(mail)).toEqual({ result: 'sent', id: 'mail-1' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/emails',
      headers: { authorization: `Bearer ${KEY}`, 'idempotency-key': `alert/${mail.eventId}/ada@example.com`, 'content-type': 'application/json' },
      body: { from: 'Keymeter <alerts@example.com>', to: ['ada@example.com'], subject: 'Over budget', html: '<p>hi</p>', text: 'hi', headers: { 'Auto-Submitted': 'auto-generated' } },
    });
  });

  it('is repeated under the same key with the same body', async () => {
    answer = reply(500, { name: 'internal_server_error' });
    await mailer().send(mail);
    answer = reply(200, { id: 'mail-1' });
    await mailer().send(mail);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.headers['idempotency-key']).toBe(seen[0]?.headers['idempotency-key']);
    expect(seen[1]?.body).toEqual(seen[0]?.body);
  });

  it('takes its address from the options, whatever the environment says', async () => {
    vi.stubEnv('RESEND_BASE_URL', 'http://127.0.0.1:9');
    vi.stubEnv('RESEND_API_KEY', 're_from_environment');
    expect(await mailer().send(mail)).toMatchObject({ result: 'sent' });
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe('a refusal', () => {
  it.each([
    [429, { name: 'rate_limit_exceeded', message: 'x' }, { 'retry-after': '2' }, { result: 'retry', code: 'mail_rate_limited', afterMs: 2000 }],
    [403, { name: 'invalid_api_key', message: `key ${KEY} is invalid` }, {}, { result: 'retry', code: 'mail_key_rejected' }],
    [409, { name: 'concurrent_idempotent_requests' }, {}, { result: 'retry', code: 'mail_busy' }],
    [422, { name: 'validation_error', message: 'to ada@example.com' }, {}, { result: 'dead', code: 'mail_refused' }],
    [500, { name: 'internal_server_error' }, {}, { result: 'uncertain', code: 'mail_service_error' }],
    [502, '<html>bad gateway</html>', {}, { result: 'uncertain', code: 'mail_service_error' }],
    [200, { ok: true }, {}, { result: 'uncertain', code: 'mail_bad_answer' }],
    [200, 'not json', {}, { result: 'uncertain', code: 'mail_bad_answer' }],
    [307, '', { location: 'http://127.0.0.1:9/' }, { result: 'retry', code: 'mail_endpoint_refused' }],
  ])('%i %j', async (status, body, headers, expected) => {
    answer = reply(status, body, headers as Record<string, string>);
    const outcome = await mailer().send(mail);
    expect(outcome).toMatchObject(expected);
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(JSON.stringify(outcome)).not.toContain('ada@example.com');
  });
});

describe('no answer', () => {
  it('after the mail was taken is unknown, never sent and never refused', async () => {
    answer = () => {};
    expect(await mailer().send(mail)).toMatchObject({ result: 'uncertain', code: 'mail_no_answer' });
    expect(seen).toHaveLength(1);
  });

  it('because the connection broke after the mail was taken is unknown as well', async () => {
    answer = (_, response) => response.destroy();
    expect(await mailer().send(mail)).toMatchObject({ result: 'uncertain', code: 'mail_no_answer' });
  });

  it('because nobody listens means that it never left', async () => {
    const unheard = mailer();
    await new Promise((done) => server.close(done));
    expect(await unheard.send(mail)).toMatchObject({ result: 'retry', code: 'mail_unreachable' });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  it('from a dispatcher that throws something else is unknown', async () => {
    const broken: MailHttp = async () => {
      throw new TypeError(`fetch failed with Bearer ${KEY}`);
    };
    const outcome = await mailer({ http: broken }).send(mail);
    expect(outcome).toMatchObject({ result: 'uncertain', code: 'mail_no_answer' });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });
});

describe('a mail that must not leave', () => {
  it.each([
    ['without a key', { apiKey: undefined }, 'RESEND_API_KEY missing or malformed'],
    ['with an empty key', { apiKey: '' }, 'RESEND_API_KEY missing or malformed'],
    ['with a line break in the key', { apiKey: `${KEY}\r\nX: y` }, 'RESEND_API_KEY missing or malformed'],
    ['without a sender', { from: undefined }, 'MAIL_FROM missing or malformed'],
    ['with a sender that is no address', { from: 'Keymeter' }, 'MAIL_FROM missing or malformed'],
    ['without both', { apiKey: undefined, from: undefined }, 'RESEND_API_KEY and MAIL_FROM missing or malformed'],
  ])('%s fails as not configured and is not called sent', async (_, options, detail) => {
    vi.stubEnv('RESEND_API_KEY', 're_from_environment');
    const outcome = await mailer(options).send(mail);
    expect(outcome).toEqual({ result: 'retry', code: 'mail_not_configured', afterMs: null, detail });
    expect(seen).toEqual([]);
  });

  it.each(['ada@example.com\r\nBcc: eve@example.com', 'ada@example.com, eve@example.com', 'ada', ''])('to %j is dead before the network', async (to) => {
    expect(await mailer().send({ ...mail, to })).toMatchObject({ result: 'dead', code: 'mail_address_invalid' });
    expect(seen).toEqual([]);
  });

  it.each(['Over\r\nBcc: eve@example.com', 'Over\nbudget', 'Over\0budget', ''])('with subject %j is dead before the network', async (subject) => {
    expect(await mailer().send({ ...mail, subject })).toMatchObject({ result: 'dead', code: 'mail_subject_invalid' });
    expect(seen).toEqual([]);
  });
});

describe('the idempotency key', () => {
  it('is stable, told apart by event and recipient, and short enough for the service', () => {
    expect(idempotencyKey('e1', 'a@b.c')).toBe('alert/e1/a@b.c');
    const long = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}`;
    const key = idempotencyKey(mail.eventId, long);
    expect(key.length).toBeLessThanOrEqual(256);
    expect(idempotencyKey(mail.eventId, long)).toBe(key);
    expect(idempotencyKey(mail.eventId, `x${long.slice(1)}`)).not.toBe(key);
  });
});
