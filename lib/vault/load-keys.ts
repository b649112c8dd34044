/** Everything the worker's vault needs, read from its environment once at the start, or a refusal to start. */
import type { KeyObject } from 'node:crypto';
import { parseFingerprintKey } from '#lib/vault/fingerprint.ts';
import { parseIntakeKeys } from '#lib/vault/intake.ts';
import type { IntakeKeys } from '#lib/vault/intake.ts';
import { parseKey, parseKeyList } from '#lib/vault/key-text.ts';
import type { KeyCheck } from '#lib/vault/key-text.ts';
import { assertDistinctSecrets, parseKeyring } from '#lib/vault/keyring.ts';
import type { Keyring } from '#lib/vault/keyring.ts';

export interface VaultSettings {
  ENCRYPTION_KEYS: string;
  INTAKE_PRIVATE_KEYS: string;
  FINGERPRINT_KEY: string;
  /** Not the vault's, read only to refuse that it equals one of the vault's. */
  AUDIT_SIGNING_KEY: string;
}

export interface VaultKeys {
  keyring: Keyring;
  intakeKeys: IntakeKeys;
  fingerprintKey: KeyObject;
}

/** @throws VaultError naming the variable that is malformed, weak, or the same as another */
export function loadVaultKeys(settings: VaultSettings, check: KeyCheck = {}): VaultKeys {
  const listed = [
    ...named('ENCRYPTION_KEYS', parseKeyList('ENCRYPTION_KEYS', settings.ENCRYPTION_KEYS, 'base64', check)),
    ...named('INTAKE_PRIVATE_KEYS', parseKeyList('INTAKE_PRIVATE_KEYS', settings.INTAKE_PRIVATE_KEYS, 'base64url', check)),
    { name: 'FINGERPRINT_KEY', bytes: parseKey('FINGERPRINT_KEY', settings.FINGERPRINT_KEY, 'base64', check) },
    { name: 'AUDIT_SIGNING_KEY', bytes: parseKey('AUDIT_SIGNING_KEY', settings.AUDIT_SIGNING_KEY, 'base64url', check) },
  ];
  try {
    assertDistinctSecrets(listed);
  } finally {
    for (const { bytes } of listed) bytes.fill(0);
  }
  return {
    keyring: parseKeyring(settings.ENCRYPTION_KEYS, check),
    intakeKeys: parseIntakeKeys(settings.INTAKE_PRIVATE_KEYS, check),
    fingerprintKey: parseFingerprintKey(settings.FINGERPRINT_KEY, check),
  };
}

function named(variable: string, keys: ReadonlyArray<{ id: number; bytes: Buffer }>): Array<{ name: string; bytes: Buffer }> {
  return keys.map(({ id, bytes }) => ({ name: `${variable} (key ${id})`, bytes }));
}
