/**
 * Holds a stack on a leash: a small process that waits for its supervisor to be gone, however it went, and then ends
 * whatever it left running. It runs beside the stack, because a supervisor that is killed outright can do nothing.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareEnv } from './child.ts';

/** @returns what lets go of it, once everything is stopped in order. */
export function holdLeash(dataDir: string): () => void {
  const child = spawn(process.execPath, [fileURLToPath(new URL('leash-main.ts', import.meta.url)), dataDir], {
    // The pipe closes when this process ends, and that is the sign.
    stdio: ['pipe', 'ignore', 'ignore'],
    env: bareEnv(),
    detached: true,
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return () => void child.kill('SIGKILL');
}
