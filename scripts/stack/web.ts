/** Starts the web app on loopback: the production build, or Next's development server. */
import { resolve } from 'node:path';
import { bareEnv, startChild, type Child, type Start } from './child.ts';
import { nextProgram } from './build.ts';
import { CHECKOUT, dataPaths } from './paths.ts';

export interface WebOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly mode: 'production' | 'development';
  readonly env: Readonly<Record<string, string>>;
  readonly onLine?: ((line: string) => void) | undefined;
}

export function startWeb(options: WebOptions, start: Start = startChild): Promise<Child> {
  return start({
    name: 'web',
    command: process.execPath,
    args: [nextProgram(), options.mode === 'production' ? 'start' : 'dev', '-p', String(options.port), '-H', '127.0.0.1'],
    cwd: CHECKOUT,
    env: bareEnv(options.env),
    logFile: resolve(dataPaths(options.dataDir).logs, 'web.log'),
    ready: () => answers(`http://127.0.0.1:${options.port}/api/health/live`),
    onLine: options.onLine,
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(20_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
