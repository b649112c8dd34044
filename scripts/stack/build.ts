/** The production build of the web app: made when the sources differ from those of the last one, and only then. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnv, startChild, tail, type Start } from './child.ts';
import { CHECKOUT } from './paths.ts';
import type { Progress } from './progress.ts';

/** Everything the build reads. A folder counts with all its files. */
const SOURCES = ['app', 'lib', 'public', 'next.config.ts', 'postcss.config.mjs', 'proxy.ts', 'instrumentation.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];
const STAMP = resolve(CHECKOUT, '.next/keymeter-sources');
const LOCK = resolve(CHECKOUT, 'node_modules/.keymeter-build-lock');

export async function ensureBuild(logFile: string, progress: Progress, start: Start = startChild): Promise<void> {
  if (await isCurrent()) return;
  await withBuildLock(progress, async () => {
    // Another stack may have made it while this one waited.
    if (await isCurrent()) return;
    await progress.step('Building the web app', () => build(logFile, start));
  });
}

async function isCurrent(): Promise<boolean> {
  const stamp = await readFile(STAMP, 'utf8').catch(() => undefined);
  return stamp !== undefined && stamp === (await sourcesHash());
}

async function build(logFile: string, start: Start): Promise<void> {
  const before = await sourcesHash();
  await rm(STAMP, { force: true });
  const child = await start({
    name: 'build',
    finishes: true,
    command: process.execPath,
    args: [nextProgram(), 'build'],
    cwd: CHECKOUT,
    env: bareEnv({ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }),
    logFile,
  });
  const { code, signal } = await child.ended;
  if (code !== 0) throw new Error(`The web app could not be built (${signal ?? code}). The end of ${logFile}:\n${await tail(logFile, 40)}`);
  await writeFile(STAMP, before);
}

/** Next's own program, run without a shell so that signals reach it. */
export function nextProgram(): string {
  return createRequire(import.meta.url).resolve('next/dist/bin/next');
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesOf(resolve(CHECKOUT, source))) {
      hash.update(`\0${relative(CHECKOUT, file)}\0`);
      await pipeline(createReadStream(file), async function (chunks) {
        for await (const chunk of chunks) hash.update(chunk as Buffer);
      });
    }
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (!info) return [];
  if (info.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => resolve(entry.parentPath, entry.name)).sort();
}

/** Two stacks of one checkout must not build into the same folder at once. */
async function withBuildLock(progress: Progress, work: () => Promise<void>): Promise<void> {
  if (!(await tryLock())) {
    await progress.step('Waiting for a build that another stack of this checkout makes', async () => {
      while (!(await tryLock())) await sleep(500);
    });
  }
  try {
    await work();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function tryLock(): Promise<boolean> {
  try {
    const handle = await open(LOCK, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch {
    const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (owner && !isAlive(owner)) await rm(LOCK, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
