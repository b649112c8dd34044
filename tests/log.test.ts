import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { createLogger } from '#lib/log.ts';
import type { Logger } from '#lib/log.ts';
import { Money } from '#lib/money.ts';
import { Secret } from '#lib/vault/secret.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

function lines(log: (logger: Logger) => void): Array<Record<string, unknown>> {
  const written: string[] = [];
  log(createLogger({ level: 'trace', name: 'test', destination: { write: (line) => void written.push(line) } }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}
const text = (log: (logger: Logger) => void) => JSON.stringify(lines(log));
const random = (length = 32) => randomBytes(length).toString('base64url');

describe('a log line', () => {
  it('is JSON with a level by name, a time, the process and the fields given', () => {
    const [line] = lines((log) => log.info({ runId: 'r1', amount: Money.parse('1.50', 'USD'), rows: 12n, at: new Date(0) }, 'synced'));
    expect(line).toMatchObject({
      level: 'info', name: 'test', msg: 'synced', runId: 'r1', rows: '12', at: '1970-01-01T00:00:00.000Z', amount: { amount: '1.5', currency: 'USD' },
    });
    expect(line?.time).toMatch(/^\d{4}-\d{2}-\d{2}T/);
  });

  const secret = `${random()}${random()}`;
  it.each<[string, string]>([
    ['an OpenAI admin key', `sk-admin-${secret}`],
    ['an Anthropic admin key', `sk-ant-admin01-${secret}`],
    ['a project key', `sk-proj-${secret}`],
    ['a sealed key', `kmi1:1:${secret}`],
    ['an envelope', `km1:1:${randomBytes(12).toString('hex')}:${randomBytes(16).toString('hex')}`],
    ['a Resend key', `re_${secret}`],
    ['an organisation token', `km_${secret}`],
    ['a webhook secret', `whsec_${secret}`],
    ['a bearer token', `Bearer ${secret}`],
    ['a session', `eyJ${random()}.${random()}.${random()}`],
    ['a Slack address', `https://hooks.slack.com/services/T0/B0/${secret}`],
    ['a password in an address', `postgres://worker:${secret}@db.example:5432/postgres`],
  ])('never holds %s, wherever it was put', (_name, credential) => {
    const tail = credential.includes(secret) ? secret.slice(-24) : credential.slice(-24);
    const places: Array<(log: Logger) => void> = [
      (log) => log.info(credential),
      (log) => log.info({ field: credential, [credential]: 1, deep: { list: [{ credential }] } }, 'x'),
      (log) => log.info('%s and %o', credential, { credential }),
      (log) => log.error(new Error(`"${credential}" is an invalid header value`)),
      (log) => log.error({ err: Object.assign(new Error(credential), { code: credential, detail: credential }) }, 'x'),
      (log) => log.error({ err: new Error('outer', { cause: new Error(`inner ${credential}\n    at ${credential}:1:1`) }) }),
      (log) => log.child({ credential }).warn('x'),
    ];
    for (const place of places) {
      const written = text(place);
      expect(written).toContain('"name":"test"');
      expect(written).not.toContain(tail);
    }
  });

  it('leaves ordinary words alone', () => {
    const words = 'task-management desk-reservation re_run km_per_hour basic plan at https://api.openai.com/v1?x=a@b';
    expect(lines((log) => log.info(words))[0]?.msg).toBe(words);
  });

  it('prints a secret as [redacted]', () => {
    const key = `no-known-shape-${random()}`;
    const written = text((log) => log.info({ key: Secret.fromText(key), deep: [{ key: Secret.fromText(key) }] }, 'with %s', Secret.fromText(key)));
    expect(written).toContain('[redacted]');
    expect(written).not.toContain(key);
  });

  it('describes an unknown error by class, code, place and cause, and leaves its message out', () => {
    const quoted = `{"password":"${random()}"`;
    const cause = Object.assign(new Error(`Key (email)=(${quoted}) already exists.`), {
      code: '23505', constraint: 'one_budget', table: 'budgets', detail: `Key (email)=(${quoted})`, severity: 'ERROR',
    });
    let parse: unknown;
    try {
      JSON.parse(quoted);
    } catch (error) {
      parse = error;
    }
    const written = lines((log) => {
      log.error(parse);
      log.error({ err: new TypeError(`bad ${quoted}`, { cause }), nested: { problem: cause } });
      log.error({ err: parse }, 'while %s', parse);
    });
    expect(written[0]).toMatchObject({ msg: 'SyntaxError', err: { name: 'SyntaxError', stack: expect.arrayContaining([expect.stringContaining('at JSON.parse')]) } });
    expect(written[1]).toMatchObject({
      msg: 'TypeError',
      err: { name: 'TypeError', cause: { code: '23505', constraint: 'one_budget', table: 'budgets' } },
      nested: { problem: { code: '23505' } },
    });
    expect(written[2]).toMatchObject({ msg: 'while SyntaxError' });
    expect(JSON.stringify(written[0])).toContain('log.test.ts');
    expect(JSON.stringify(written)).not.toContain(quoted.slice(13, 40));
  });

  it('keeps code and detail of our own errors', () => {
    const written = lines((log) => {
      log.warn({ err: new VaultError('unknown_key_id', 'no key with id 3 in ENCRYPTION_KEYS') }, 'x');
      log.warn({ err: new AppError('rate_limited', { detail: 'sign-in by address' }) }, 'x');
    });
    expect(written).toMatchObject([
      { err: { name: 'VaultError', code: 'unknown_key_id', detail: 'no key with id 3 in ENCRYPTION_KEYS' } },
      { err: { name: 'AppError', code: 'rate_limited', detail: 'sign-in by address' } },
    ]);
  });

  it('survives what cannot be printed', () => {
    const loop: Record<string, unknown> = { buffer: Buffer.alloc(9) };
    loop.self = loop;
    expect(lines((log) => log.error({ loop, nothing: null, missing: undefined, err: null }, 'x'))[0]).toMatchObject({ msg: 'x', loop: { buffer: '[9 bytes]' }, err: null });
    expect(lines((log) => log.error({ err: 'a thrown text' }))).toHaveLength(1);
  });
});
