/** Real processes for tests: a Redis of one's own, further workers, and programs that are expected to refuse to start. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import { bareEnv, startChild, type Child } from '#scripts/stack/child.ts';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { healthUrl, startWorker as startWorkerProcess } from '#scripts/stack/worker.ts';
import { stack, workerEnv } from './stack.ts';

export interface RedisServer {
  readonly url: string;
  /** Stops it; nothing is saved. */
  stop(): Promise<void>;
  /** Stops it and starts an empty one on the same port: a restart without persistence. */
  restart(): Promise<void>;
}

/** A `redis-server` of the test's own: nothing persisted, `noeviction`, loopback. */
export async function startRedis(options: { maxMemory?: string } = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(resolve(tmpdir(), 'keymeter-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  if (options.maxMemory) args.push('--maxmemory', options.maxMemory);
  const start = () =>
    startChild({ name: 'redis', command: 'redis-server', args, cwd: folder, env: bareEnv(), logFile: resolve(folder, 'redis.log'), ready: () => pings(port), readyMs: 15_000 });
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
    async restart() {
      await child.stop();
      child = await start();
    },
  };
}

async function pings(port: number): Promise<boolean> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

export interface ExtraWorker extends Child {
  readonly healthUrl: string;
}

let workers = 0;

/** One more worker as a real process, beside or instead of the stack's own. The test stops it. */
export async function startExtraWorker(over: Readonly<Record<string, string>> = {}, startedWhen: 'healthy' | 'answering' = 'healthy'): Promise<ExtraWorker> {
  workers += 1;
  const env = await workerEnv(over);
  const child = await startWorkerProcess({ dataDir: stack().dataDir, name: `worker-${process.pid}-${workers}`, env, startedWhen });
  return Object.assign(Object.create(child) as Child, { healthUrl: healthUrl(env) });
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the checkout with exactly this environment until it ends, or is killed after the given time. */
export function runToEnd(args: readonly string[], env: Readonly<Record<string, string>>, withinMs = 60_000, node = process.execPath): Promise<Ending> {
  return new Promise((done, fail) => {
    const child = spawn(node, [...args], { cwd: CHECKOUT, env: bareEnv(env), stdio: ['ignore', 'pipe', 'pipe'], timeout: withinMs, killSignal: 'SIGKILL' });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, ...output }));
  });
}
