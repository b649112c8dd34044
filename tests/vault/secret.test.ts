import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Secret } from '#lib/vault/secret.ts';
import { freshKey, refusal } from '#tests/vault/fixtures.ts';

function loggedLine(log: (logger: ReturnType<typeof pino>) => void): string {
  let line = '';
  const sink = new Writable({ write: (chunk, _encoding, done) => ((line += String(chunk)), done()) });
  log(pino(sink));
  return line;
}

describe('a secret', () => {
  const text = freshKey();
  const secret = Secret.fromText(text);
  const nested = { request: { headers: [secret] } };

  it.each<[string, () => string]>([
    ['String()', () => String(secret)],
    ['a template', () => `${secret as unknown as string}`],
    ['concatenation', () => ((secret as unknown as string) + '') as string],
    ['JSON', () => JSON.stringify(nested)],
    ['inspection', () => inspect(nested, { depth: 9, showHidden: true, getters: true })],
    ['inspection with a custom inspector switched off', () => inspect(nested, { depth: 9, showHidden: true, customInspect: false })],
    ['format %s', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error\'s cause', () => inspect(new Error('failed', { cause: secret }))],
    ['an error\'s message', () => new Error(String(secret)).stack ?? ''],
    ['pino', () => loggedLine((log) => log.error({ secret, nested, err: new Error('x', { cause: secret }) }, 'with %s', secret))],
    ['own properties', () => JSON.stringify(Object.getOwnPropertyNames(secret)) + JSON.stringify({ ...secret }) + Object.entries(secret).join()],
  ])('does not come out through %s', (_name, print) => {
    const printed = print();
    expect(printed.length).toBeGreaterThan(0);
    for (const form of [text, Buffer.from(text).toString('base64'), Buffer.from(text).toString('hex'), text.slice(9)]) {
      expect(printed).not.toContain(form);
    }
  });

  it('says [redacted] where it stands', () => {
    expect(`${secret as unknown as string}|${JSON.stringify({ secret })}|${inspect(secret)}`).toBe('[redacted]|{"secret":"[redacted]"}|[redacted]');
  });

  it('does not travel by structured cloning, as to a worker thread or another process', () => {
    const clone: unknown = structuredClone(secret);
    expect(clone).toEqual({});
    expect(inspect(clone, { showHidden: true })).not.toContain(text);
  });

  it('is revealed only on request', () => {
    expect(secret.reveal()).toBe(text);
  });

  it('overwrites its bytes when it is disposed of, and is of no use afterwards', () => {
    const bytes = Buffer.from(freshKey());
    const taken = new Secret(bytes);
    expect(taken.withBytes((lent) => lent === bytes)).toBe(true);
    taken.dispose();
    taken.dispose();
    expect(bytes).toEqual(Buffer.alloc(bytes.length));
    expect(refusal(() => taken.reveal())).toBe('secret_disposed');
    expect(refusal(() => taken.withBytes((lent) => lent.length))).toBe('secret_disposed');
  });

  it('is disposed of by a using declaration', () => {
    const bytes = Buffer.from(freshKey());
    {
      using held = new Secret(bytes);
      expect(held.reveal()).toHaveLength(bytes.length);
    }
    expect(bytes).toEqual(Buffer.alloc(bytes.length));
  });
});
