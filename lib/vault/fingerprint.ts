/**
 * A keyed fingerprint tells "this key is connected already" without storing anything that a guess could be checked
 * against: without `FINGERPRINT_KEY` the value says nothing, and one key has unrelated fingerprints in two organisations.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { lengthPrefixed } from '#lib/length-prefix.ts';
import { parseKey } from '#lib/vault/key-text.ts';
import type { KeyCheck } from '#lib/vault/key-text.ts';
import type { Secret } from '#lib/vault/secret.ts';

/** Reads `FINGERPRINT_KEY`, base64 of 32 bytes. @throws VaultError `bad_key_length`, `weak_key` */
export function parseFingerprintKey(text: string, check: KeyCheck = {}): KeyObject {
  const bytes = parseKey('FINGERPRINT_KEY', text, 'base64', check);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** HMAC-SHA-256 as 64 hex digits, over the organisation's id and the secret. @throws VaultError `secret_disposed` */
export function fingerprint(key: KeyObject, orgId: string, secret: Secret): string {
  const mac = createHmac('sha256', key).update(lengthPrefixed('keymeter.fingerprint.v1', orgId));
  return secret.withBytes((bytes) => mac.update(bytes).digest('hex'));
}
