/** The parts of the embedded stack, each started with what the ones before it made. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { migrateQueue } from '#lib/jobs/migrate-queue.ts';
import { ensureBuild } from './build.ts';
import type { Child } from './child.ts';
import type { Crew } from './crew.ts';
import { loginUrl, makeApiRoles, setLogins, withSession } from './database.ts';
import type { LiteProject } from './lite-project.ts';
import { startMailbox } from './mailbox/server.ts';
import { applyMigrations } from './migrations.ts';
import { CHECKOUT, dataPaths } from './paths.ts';
import { freePort } from './ports.ts';
import { startPostgres, type PostgresServer } from './postgres/server.ts';
import { webEnv, workerEnv, type StackAddresses } from './process-env.ts';
import type { Progress } from './progress.ts';
import type { StackSecrets } from './secrets.ts';
import { makeAuthSchema, startSupabase, type SupabaseApi } from './supabase.ts';
import { startWeb } from './web.ts';
import { healthUrl, startWorker } from './worker.ts';

export interface StackOptions {
  readonly dataDir: string;
  readonly progress: Progress;
  readonly web?: 'production' | 'development' | false;
  readonly worker?: 'once' | 'watch' | false;
  /** True: the worker talks to the simulator instead of the real providers. */
  readonly simulator?: boolean;
  /** Wanted ports; a taken one is replaced by a free one. `0` = any. Default 3000, and 54321 to 54326 for the rest. */
  readonly webPort?: number;
  readonly firstPort?: number;
  /** False trades safety against a power cut for speed. */
  readonly durable?: boolean;
  /** Put over the process's own environment. */
  readonly workerEnv?: Readonly<Record<string, string>>;
  readonly webEnv?: Readonly<Record<string, string>>;
  readonly onLine?: (process: string, line: string) => void;
  /** Aborting stops what is up, also in the middle of the start. */
  readonly signal?: AbortSignal;
}

/** What the parts need from each other while they start. */
export interface Ground {
  readonly options: StackOptions;
  readonly crew: Crew;
  readonly secrets: StackSecrets;
  readonly ports: Record<'supabase' | 'postgres' | 'mailbox' | 'smtp' | 'simulator' | 'web', number>;
}

/** Database, mailbox and the Supabase API, migrated and with privileges in force. */
export async function startData({ options, crew, secrets, ports }: Ground) {
  const { dataDir, progress } = options;
  const paths = dataPaths(dataDir);
  const startDatabase = () =>
    startPostgres({ dataDir, logFile: resolve(paths.logs, 'postgres.log'), password: secrets.postgresPassword, port: ports.postgres, durable: options.durable ?? true }, crew.start);
  let postgres: PostgresServer = await progress.step('Starting PostgreSQL', startDatabase);

  const mailbox = await startMailbox({ folder: paths.mailbox, secrets, httpPort: ports.mailbox, smtpPort: ports.smtp });
  crew.add('mailbox', () => mailbox.stop());
  const certificate = resolve(dataDir, 'mailbox.pem');
  await writeFile(certificate, secrets.smtpCertificate, { mode: 0o600 });

  const project: LiteProject = { dataDir, secrets, databaseUrl: postgres.adminUrl, apiPort: ports.supabase, appUrl: `http://127.0.0.1:${ports.web}`, smtpPort: ports.smtp };
  await progress.step('Applying migrations', () => migrate(project));
  const startApi = () => startSupabase(project, certificate, crew.start);
  let supabase: SupabaseApi = await progress.step('Starting the Supabase API', startApi);
  return {
    addresses: { appUrl: project.appUrl, supabaseUrl: supabase.url, adminDatabaseUrl: postgres.adminUrl, mailboxUrl: mailbox.url },
    cluster: postgres.dataDir,
    async restartSupabase() {
      await supabase.child.stop();
      supabase = await startApi();
    },
    async restartPostgres(mode: 'fast' | 'immediate' = 'fast') {
      await postgres.stop(mode);
      postgres = await startDatabase();
    },
  };
}

async function migrate({ databaseUrl, secrets, ...project }: LiteProject): Promise<void> {
  await withSession(databaseUrl, makeApiRoles);
  await makeAuthSchema({ databaseUrl, secrets, ...project });
  await withSession(databaseUrl, async (client) => {
    await applyMigrations(client, resolve(CHECKOUT, 'supabase/migrations'));
    await setLogins(client, secrets);
  });
  await migrateQueue(loginUrl(databaseUrl, 'keymeter_queue', secrets.queuePassword));
}

export function keepWorker({ options, crew, secrets }: Ground, addresses: StackAddresses) {
  const mode = options.web === 'development' ? 'development' : 'production';
  const env = async () => ({ ...workerEnv(addresses, secrets, await freePort(), mode), ...options.workerEnv });
  let child: Child | undefined;
  let health: string | undefined;
  return {
    get child() {
      return child;
    },
    get health() {
      return health;
    },
    async start() {
      if (child?.running) throw new Error('The worker is running already.');
      const own = await env();
      child = await startWorker({ dataDir: options.dataDir, env: own, watch: options.worker === 'watch', onLine: (line) => options.onLine?.('worker', line) }, crew.start);
      health = healthUrl(own);
      return child;
    },
  };
}

export async function startOurWeb({ options, crew, secrets, ports }: Ground, addresses: StackAddresses, mode: 'production' | 'development'): Promise<void> {
  const { dataDir, progress } = options;
  if (mode === 'production') await ensureBuild(resolve(dataPaths(dataDir).logs, 'build.log'), progress, crew.start);
  const env = { ...webEnv(addresses, secrets, mode), ...options.webEnv };
  await progress.step('Starting the web app', () => startWeb({ dataDir, port: ports.web, mode, env, onLine: (line) => options.onLine?.('web', line) }, crew.start));
}

export async function startSimulatorHere({ crew, ports }: Ground): Promise<string> {
  const { startSimulator } = await import('./simulator/server.ts');
  const simulator = await startSimulator({ port: ports.simulator });
  crew.add('simulator', () => simulator.close());
  return simulator.url;
}
