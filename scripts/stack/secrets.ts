/**
 * The secrets of one embedded stack: made at the first start, kept in `<data dir>/secrets.json` with mode 0600, and
 * never shown. Which process gets which of them is decided in `process-env.ts`.
 */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { generate as generateCertificate } from 'selfsigned';
import { z } from 'zod';
import { generateSecrets } from '#lib/vault/generate.ts';
import { dataPaths } from './paths.ts';

const text = z.string().min(1);
const secretsSchema = z.object({
  postgresPassword: text,
  workerPassword: text,
  queuePassword: text,
  jwtSecret: text,
  publishableKey: text,
  smtpPassword: text,
  /** The mailbox speaks STARTTLS, because Auth refuses to send a password in the clear. */
  smtpCertificate: text,
  smtpPrivateKey: text,
  resendApiKey: text,
  resendWebhookSecret: text,
  ENCRYPTION_KEYS: text,
  INTAKE_PRIVATE_KEYS: text,
  INTAKE_PUBLIC_KEY: text,
  AUDIT_SIGNING_KEY: text,
  AUDIT_PUBLIC_KEY: text,
  FINGERPRINT_KEY: text,
  edgeToken: text,
  metricsToken: text,
});
export type StackSecrets = z.infer<typeof secretsSchema>;

/** Reads the data directory's secrets, making them (or those a newer version added) when they are missing. */
export async function readOrMakeSecrets(dataDir: string): Promise<StackSecrets> {
  const file = dataPaths(dataDir).secrets;
  const kept = parse(file, await readFile(file, 'utf8').catch(ifMissing));
  const complete = secretsSchema.safeParse(kept);
  if (complete.success) return complete.data;
  const made = secretsSchema.parse({ ...(await makeSecrets()), ...kept });
  const partial = `${file}.new`;
  await writeFile(partial, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  await chmod(partial, 0o600);
  await rename(partial, file);
  return made;
}

function ifMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '{}';
  throw error;
}

/** New secrets in place of damaged ones would make every stored key unreadable, so that is for a person to decide. */
function parse(file: string, json: string): Partial<StackSecrets> {
  try {
    return JSON.parse(json) as Partial<StackSecrets>;
  } catch {
    // Without the cause, which would quote what it could not read.
    throw new Error(`${file} is damaged. Put back a copy of it, or start over with --reset.`);
  }
}

async function makeSecrets(): Promise<StackSecrets> {
  const tenYears = new Date(Date.now() + 10 * 365 * 86_400_000);
  const certificate = await generateCertificate([{ name: 'commonName', value: 'Keymeter mailbox' }], {
    keyType: 'ec',
    notAfterDate: tenYears,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }, { type: 2, value: 'localhost' }] },
    ],
  });
  return {
    postgresPassword: word(),
    workerPassword: word(),
    queuePassword: word(),
    jwtSecret: word(48),
    publishableKey: `sb_publishable_${word(24)}`,
    smtpPassword: word(),
    smtpCertificate: certificate.cert,
    smtpPrivateKey: certificate.private,
    resendApiKey: `re_${word(24)}`,
    resendWebhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    ...generateSecrets(),
    edgeToken: word(32),
    metricsToken: word(32),
  };
}

const word = (bytes = 24): string => randomBytes(bytes).toString('base64url');
