/**
 * What tests of the projects `stack` and `e2e` import. The stack itself runs in another process; `stack()` knows its
 * addresses, a pool as the database's superuser, and how to ask for restarts.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import pg from 'pg';
import { inject } from 'vitest';
import { loginUrl } from '#scripts/stack/database.ts';
import { dataPaths } from '#scripts/stack/paths.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { workerEnv as environmentOfWorker } from '#scripts/stack/process-env.ts';
import { controlSocket } from '#scripts/stack/serve-temporary.ts';
import type { StackSecrets } from '#scripts/stack/secrets.ts';
import type { StackEnv } from '#scripts/stack/stack-env.ts';

export interface TestStack {
  readonly dataDir: string;
  readonly appUrl: string;
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  readonly mailboxUrl: string;
  readonly simulatorUrl: string;
  readonly workerHealthUrl: string;
  /** Superuser. */
  readonly adminUrl: string;
  /** The worker's own login. */
  readonly workerUrl: string;
  /** The login of the queue's role. */
  readonly queueUrl: string;
  readonly postgresDataDir: string;
  readonly secrets: StackSecrets;
  /** Superuser; bypasses row-level security, so it proves nothing about what a user may do. */
  readonly admin: pg.Pool;
}

let known: TestStack | undefined;

/** The running stack. @throws Error outside of the projects `stack` and `e2e`. */
export function stack(): TestStack {
  if (known) return known;
  const dataDir = inject('stackDataDir');
  if (!dataDir) throw new Error('There is no stack here: the test belongs in tests/stack/ or tests/e2e/.');
  const paths = dataPaths(dataDir);
  const env = readEnv(paths.stackEnv);
  const secrets = JSON.parse(readFileSync(paths.secrets, 'utf8')) as StackSecrets;
  const admin = new pg.Pool({ connectionString: env.ADMIN_DATABASE_URL, max: 5, allowExitOnIdle: true });
  // Tests restart the database under this pool.
  admin.on('error', () => {});
  known = {
    dataDir,
    appUrl: env.APP_URL ?? '',
    supabaseUrl: env.SUPABASE_URL,
    publishableKey: env.SUPABASE_PUBLISHABLE_KEY,
    mailboxUrl: env.MAILBOX_URL,
    simulatorUrl: env.SIMULATOR_URL ?? '',
    get workerHealthUrl() {
      // A worker that was started again listens elsewhere.
      return readEnv(paths.stackEnv).WORKER_HEALTH_URL ?? '';
    },
    adminUrl: env.ADMIN_DATABASE_URL,
    workerUrl: loginUrl(env.ADMIN_DATABASE_URL, 'keymeter_worker', secrets.workerPassword),
    queueUrl: loginUrl(env.ADMIN_DATABASE_URL, 'keymeter_queue', secrets.queuePassword),
    postgresDataDir: env.POSTGRES_DATA_DIR,
    secrets,
    admin,
  };
  return known;
}

/** The environment of one more worker of this stack, with a free health port. */
export async function workerEnv(over: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const { appUrl, supabaseUrl, adminUrl, mailboxUrl, simulatorUrl, secrets } = stack();
  const addresses = { appUrl, supabaseUrl, adminDatabaseUrl: adminUrl, mailboxUrl, simulatorUrl: simulatorUrl || undefined };
  const env = { ...environmentOfWorker(addresses, secrets, await freePort(), 'production'), ...over };
  // Exactly one queue: a Redis takes the place of the one in Postgres.
  if (over.REDIS_URL) delete (env as Record<string, string | undefined>).QUEUE_DATABASE_URL;
  return env;
}

/** Stops and starts the Supabase API, as a deployment would. */
export const restartSupabase = (): Promise<unknown> => ask('/restart-supabase');
/** Restarts the database in an orderly way, or (`crash`) without a checkpoint. */
export const restartPostgres = (how: 'orderly' | 'crash' = 'orderly'): Promise<unknown> => ask(how === 'crash' ? '/crash-postgres' : '/restart-postgres');
/** Stops the stack's own worker with SIGTERM; a test that does so starts it again in `afterAll`. */
export const stopWorker = (): Promise<unknown> => ask('/stop-worker');
/** SIGKILL to the stack's own worker. */
export const killWorker = (): Promise<unknown> => ask('/kill-worker');
export const startWorker = (): Promise<unknown> => ask('/start-worker');

function ask(wish: string): Promise<unknown> {
  return new Promise((done, fail) => {
    const sent = request({ socketPath: controlSocket(stack().dataDir), path: wish, method: 'POST' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const answer = JSON.parse(body || 'null') as { error?: string } | null;
        if (response.statusCode === 200) done(answer);
        else fail(new Error(answer?.error ?? `The stack answered ${response.statusCode}`));
      });
    });
    sent.once('error', fail);
    sent.end();
  });
}

function readEnv(file: string): StackEnv {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])) as unknown as StackEnv;
}
