/**
 * One child process: its own environment and nothing inherited, its output in its own log file, a wait until it answers,
 * and an end that is always reached. Children run in sessions of their own, so that a Ctrl-C in the terminal reaches the
 * supervisor only, which then stops them in order.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemUser } from './postgres/system-user.ts';

export interface ChildOptions {
  /** Shown in messages and at the head of log lines on the terminal. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child. */
  readonly env: ChildEnv;
  readonly user?: SystemUser | undefined;
  readonly logFile: string;
  readonly stopSignal?: NodeJS.Signals;
  /** After this many milliseconds a stop becomes SIGKILL. */
  readonly stopMs?: number;
  /** Polled until it says yes; the child counts as started then. Absent = at once. */
  readonly ready?: () => Promise<boolean>;
  /** Default two minutes. */
  readonly readyMs?: number;
  /** Ending with code 0 is what it is meant to do (a build). */
  readonly finishes?: boolean;
  /** Also sees each complete line of the output (for `npm run dev`, which shows them). */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly running: boolean;
  /** True once `stop` or `kill` was called: an end that was asked for is not a failure. */
  readonly stopping: boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** SIGKILL to the process alone: what a crash looks like. */
  kill(): Promise<void>;
}

/** A complete environment. (Next's types want NODE_ENV in every one; a child of ours has it when it needs it.) */
export type ChildEnv = Record<string, string> & NodeJS.ProcessEnv;

/** What every child may know about the machine, and nothing of this process's own configuration. */
export function bareEnv(own: Readonly<Record<string, string | undefined>> = {}): ChildEnv {
  const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'TERM', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  for (const [name, value] of Object.entries(own)) if (value !== undefined && value !== '') env[name] = value;
  return env as ChildEnv;
}

/** How a part of the stack starts its process: `startChild`, or a crew's `start`, which also watches and stops it. */
export type Start = (options: ChildOptions) => Promise<Child>;

/**
 * @param onSpawn sees the child as soon as there is one, before it answers
 * @throws Error with the end of its log when the child ends, or does not answer in time.
 */
export async function startChild(options: ChildOptions, onSpawn?: (child: Child) => void): Promise<Child> {
  const child = await spawnChild(options);
  onSpawn?.(child);
  const deadline = Date.now() + (options.readyMs ?? 120_000);
  while (options.ready && !(await options.ready())) {
    if (!child.running) throw new Error(await failure(options, 'ended while starting'));
    if (Date.now() > deadline) {
      await child.stop('SIGKILL');
      throw new Error(await failure(options, 'did not answer in time'));
    }
    await sleep(100);
  }
  // Somebody else may have answered on that port: the child must still be there.
  if (!child.running && !options.finishes) throw new Error(await failure(options, 'ended while starting'));
  return child;
}

async function spawnChild(options: ChildOptions): Promise<Child> {
  await mkdir(dirname(options.logFile), { recursive: true, mode: 0o700 });
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  const spawned = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: options.env,
    ...options.user,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [spawned.stdout, spawned.stderr]) {
    stream.pipe(log, { end: false });
    if (options.onLine) lines(stream, options.onLine);
  }
  let running = true;
  let stopping = false;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    spawned.once('error', (error) => {
      log.write(`${error.message}\n`);
      running = false;
      done({ code: 127, signal: null });
    });
    spawned.once('exit', (code, signal) => {
      running = false;
      sweep(spawned.pid);
      done({ code, signal });
    });
    spawned.once('close', () => log.end());
  });
  const stop = async (signal: NodeJS.Signals = options.stopSignal ?? 'SIGTERM') => {
    stopping = true;
    if (!running) return;
    spawned.kill(signal);
    const late = setTimeout(() => spawned.kill('SIGKILL'), options.stopMs ?? 15_000);
    await ended;
    clearTimeout(late);
  };
  return {
    name: options.name,
    pid: spawned.pid ?? -1,
    logFile: options.logFile,
    ended,
    get running() {
      return running;
    },
    get stopping() {
      return stopping;
    },
    stop,
    kill: () => stop('SIGKILL'),
  };
}

/** What the child itself left behind in its process group (a compiler, a watcher) goes with it. */
function sweep(group: number | undefined): void {
  if (!group) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part);
  });
}

async function failure(options: ChildOptions, what: string): Promise<string> {
  return `${options.name} ${what}. The end of ${options.logFile}:\n${await tail(options.logFile)}`;
}

/** The last lines of a log file, indented. */
export async function tail(file: string, count = 20): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const last = text.trimEnd().split('\n').slice(-count);
  return last.map((line) => `    ${line}`).join('\n');
}
