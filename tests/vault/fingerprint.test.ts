import { createHash, createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint, parseFingerprintKey } from '#lib/vault/fingerprint.ts';
import { generateFingerprintKey } from '#lib/vault/generate.ts';
import { keyHint } from '#lib/vault/hint.ts';
import { Secret } from '#lib/vault/secret.ts';
import { freshKey, refusal } from '#tests/vault/fixtures.ts';

describe('a key\'s fingerprint', () => {
  const keyText = generateFingerprintKey();
  const key = parseFingerprintKey(keyText);

  it('is the same for the same key in the same organisation, and 64 hex digits', () => {
    const [org, text] = [randomUUID(), freshKey()];
    expect(fingerprint(key, org, Secret.fromText(text))).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(key, org, Secret.fromText(text))).toBe(fingerprint(parseFingerprintKey(keyText), org, Secret.fromText(text)));
  });

  it('says nothing across organisations, keys or installations', () => {
    const [org, text] = [randomUUID(), freshKey()];
    const seen = [
      fingerprint(key, org, Secret.fromText(text)),
      fingerprint(key, randomUUID(), Secret.fromText(text)),
      fingerprint(key, org, Secret.fromText(freshKey())),
      fingerprint(parseFingerprintKey(generateFingerprintKey()), org, Secret.fromText(text)),
      createHash('sha256').update(text).digest('hex'),
      createHmac('sha256', Buffer.from(keyText, 'base64')).update(text).digest('hex'),
    ];
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('needs a real key', () => {
    expect(refusal(() => parseFingerprintKey('c2hvcnQ='))).toBe('bad_key_length');
    expect(refusal(() => parseFingerprintKey(Buffer.alloc(32).toString('base64')))).toBe('weak_key');
  });
});

describe('what may be shown of a key', () => {
  it.each([
    ['sk-admin-abcdefghijklmnopqrstuvWXYZ', 'sk-admin-', 'WXYZ'],
    ['sk-ant-admin01-abcdefghijklmnop-1234', 'sk-ant-admin01-', '1234'],
    ['sk-ant-admin02-abcdefghijklmnop-1234', 'sk-ant-admin02-', '1234'],
    ['sk-ant-api03-abcdefghijklmnopqr-1234', 'sk-ant-', '1234'],
    ['sk-abcdefgh-ijklmnopqrstuvw0000', 'sk-', '0000'],
    ['abcdefghijklmnopqrstuvwxyz', '', 'wxyz'],
    ['sk-admin-short', '', ''],
  ])('of %s is its kind and its last four', (text, prefix, lastFour) => {
    expect(keyHint(Secret.fromText(text))).toEqual({ prefix, lastFour });
  });
});
