/**
 * Brings up the embedded stack in order and takes it down in reverse. Each part waits for the one before it to answer;
 * a part that ends by itself ends the whole stack, with the end of its log.
 */
import { mkdir } from 'node:fs/promises';
import type { Child } from './child.ts';
import { gatherCrew, type Crew } from './crew.ts';
import { holdLeash } from './leash.ts';
import { takeLock, type StackLock } from './lock.ts';
import { keepWorker, startData, startOurWeb, startSimulatorHere, type Ground, type StackOptions } from './parts.ts';
import { freePort } from './ports.ts';
import type { StackAddresses } from './process-env.ts';
import { readOrMakeSecrets, type StackSecrets } from './secrets.ts';
import { removeStackEnv, writeStackEnv, type StackEnv } from './stack-env.ts';

export type { StackOptions } from './parts.ts';

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

export async function startStack(options: StackOptions): Promise<Stack> {
  // Others may pass through (the database's user must), nobody may list; the files inside are private.
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  const lock = await takeLock(options.dataDir);
  const crew = gatherCrew(lock);
  const letGo = holdLeash(options.dataDir);
  // Once: a later stack may have taken the same data directory by the time somebody asks again.
  let down: Promise<void> | undefined;
  const stop = () => (down ??= takeDown(options.dataDir, crew, lock).finally(letGo));
  const onAbort = () => void stop();
  options.signal?.addEventListener('abort', onAbort);
  try {
    options.signal?.throwIfAborted();
    const ground: Ground = { options, crew, secrets: await readOrMakeSecrets(options.dataDir), ports: await choosePorts(options) };
    return await bringUp(ground, stop);
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

async function bringUp(ground: Ground, stop: () => Promise<void>): Promise<Stack> {
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
    stop,
  };
}

async function takeDown(dataDir: string, crew: Crew, lock: StackLock): Promise<void> {
  // What can be read about a stack that is going down would mislead.
  await removeStackEnv(dataDir).catch(() => {});
  await crew.stop();
  await lock.release();
}
