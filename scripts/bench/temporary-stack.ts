/** A stack in a data directory that is made for one benchmark and removed with it, whatever becomes of the work. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import pg from 'pg';
import { removeCluster } from '#scripts/stack/postgres/place.ts';
import { startStack, type Stack, type StackOptions } from '#scripts/stack/supervise.ts';
import type { BenchRun } from './bench.ts';

type Parts = Pick<StackOptions, 'web' | 'worker' | 'simulator'>;

/** Durable as in earnest: commits wait for the disk. The ports are free ones. */
export function withTemporaryStack<T>({ progress, signal }: BenchRun, parts: Parts, work: (stack: Stack) => Promise<T>): Promise<T> {
  return withTemporaryFolder(async (dataDir) => {
    const stack = await startStack({ ...parts, dataDir, progress, signal, webPort: 0, firstPort: 0, durable: true });
    try {
      return await Promise.race([work(stack), stack.failure, aborted(signal)]);
    } finally {
      await stack.stop();
    }
  });
}

/** The same, with a pool that may look at everything. */
export function withTemporaryDatabase<T>(bench: BenchRun, parts: Parts, work: (stack: Stack, database: pg.Pool) => Promise<T>): Promise<T> {
  return withTemporaryStack(bench, parts, async (stack) => {
    const database = new pg.Pool({ connectionString: stack.env.ADMIN_DATABASE_URL, max: 2 });
    // A stack that is stopped under it must not end this process before everything is removed.
    database.on('error', () => {});
    try {
      return await work(stack, database);
    } finally {
      await database.end();
    }
  });
}

/** A data directory, empty at first, and gone afterwards with the database that may live elsewhere. */
export async function withTemporaryFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(resolve(tmpdir(), 'keymeter-bench-'));
  try {
    return await work(dataDir);
  } finally {
    await removeCluster(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Rejects when the benchmark is to end; never resolves. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
