/** Makes the secrets of an installation: the embedded stack's on its first start, an operator's by `npm run ops`. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { AUDIT_KEY_NAME } from '#lib/audit-key-name.ts';

/** Values by the name of their environment variable. Each goes to one process only (see `lib/env.ts`). */
export interface GeneratedSecrets {
  ENCRYPTION_KEYS: string;
  INTAKE_PRIVATE_KEYS: string;
  INTAKE_PUBLIC_KEY: string;
  AUDIT_SIGNING_KEY: string;
  AUDIT_PUBLIC_KEY: string;
  FINGERPRINT_KEY: string;
}

export function generateSecrets(): GeneratedSecrets {
  return {
    ENCRYPTION_KEYS: generateEncryptionKey(1),
    ...generateIntakeKeyPair(1),
    ...generateAuditKeyPair(),
    FINGERPRINT_KEY: generateFingerprintKey(),
  };
}

/** One entry of `ENCRYPTION_KEYS`: `<id>:<base64 of 32 random bytes>`. To rotate, put a new one in front. */
export function generateEncryptionKey(id: number): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/** @param id at most nine digits */
export function generateIntakeKeyPair(id: number): Pick<GeneratedSecrets, 'INTAKE_PRIVATE_KEYS' | 'INTAKE_PUBLIC_KEY'> {
  const { d, x } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { INTAKE_PRIVATE_KEYS: `${id}:${d}`, INTAKE_PUBLIC_KEY: `${id}:${x}` };
}

/** The worker signs checkpoints with the one, anybody verifies them with the other. */
export function generateAuditKeyPair(): Pick<GeneratedSecrets, 'AUDIT_SIGNING_KEY' | 'AUDIT_PUBLIC_KEY'> {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { AUDIT_SIGNING_KEY: `${d}`, AUDIT_PUBLIC_KEY: `${AUDIT_KEY_NAME}+${x}` };
}

export function generateFingerprintKey(): string {
  return randomBytes(32).toString('base64');
}
