/** `<data dir>/stack.env`: what is up and where. Written when everything answers, removed when the stack stops. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dataPaths } from './paths.ts';

export interface StackEnv {
  APP_URL?: string | undefined;
  SUPABASE_URL: string;
  SUPABASE_PUBLISHABLE_KEY: string;
  /** Superuser; nothing but people, tests and `scripts/` use it. */
  ADMIN_DATABASE_URL: string;
  MAILBOX_URL: string;
  WORKER_HEALTH_URL?: string | undefined;
  SIMULATOR_URL?: string | undefined;
  POSTGRES_DATA_DIR: string;
}

/** Mode 0600: it carries the database's password. */
export async function writeStackEnv(dataDir: string, env: StackEnv): Promise<void> {
  const file = dataPaths(dataDir).stackEnv;
  const lines = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  await writeFile(`${file}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeStackEnv(dataDir: string): Promise<void> {
  await rm(dataPaths(dataDir).stackEnv, { force: true });
}

/** @throws Error when no stack is up on this data directory. */
export async function readStackEnv(dataDir: string): Promise<StackEnv> {
  const text = await readFile(dataPaths(dataDir).stackEnv, 'utf8').catch(() => {
    throw new Error(`No stack is running on ${dataDir}: there is no stack.env in it.`);
  });
  return Object.fromEntries(text.split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])) as unknown as StackEnv;
}
