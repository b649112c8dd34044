/** Starts a worker as its own process, and waits until its health address answers. */
import { resolve } from 'node:path';
import { bareEnv, startChild, type Child, type Start } from './child.ts';
import { CHECKOUT, dataPaths } from './paths.ts';

export interface WorkerOptions {
  readonly dataDir: string;
  /** Part of the log's name: several workers can run. */
  readonly name?: string;
  readonly env: Readonly<Record<string, string>>;
  /** `answering`: started even when it says that its queue or database is out of reach. Default `healthy`. */
  readonly startedWhen?: 'healthy' | 'answering';
  /** Restart whenever a source file changes. */
  readonly watch?: boolean;
  readonly onLine?: ((line: string) => void) | undefined;
}

export function startWorker(options: WorkerOptions, start: Start = startChild): Promise<Child> {
  const name = options.name ?? 'worker';
  const entry = resolve(CHECKOUT, 'worker/main.ts');
  return start({
    name,
    command: process.execPath,
    args: options.watch ? [resolve(CHECKOUT, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', entry] : ['--import', 'tsx', entry],
    cwd: CHECKOUT,
    env: bareEnv(options.env),
    logFile: resolve(dataPaths(options.dataDir).logs, `${name}.log`),
    // A worker ends its current job first, which may take 25 seconds.
    stopMs: 30_000,
    ready: () => answers(healthUrl(options.env), options.startedWhen ?? 'healthy'),
    onLine: options.onLine,
  });
}

export function healthUrl(env: Readonly<Record<string, string>>): string {
  return `http://127.0.0.1:${env.WORKER_HEALTH_PORT}/health`;
}

async function answers(url: string, wanted: 'healthy' | 'answering'): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return wanted === 'answering' || response.ok;
  } catch {
    return false;
  }
}
