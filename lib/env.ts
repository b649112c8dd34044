/**
 * The sole reader of `process.env`, one schema per process, and the authority on names. A value never appears in an
 * error: only the variable's name and what is wrong with it.
 */
import { z } from 'zod';

type Source = Readonly<Record<string, string | undefined>>;

/**
 * What the web process must not have in its environment, set or empty being told apart by presence of a value. With
 * one of these it could open a stored key, reach the database past row-level security, or read the queue.
 */
export const FORBIDDEN_IN_WEB = [
  'ENCRYPTION_KEYS',
  'ENCRYPTION_KEY',
  'INTAKE_PRIVATE_KEYS',
  'AUDIT_SIGNING_KEY',
  'FINGERPRINT_KEY',
  'DATABASE_URL',
  'ADMIN_DATABASE_URL',
  'QUEUE_DATABASE_URL',
  'POSTGRES_URL',
  'PGPASSWORD',
  'REDIS_URL',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_SERVICE_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'SUPABASE_DB_PASSWORD',
  'RESEND_API_KEY',
  'OPENAI_ADMIN_KEY',
  'OPENAI_API_KEY',
  'ANTHROPIC_ADMIN_KEY',
  'ANTHROPIC_API_KEY',
] as const;

export class EnvError extends Error {
  override readonly name = 'EnvError';
  readonly problems: readonly string[];
  constructor(processName: string, problems: readonly string[]) {
    super(`${processName} cannot start:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

const url = (protocols: string[]) =>
  z.string().refine((text) => {
    try {
      return protocols.includes(new URL(text).protocol);
    } catch {
      return false;
    }
  }, `must be an address starting with ${protocols.map((p) => `${p}//`).join(' or ')}`);
const httpUrl = url(['http:', 'https:']).transform((text) => text.replace(/\/+$/, ''));
const postgresUrl = url(['postgres:', 'postgresql:']);
const redisUrl = url(['redis:', 'rediss:']);
const flag = z
  .enum(['0', '1'], { error: 'must be 0 or 1' })
  .default('0')
  .transform((v) => v === '1');
const count = (min: number, max: number, fallback: number) => z.coerce.number().int().min(min).max(max).default(fallback);
const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info');
const nodeMode = z.enum(['development', 'production', 'test']).default('production');

const webSchema = z.object({
  APP_URL: httpUrl,
  SUPABASE_URL: httpUrl,
  SUPABASE_PUBLISHABLE_KEY: z.string().min(1, 'is missing'),
  /** `<key id>:<base64url of the 32 raw bytes of an X25519 public key>` */
  INTAKE_PUBLIC_KEY: z.string().regex(/^\d{1,9}:[A-Za-z0-9_-]{43}$/, 'must be <id>:<base64url of 32 bytes>'),
  /** `<key name>+<base64url of the 32 raw bytes of an Ed25519 public key>`; shown on Settings -> Security. */
  AUDIT_PUBLIC_KEY: z.string().min(1).optional(),
  EDGE_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
  RESEND_WEBHOOK_SECRET: z.string().min(1).optional(),
  METRICS_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
  /** For /.well-known/security.txt; without it security@ the host of APP_URL. */
  SECURITY_CONTACT: url(['mailto:', 'https:']).optional(),
  /** How many proxies in front of web append to X-Forwarded-For; 0 = none, the header is ignored. */
  TRUSTED_PROXY_HOPS: count(0, 10, 0),
  RATE_LIMIT_REDIS_URL: redisUrl.optional(),
  LOG_LEVEL: logLevel,
  NODE_ENV: nodeMode,
});
export type WebEnv = z.output<typeof webSchema>;

const workerSchema = z
  .object({
    DATABASE_URL: postgresUrl,
    /** `2:<base64 of 32 bytes>,1:<base64>`; the first is primary. Parsed and checked by lib/vault/keyring.ts. */
    ENCRYPTION_KEYS: z.string().min(1, 'is missing'),
    /** `1:<base64url of a 32-byte X25519 private key>,...` */
    INTAKE_PRIVATE_KEYS: z.string().min(1, 'is missing'),
    /** base64url of the 32-byte Ed25519 seed. */
    AUDIT_SIGNING_KEY: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be base64url of 32 bytes'),
    /** base64 of 32 bytes, for keyed fingerprints. */
    FINGERPRINT_KEY: z.string().min(43, 'must be base64 of 32 bytes'),
    REDIS_URL: redisUrl.optional(),
    QUEUE_DATABASE_URL: postgresUrl.optional(),
    RESEND_API_KEY: z.string().min(1).optional(),
    RESEND_BASE_URL: httpUrl.optional(),
    MAIL_FROM: z.string().min(3).optional(),
    APP_URL: httpUrl,
    /** Comma-separated host names (sovereign or on-prem endpoints) allowed beside the list in code. */
    PROVIDER_HOST_ALLOWLIST: z.string().default(''),
    OPENAI_BASE_URL: httpUrl.optional(),
    ANTHROPIC_BASE_URL: httpUrl.optional(),
    KEYMETER_ALLOW_LOOPBACK: flag,
    WORKER_HEALTH_HOST: z.string().default('127.0.0.1'),
    WORKER_HEALTH_PORT: count(0, 65535, 0),
    WORKER_CONCURRENCY: count(1, 256, 8),
    LOG_LEVEL: logLevel,
    NODE_ENV: nodeMode,
  })
  .refine((e) => Boolean(e.REDIS_URL) !== Boolean(e.QUEUE_DATABASE_URL), {
    message: 'exactly one of REDIS_URL and QUEUE_DATABASE_URL must be set',
    path: ['REDIS_URL'],
  });
export type WorkerEnv = z.output<typeof workerSchema>;

/** @throws EnvError naming every wrong variable, and every forbidden one that is present. */
export function readWebEnv(source: Source = process.env): WebEnv {
  const forbidden = FORBIDDEN_IN_WEB.filter((name) => source[name]).map(
    (name) => `${name} is set: the web process must not hold it (it could reach stored keys). Unset it, or start the worker instead.`,
  );
  return read('web', webSchema, source, forbidden);
}

/** @throws EnvError naming every wrong variable. */
export function readWorkerEnv(source: Source = process.env): WorkerEnv {
  return read('worker', workerSchema, source, []);
}

function read<S extends z.ZodType>(processName: string, schema: S, source: Source, problems: string[]): z.output<S> {
  // An empty value is how a compose file says "not set".
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = issue.path.join('.') || processName;
      problems.push(given[name] === undefined && issue.code === 'invalid_type' ? `${name} is missing` : `${name} ${issue.message}`);
    }
  }
  if (problems.length > 0 || !result.success) throw new EnvError(processName, problems);
  return result.data;
}

/** The flags that Node itself takes from the environment; a process may have to refuse some. */
export function nodeOptions(source: Source = process.env): string[] {
  return (source.NODE_OPTIONS ?? '').split(/\s+/).filter((flag) => flag !== '');
}

/** web and worker run on Node 24 or newer. @throws EnvError */
export function requireNode(processName: string, version: string = process.versions.node): void {
  const major = Number(version.split('.')[0]);
  if (!(major >= 24)) throw new EnvError(processName, [`Node 24 or newer is needed, this is ${version}`]);
}
