/**
 * Moves an envelope to the primary key by rewrapping its data key. The plaintext is never decrypted and the ciphertext
 * keeps every byte, so a rotation reads no secret and can run while syncs go on.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { parseEnvelope, unwrapDataKey, wrapDataKey } from '#lib/vault/envelope.ts';
import type { EnvelopeBinding, Randomness } from '#lib/vault/envelope.ts';
import type { Keyring } from '#lib/vault/keyring.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

/**
 * @returns the same envelope under the primary key, proved to unwrap to the same data key; the very text that was
 *   given when it is there already (the caller then writes nothing)
 * @throws VaultError `envelope_malformed`, `unknown_key_id`, `authentication_failed`, `bad_binding`
 */
export function rewrapEnvelope(keyring: Keyring, binding: EnvelopeBinding, text: string, random: Randomness = randomBytes): string {
  const parts = parseEnvelope(text);
  const dataKey = unwrapDataKey(keyring, binding, parts);
  try {
    if (parts.kekId === keyring.primaryId) return text;
    const rewrapped = `${wrapDataKey(keyring, keyring.primaryId, binding, dataKey, random(12))}:${parts.dataText}`;
    const again = unwrapDataKey(keyring, binding, parseEnvelope(rewrapped));
    try {
      if (!timingSafeEqual(dataKey, again)) throw new VaultError('authentication_failed', 'the rewrapped key differs');
    } finally {
      again.fill(0);
    }
    return rewrapped;
  } finally {
    dataKey.fill(0);
  }
}
