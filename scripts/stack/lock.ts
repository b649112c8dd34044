/**
 * One stack per data directory. The file names the supervisor and its children with the time each was started, so that
 * a number that was given to another process since is never mistaken for ours; what a killed supervisor left running
 * is ended by the next start.
 */
import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dataPaths } from './paths.ts';

const run = promisify(execFile);

interface Running {
  readonly pid: number;
  /** What tells this process from a later one with the same number. */
  readonly born: string;
  readonly name: string;
}

export interface StackLock {
  /** Writes down a child, so that it can be found should this process be killed. */
  child(name: string, pid: number): Promise<void>;
  release(): Promise<void>;
}

/** @throws Error when a stack runs on this data directory already. */
export async function takeLock(dataDir: string): Promise<StackLock> {
  const file = dataPaths(dataDir).lock;
  await mkdir(dirname(file), { recursive: true });
  const me: Running = { pid: process.pid, born: (await bornAt(process.pid)) ?? '', name: 'supervisor' };
  let mine: Running[] = [me];
  if (!(await create(file, mine))) {
    await clearStale(file, dataDir);
    if (!(await create(file, mine))) throw alreadyRunning(dataDir);
  }
  let writing: Promise<void> = Promise.resolve();
  return {
    child(name, pid) {
      writing = writing.then(async () => {
        const born = await bornAt(pid);
        if (born === undefined) return;
        mine = [...mine.filter((entry) => entry.name !== name), { pid, born, name }];
        await writeFile(`${file}.new`, JSON.stringify(mine), { mode: 0o600 });
        await rename(`${file}.new`, file);
      });
      return writing;
    },
    async release() {
      await writing.catch(() => {});
      await rm(file, { force: true });
    },
  };
}

async function create(file: string, content: readonly Running[]): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(content));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function clearStale(file: string, dataDir: string): Promise<void> {
  const [supervisor] = await readRunning(file);
  if (supervisor && (await stillRuns(supervisor))) throw alreadyRunning(dataDir, supervisor.pid);
  await endLeftovers(dataDir);
}

/**
 * Ends the children of a supervisor that is gone or on its way out, last started first, as an orderly stop would. One
 * that goes on running for ten seconds keeps them.
 */
export async function endLeftovers(dataDir: string): Promise<void> {
  const file = dataPaths(dataDir).lock;
  const [supervisor, ...children] = await readRunning(file);
  if (supervisor && !(await isGone(supervisor, 10_000))) return;
  for (const child of children.reverse()) await end(child);
  await rm(file, { force: true });
}

async function readRunning(file: string): Promise<Running[]> {
  try {
    const parsed = JSON.parse(await readFile(file, 'utf8')) as unknown;
    return Array.isArray(parsed) ? (parsed as Running[]) : [];
  } catch {
    return [];
  }
}

async function end(child: Running): Promise<void> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    if (!(await stillRuns(child))) return;
    try {
      process.kill(child.pid, signal);
    } catch {
      return;
    }
    await isGone(child, 5_000);
  }
}

async function isGone(entry: Running, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 50) {
    if (!(await stillRuns(entry))) return true;
    await sleep(50);
  }
  return false;
}

async function stillRuns(entry: Running): Promise<boolean> {
  const born = await bornAt(entry.pid);
  return born !== undefined && born === entry.born;
}

/** When a process was started, in whatever words the system has; nothing when it is gone (or a zombie). */
async function bornAt(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields && fields[0] !== 'Z' ? fields[19] : undefined;
  }
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

function alreadyRunning(dataDir: string, pid?: number): Error {
  const who = pid ? ` (process ${pid})` : '';
  return new Error(`Keymeter is already running on ${dataDir}${who}. Its addresses are in ${dataPaths(dataDir).stackEnv}. Stop it with Ctrl-C there, or set KEYMETER_DATA_DIR to run a second one.`);
}
