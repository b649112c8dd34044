/** Prints secrets for a new installation, grouped by the process that may hold them. Nothing is stored. */
import { randomBytes } from 'node:crypto';
import { generateSecrets } from '#lib/vault/generate.ts';

export async function newSecrets(): Promise<number> {
  const made = generateSecrets();
  const lines = [
    '# worker only',
    `ENCRYPTION_KEYS=${made.ENCRYPTION_KEYS}`,
    `INTAKE_PRIVATE_KEYS=${made.INTAKE_PRIVATE_KEYS}`,
    `AUDIT_SIGNING_KEY=${made.AUDIT_SIGNING_KEY}`,
    `FINGERPRINT_KEY=${made.FINGERPRINT_KEY}`,
    '',
    '# web only',
    `INTAKE_PUBLIC_KEY=${made.INTAKE_PUBLIC_KEY}`,
    `AUDIT_PUBLIC_KEY=${made.AUDIT_PUBLIC_KEY}`,
    `EDGE_TOKEN=${randomBytes(32).toString('base64url')}`,
    `METRICS_TOKEN=${randomBytes(32).toString('base64url')}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
