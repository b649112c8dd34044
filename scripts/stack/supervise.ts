/**
 * Brings up the embedded stack in order and takes it down in reverse. Each part waits for the one before it to answer;
 * a part that ends by itself ends the whole stack, with the end of its log.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { migrateQueue } from '#lib/jobs/migrate-queue.ts';
import { ensureBuild } from './build.ts';
import type { Child } from './child.ts';
import { gatherCrew, type Crew } from './crew.ts';
import { loginUrl, makeApiRoles, setLogins, withSession } from './database.ts';
import { holdLeash } from './leash.ts';
import { takeLock, type StackLock } from './lock.ts';
import type { LiteProject } from './lite-project.ts';
import { startMailbox } from './mailbox/server.ts';
import { applyMigrations } from './migrations.ts';
import { CHECKOUT, dataPaths } from './paths.ts';
import { freePort } from './ports.ts';
import { startPostgres, type PostgresServer } from './postgres/server.ts';
import { webEnv, workerEnv, type StackAddresses } from './process-env.ts';
import type { Progress } from './progress.ts';
import { readOrMakeSecrets, type StackSecrets } from './secrets.ts';
import { removeStackEnv, writeStackEnv, type StackEnv } from './stack-env.ts';
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

export interface Stack {
  readonly dataDir: string;
  readonly secrets: StackSecrets;
  /** What `stack.env` says. */
  readonly env: StackEnv;
  readonly worker: Child | undefined;
  /** Starts the stack's worker again after it was stopped or killed on purpose. */
  startWorker(): Promise<Child>;
  /** Ends with the database's privileges as the migrations say, whatever the API granted at its start. */
  restartSupabase(): Promise<void>;
  /** `immediate`: without a checkpoint, as after a crash. */
  restartPostgres(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Rejects when a part ends by itself; never resolves. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

/** What the parts need from each other while they start. */
interface Ground {
  readonly options: StackOptions;
  readonly crew: Crew;
  readonly stop: () => Promise<void>;
  readonly secrets: StackSecrets;
  readonly ports: Record<'supabase' | 'postgres' | 'mailbox' | 'smtp' | 'simulator' | 'web', number>;
}

export async function startStack(options: StackOptions): Promise<Stack> {
  // Others may pass through (the database's user must), nobody may list; the files inside are private.
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  const lock = await takeLock(options.dataDir);
  const crew = gatherCrew(lock);
  const letGo = holdLeash(options.dataDir);
  const stop = () => takeDown(options.dataDir, crew, lock).finally(letGo);
  const onAbort = () => void stop();
  options.signal?.addEventListener('abort', onAbort);
  try {
    options.signal?.throwIfAborted();
    const ground: Ground = { options, crew, stop, secrets: await readOrMakeSecrets(options.dataDir), ports: await choosePorts(options) };
    return await bringUp(ground);
  } catch (error) {
    await stop();
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

async function choosePorts(options: StackOptions): Promise<Ground['ports']> {
  const first = options.firstPort ?? 54321;
  const near = (offset: number) => freePort(first === 0 ? 0 : first + offset);
  return { supabase: await near(0), postgres: await near(1), mailbox: await near(3), smtp: await near(4), simulator: await near(5), web: await freePort(options.webPort ?? 3000) };
}

async function bringUp(ground: Ground): Promise<Stack> {
  const { options, secrets } = ground;
  const data = await startData(ground);
  const simulatorUrl = options.simulator ? await startSimulatorHere(ground) : undefined;
  const addresses: StackAddresses = { ...data.addresses, simulatorUrl };
  const worker = keepWorker(ground, addresses);
  if (options.worker) await options.progress.step('Starting the worker', () => worker.start());
  if (options.web) await startOurWeb(ground, addresses, options.web);
  const env = (): StackEnv => ({
    APP_URL: addresses.appUrl,
    SUPABASE_URL: addresses.supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: secrets.publishableKey,
    ADMIN_DATABASE_URL: addresses.adminDatabaseUrl,
    MAILBOX_URL: addresses.mailboxUrl,
    WORKER_HEALTH_URL: worker.health,
    SIMULATOR_URL: simulatorUrl,
    POSTGRES_DATA_DIR: data.cluster,
  });
  await writeStackEnv(options.dataDir, env());
  return {
    dataDir: options.dataDir,
    secrets,
    get env() {
      return env();
    },
    get worker() {
      return worker.child;
    },
    async startWorker() {
      const started = await worker.start();
      await writeStackEnv(options.dataDir, env());
      return started;
    },
    restartSupabase: () => data.restartSupabase(),
    restartPostgres: (mode) => data.restartPostgres(mode),
    failure: ground.crew.failure,
    stop: ground.stop,
  };
}

/** Database, mailbox and the Supabase API, migrated and with privileges in force. */
async function startData({ options, crew, secrets, ports }: Ground) {
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

function keepWorker({ options, crew, secrets }: Ground, addresses: StackAddresses) {
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

async function startOurWeb({ options, crew, secrets, ports }: Ground, addresses: StackAddresses, mode: 'production' | 'development'): Promise<void> {
  const { dataDir, progress } = options;
  if (mode === 'production') await ensureBuild(resolve(dataPaths(dataDir).logs, 'build.log'), progress, crew.start);
  const env = { ...webEnv(addresses, secrets, mode), ...options.webEnv };
  await progress.step('Starting the web app', () => startWeb({ dataDir, port: ports.web, mode, env, onLine: (line) => options.onLine?.('web', line) }, crew.start));
}

async function startSimulatorHere({ crew, ports }: Ground): Promise<string> {
  const { startSimulator } = await import('./simulator/server.ts');
  const simulator = await startSimulator({ port: ports.simulator });
  crew.add('simulator', () => simulator.close());
  return simulator.url;
}

async function takeDown(dataDir: string, crew: Crew, lock: StackLock): Promise<void> {
  // What can be read about a stack that is going down would mislead.
  await removeStackEnv(dataDir).catch(() => {});
  await crew.stop();
  await lock.release();
}
