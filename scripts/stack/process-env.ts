/**
 * The environment of each process of the embedded stack, complete: children inherit none of ours. The split is the same
 * as in production, so web is never handed anything that opens a key or reaches the database.
 */
import { loginUrl } from './database.ts';
import type { StackSecrets } from './secrets.ts';

export interface StackAddresses {
  readonly appUrl: string;
  readonly supabaseUrl: string;
  readonly adminDatabaseUrl: string;
  readonly mailboxUrl: string;
  /** Absent = the real providers. */
  readonly simulatorUrl?: string | undefined;
}

export function webEnv(addresses: StackAddresses, secrets: StackSecrets, mode: 'production' | 'development'): Record<string, string> {
  return {
    NODE_ENV: mode,
    NEXT_TELEMETRY_DISABLED: '1',
    NO_COLOR: '1',
    APP_URL: addresses.appUrl,
    SUPABASE_URL: addresses.supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: secrets.publishableKey,
    INTAKE_PUBLIC_KEY: secrets.INTAKE_PUBLIC_KEY,
    AUDIT_PUBLIC_KEY: secrets.AUDIT_PUBLIC_KEY,
    EDGE_TOKEN: secrets.edgeToken,
    RESEND_WEBHOOK_SECRET: secrets.resendWebhookSecret,
    METRICS_TOKEN: secrets.metricsToken,
  };
}

export function workerEnv(addresses: StackAddresses, secrets: StackSecrets, healthPort: number, mode: 'production' | 'development'): Record<string, string> {
  return {
    NODE_ENV: mode,
    DATABASE_URL: loginUrl(addresses.adminDatabaseUrl, 'keymeter_worker', secrets.workerPassword),
    QUEUE_DATABASE_URL: loginUrl(addresses.adminDatabaseUrl, 'keymeter_queue', secrets.queuePassword),
    ENCRYPTION_KEYS: secrets.ENCRYPTION_KEYS,
    INTAKE_PRIVATE_KEYS: secrets.INTAKE_PRIVATE_KEYS,
    AUDIT_SIGNING_KEY: secrets.AUDIT_SIGNING_KEY,
    FINGERPRINT_KEY: secrets.FINGERPRINT_KEY,
    RESEND_API_KEY: secrets.resendApiKey,
    RESEND_BASE_URL: addresses.mailboxUrl,
    MAIL_FROM: 'Keymeter <alerts@keymeter.local>',
    APP_URL: addresses.appUrl,
    // The mailbox and the simulator are on this machine.
    KEYMETER_ALLOW_LOOPBACK: '1',
    WORKER_HEALTH_HOST: '127.0.0.1',
    WORKER_HEALTH_PORT: String(healthPort),
    ...(addresses.simulatorUrl ? simulated(addresses.simulatorUrl) : {}),
  };
}

function simulated(simulatorUrl: string): Record<string, string> {
  return { OPENAI_BASE_URL: `${simulatorUrl}/openai/v1`, ANTHROPIC_BASE_URL: `${simulatorUrl}/anthropic` };
}

/** The worker's settings a person may give `npm start` and `npm run dev` in their own shell, e.g. to send real mail. */
export function chosenByUser(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const names = ['RESEND_API_KEY', 'RESEND_BASE_URL', 'MAIL_FROM', 'PROVIDER_HOST_ALLOWLIST', 'OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL', 'LOG_LEVEL', 'WORKER_CONCURRENCY'];
  const chosen = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  // A key of one's own without an address means Resend itself, not the mailbox.
  if (chosen.RESEND_API_KEY && !chosen.RESEND_BASE_URL) chosen.RESEND_BASE_URL = 'https://api.resend.com';
  return chosen;
}
