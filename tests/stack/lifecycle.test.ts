import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { bareEnv } from '#scripts/stack/child.ts';
import { withSession } from '#scripts/stack/database.ts';
import { CHECKOUT, dataPaths } from '#scripts/stack/paths.ts';
import { removeCluster } from '#scripts/stack/postgres/place.ts';
import { readStackEnv } from '#scripts/stack/stack-env.ts';

const folders: string[] = [];
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
  }
  for (const folder of folders.splice(0)) {
    await removeCluster(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(resolve(tmpdir(), 'keymeter-life-'));
  folders.push(folder);
  return folder;
}

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function run(dataDir: string, args: string[] = [], checkout = CHECKOUT): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', resolve(checkout, 'tests/support/small-stack.ts'), ...args], {
    cwd: checkout,
    env: { ...bareEnv(), KEYMETER_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return { child, output: () => output, ended: new Promise((done) => child.once('exit', done)) };
}

async function up(dataDir: string, args: string[] = [], checkout = CHECKOUT): Promise<Run> {
  const running = run(dataDir, args, checkout);
  for (let tries = 0; tries < 600 && !running.output().includes('up\n'); tries += 1) {
    if (running.child.exitCode !== null) throw new Error(`It ended: ${running.output()}`);
    await sleep(100);
  }
  expect(running.output()).toContain('up\n');
  return running;
}

/** The processes that the stack wrote down while it ran. */
function processesOf(dataDir: string): { pid: number; name: string }[] {
  return JSON.parse(readFileSync(dataPaths(dataDir).lock, 'utf8')) as { pid: number; name: string }[];
}

function alive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (!pids.some(alive)) return true;
    await sleep(100);
  }
  return false;
}

describe('starting and stopping the embedded stack', () => {
  it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops every process on one %s and ends with success', async (signal) => {
    const dataDir = await newFolder();
    const running = await up(dataDir);
    const processes = processesOf(dataDir);
    expect(processes.map((entry) => entry.name)).toEqual(expect.arrayContaining(['supervisor', 'postgres', 'supabase']));
    running.child.kill(signal);
    expect(await running.ended).toBe(0);
    expect(processes.filter((entry) => alive(entry.pid))).toEqual([]);
    const names = await readdir(dataDir);
    expect(names).not.toContain('running.json');
    expect(names).not.toContain('stack.env');
  });

  it('leaves nothing running when it is killed outright', async () => {
    const dataDir = await newFolder();
    const running = await up(dataDir);
    const pids = processesOf(dataDir).map((entry) => entry.pid);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await allGone(pids)).toBe(true);
  });

  it('refuses a second start on the same data with a clear message, and leaves the first alone', async () => {
    const dataDir = await newFolder();
    await up(dataDir);
    const second = run(dataDir);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('already running');
    const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = await readStackEnv(dataDir);
    expect((await fetch(`${SUPABASE_URL}/auth/v1/health`, { headers: { apikey: SUPABASE_PUBLISHABLE_KEY } })).status).toBe(200);
  });

  it('keeps data and secrets over a second start, and starts over with --reset', async () => {
    const dataDir = await newFolder();
    const mark = (url: string) => withSession(url, (client) => client.query('create table public.kept (id integer)'));
    const marked = async (url: string) => (await withSession(url, (client) => client.query(`select to_regclass('public.kept') as found`))).rows[0].found !== null;
    const stop = async (running: Run) => {
      running.child.kill('SIGINT');
      await running.ended;
    };
    let running = await up(dataDir);
    const first = await readStackEnv(dataDir);
    await mark(first.ADMIN_DATABASE_URL);
    await stop(running);

    running = await up(dataDir);
    const second = await readStackEnv(dataDir);
    expect(await marked(second.ADMIN_DATABASE_URL)).toBe(true);
    expect(second.SUPABASE_PUBLISHABLE_KEY).toBe(first.SUPABASE_PUBLISHABLE_KEY);
    await stop(running);

    running = await up(dataDir, ['--reset']);
    const third = await readStackEnv(dataDir);
    expect(await marked(third.ADMIN_DATABASE_URL)).toBe(false);
    expect(third.SUPABASE_PUBLISHABLE_KEY).not.toBe(first.SUPABASE_PUBLISHABLE_KEY);
  });

  it('ends with the last words of a part that died', async () => {
    const dataDir = await newFolder();
    const running = await up(dataDir);
    const processes = processesOf(dataDir);
    const victim = processes.find((entry) => entry.name === 'supabase');
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    expect(await running.ended).toBe(1);
    expect(running.output()).toContain('supabase ended by itself (SIGKILL)');
    expect(running.output()).toContain('Server running on');
    expect(processes.filter((entry) => alive(entry.pid))).toEqual([]);
  });

  it('listens on loopback only', async () => {
    const dataDir = await newFolder();
    await up(dataDir);
    const ports = Object.values(await readStackEnv(dataDir)).flatMap((value) => /127\.0\.0\.1:(\d+)/.exec(value)?.[1] ?? []);
    expect(ports.length).toBeGreaterThanOrEqual(3);
    const listening = (await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''))))
      .flatMap((table) => table.trim().split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => ({ address: fields[1]?.split(':')[0], port: String(Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)) }));
    const ours = listening.filter((entry) => ports.includes(entry.port));
    expect(ours.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ours.map((entry) => entry.address))).toEqual(new Set(['0100007F']));
  });

  it('works in a checkout under a private folder without opening it to anybody', async () => {
    const home = await newFolder();
    const checkout = resolve(home, 'keymeter');
    // What the stack reads, and nothing of the tests that run it.
    for (const name of ['scripts', 'lib', 'supabase', 'tests/support', 'package.json', 'tsconfig.json']) await cp(resolve(CHECKOUT, name), resolve(checkout, name), { recursive: true });
    await symlink(resolve(CHECKOUT, 'node_modules'), resolve(checkout, 'node_modules'));
    const dataDir = resolve(checkout, '.keymeter');
    folders.unshift(dataDir);
    const before = (await stat(home)).mode;
    expect(before & 0o077).toBe(0);
    await up(dataDir, [], checkout);
    expect((await stat(home)).mode).toBe(before);
    const { POSTGRES_DATA_DIR } = await readStackEnv(dataDir);
    expect(await readdir(POSTGRES_DATA_DIR)).toContain('PG_VERSION');
    expect(await readdir(dataPaths(dataDir).postgres)).toContain('PG_VERSION');
  });
});
