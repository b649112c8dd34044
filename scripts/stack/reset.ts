/** `--reset`: forgets everything a data directory holds, database included. */
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { takeLock } from './lock.ts';
import { dataPaths } from './paths.ts';
import { removeCluster } from './postgres/place.ts';

/** Removes only what the stack made, by name. @throws Error when a stack is running there. */
export async function resetData(dataDir: string): Promise<void> {
  const lock = await takeLock(dataDir);
  try {
    await removeCluster(dataDir);
    const { secrets, stackEnv, logs, mailbox, lite } = dataPaths(dataDir);
    for (const path of [logs, mailbox, lite, stackEnv, resolve(dataDir, 'mailbox.pem'), resolve(dataDir, 'demo-account.json'), secrets]) await rm(path, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}
