import { describe, expect, it } from 'vitest';
import { decryptEnvelope, encryptEnvelope } from '#lib/vault/envelope.ts';
import { generateEncryptionKey } from '#lib/vault/generate.ts';
import { parseKeyring } from '#lib/vault/keyring.ts';
import { rewrapEnvelope } from '#lib/vault/rotate.ts';
import { Secret } from '#lib/vault/secret.ts';
import { freshBinding, freshKey, refusal } from '#tests/vault/fixtures.ts';

function beforeRotation() {
  const oldKey = generateEncryptionKey(1);
  const newKey = generateEncryptionKey(2);
  const binding = freshBinding();
  const text = freshKey();
  const envelope = encryptEnvelope(parseKeyring(oldKey), binding, Secret.fromText(text));
  return { binding, text, envelope, both: parseKeyring(`${newKey},${oldKey}`), onlyOld: parseKeyring(oldKey), onlyNew: parseKeyring(newKey) };
}

describe('rewrapping an envelope', () => {
  it('moves it to the primary key, so that the old key can go, and leaves iv, tag and ciphertext as they were', () => {
    const { binding, text, envelope, both, onlyNew, onlyOld } = beforeRotation();
    const rewrapped = rewrapEnvelope(both, binding, envelope);
    expect(rewrapped.startsWith('km1:2:')).toBe(true);
    expect(rewrapped.split(':').slice(5)).toEqual(envelope.split(':').slice(5));
    expect(rewrapped.split(':').slice(2, 5)).not.toEqual(envelope.split(':').slice(2, 5));
    expect(decryptEnvelope(onlyNew, binding, rewrapped).toString()).toBe(text);
    expect(refusal(() => decryptEnvelope(onlyOld, binding, rewrapped))).toBe('unknown_key_id');
  });

  it('gives back the very same text when it is under the primary key already', () => {
    const { binding, envelope, onlyOld } = beforeRotation();
    expect(rewrapEnvelope(onlyOld, binding, envelope)).toBe(envelope);
  });

  it('refuses what it cannot authenticate instead of carrying it over', () => {
    const { binding, envelope, both, onlyNew } = beforeRotation();
    const parts = envelope.split(':');
    const tampered = parts.with(4, `${parts[4]?.[0] === '0' ? '1' : '0'}${parts[4]?.slice(1)}`).join(':');
    expect(refusal(() => rewrapEnvelope(both, binding, tampered))).toBe('authentication_failed');
    expect(refusal(() => rewrapEnvelope(both, { ...binding, orgId: freshBinding().orgId }, envelope))).toBe('authentication_failed');
    expect(refusal(() => rewrapEnvelope(onlyNew, binding, envelope))).toBe('unknown_key_id');
    expect(refusal(() => rewrapEnvelope(both, binding, 'km1:1:00'))).toBe('envelope_malformed');
  });

  it('keeps a tampered ciphertext tampered: a rotation cannot make it open', () => {
    const { binding, envelope, both } = beforeRotation();
    const tampered = `${envelope.slice(0, -1)}${envelope.endsWith('0') ? '1' : '0'}`;
    const rewrapped = rewrapEnvelope(both, binding, tampered);
    expect(refusal(() => decryptEnvelope(both, binding, rewrapped))).toBe('authentication_failed');
  });
});
