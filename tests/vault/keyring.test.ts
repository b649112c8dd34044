import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generateEncryptionKey, generateSecrets } from '#lib/vault/generate.ts';
import { assertDistinctSecrets, parseKeyring } from '#lib/vault/keyring.ts';
import { loadVaultKeys } from '#lib/vault/load-keys.ts';
import { refusal } from '#tests/vault/fixtures.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('ENCRYPTION_KEYS', () => {
  it('makes the first key primary and keeps the others for unwrapping', () => {
    const keyring = parseKeyring(`${generateEncryptionKey(2)}, ${generateEncryptionKey(1)},${generateEncryptionKey(4294967295)}`);
    expect(keyring.primaryId).toBe(2);
    expect(keyring.ids).toEqual([2, 1, 4294967295]);
    expect(refusal(() => keyring.get(3))).toBe('unknown_key_id');
  });

  it.each([16, 24, 31, 33, 64])('refuses a key of %i bytes', (length) => {
    expect(refusal(() => parseKeyring(`1:${base64(randomBytes(length))}`))).toBe('bad_key_length');
  });

  it.each([
    ['base64url letters', `1:${base64(Buffer.concat([Buffer.from([0xfb, 0xff, 0xfe]), randomBytes(29)])).replaceAll('/', '_').replaceAll('+', '-')}`],
    ['missing padding', `1:${base64(randomBytes(32)).replace('=', '')}`],
    ['stray characters', `1:${base64(randomBytes(32)).slice(0, 10)}!${base64(randomBytes(32)).slice(10)}`],
    ['a second spelling of the last byte', `1:${base64(randomBytes(31))}AA==`],
    ['hex', `1:${randomBytes(32).toString('hex')}`],
  ])('refuses %s, which a lenient decoder would accept or cut', (_name, text) => {
    expect(refusal(() => parseKeyring(text))).toBe('bad_key_length');
  });

  it.each(['', ',', '1', ':', `x:${base64(randomBytes(32))}`, `01:${base64(randomBytes(32))}`, `-1:${base64(randomBytes(32))}`, `4294967296:${base64(randomBytes(32))}`])(
    'refuses the list %j',
    (text) => {
      expect(refusal(() => parseKeyring(text))).toBe('key_list_malformed');
    },
  );

  it('refuses an id listed twice, and one key under two ids', () => {
    expect(refusal(() => parseKeyring(`${generateEncryptionKey(1)},${generateEncryptionKey(1)}`))).toBe('duplicate_key_id');
    const key = base64(randomBytes(32));
    expect(refusal(() => parseKeyring(`1:${key},2:${key}`))).toBe('secrets_not_distinct');
  });

  it.each([
    ['all bytes equal', Buffer.alloc(32, 7)],
    ['zeros', Buffer.alloc(32)],
    ['a short pattern repeated', Buffer.from('0123456789abcdef'.repeat(4), 'hex')],
    ['a counter', Buffer.from(Array.from({ length: 32 }, (_, i) => i))],
    ['a counter backwards', Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i * 3))],
    ['a passphrase', Buffer.from('correct horse battery staple 123')],
  ])('refuses a key that is %s, unless a test asks for it', (_name, bytes) => {
    expect(bytes.length).toBe(32);
    expect(refusal(() => parseKeyring(`1:${base64(bytes)}`))).toBe('weak_key');
    expect(refusal(() => parseKeyring(`1:${base64(bytes)}`, { allowWeakKeys: true }))).toBe('accepted');
  });

  it('names the variable and the key id in an error, never the value', () => {
    const short = base64(randomBytes(31));
    expect(() => parseKeyring(`9:${short}`)).toThrow(expect.objectContaining({ detail: expect.stringMatching(/^ENCRYPTION_KEYS \(key 9\)/) }));
    try {
      parseKeyring(`9:${short}`);
    } catch (error) {
      expect(inspect(error)).not.toContain(short.slice(0, 10));
    }
  });

  it('does not show its keys when it is printed', () => {
    const text = generateEncryptionKey(1);
    const shown = inspect(parseKeyring(text), { depth: 9, showHidden: true }) + JSON.stringify(parseKeyring(text));
    expect(shown).not.toContain(text.slice(2, 14));
    expect(shown).not.toContain(Buffer.from(text.slice(2), 'base64').toString('hex').slice(0, 12));
  });
});

describe('secrets of different purposes', () => {
  it('are refused when two are the same', () => {
    const bytes = randomBytes(32);
    expect(() => assertDistinctSecrets([{ name: 'A', bytes }, { name: 'B', bytes: randomBytes(32) }, { name: 'C', bytes: Buffer.from(bytes) }])).toThrow(
      expect.objectContaining({ code: 'secrets_not_distinct', detail: 'A and C are the same secret' }),
    );
  });

  it('load together when they are fresh', () => {
    const settings = generateSecrets();
    const keys = loadVaultKeys(settings);
    expect(keys.keyring.ids).toEqual([1]);
    expect(keys.intakeKeys.publicKeyText(1)).toBe(settings.INTAKE_PUBLIC_KEY);
  });

  const url = (key: string) => Buffer.from(key, 'base64').toString('base64url');
  it.each(['INTAKE_PRIVATE_KEYS', 'FINGERPRINT_KEY', 'AUDIT_SIGNING_KEY'] as const)('stop the worker when %s repeats an encryption key', (name) => {
    const settings = generateSecrets();
    const key = settings.ENCRYPTION_KEYS.slice(2);
    const repeated = { INTAKE_PRIVATE_KEYS: `1:${url(key)}`, FINGERPRINT_KEY: key, AUDIT_SIGNING_KEY: url(key) }[name];
    expect(refusal(() => loadVaultKeys({ ...settings, [name]: repeated }))).toBe('secrets_not_distinct');
  });
});
