/** Where the checkout is, and where the embedded stack keeps its data. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder, absolute. */
export const CHECKOUT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** `KEYMETER_DATA_DIR` when set (relative to the caller's folder), else `<checkout>/.keymeter`, which git ignores. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.KEYMETER_DATA_DIR ? resolve(env.KEYMETER_DATA_DIR) : resolve(CHECKOUT, '.keymeter');
}

/** The folders of a data directory. `postgres` is decided by where the database's system user can go. */
export function dataPaths(dataDir: string) {
  return {
    secrets: resolve(dataDir, 'secrets.json'),
    stackEnv: resolve(dataDir, 'stack.env'),
    lock: resolve(dataDir, 'running.json'),
    logs: resolve(dataDir, 'logs'),
    mailbox: resolve(dataDir, 'mailbox'),
    lite: resolve(dataDir, 'lite'),
    postgres: resolve(dataDir, 'postgres'),
  };
}
