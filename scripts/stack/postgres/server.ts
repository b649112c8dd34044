/** Starts the embedded PostgreSQL on loopback with password authentication, logging to a file. */
import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import pg from 'pg';
import { bareEnv, startChild, type Child, type Start } from '../child.ts';
import { choosePlace, type Place } from './place.ts';

export interface PostgresServer {
  readonly port: number;
  /** The cluster's folder, never a link. */
  readonly dataDir: string;
  /** Superuser `postgres`, database `postgres`. */
  readonly adminUrl: string;
  readonly child: Child;
  /** `immediate` kills without a checkpoint, as a crash would. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

export interface PostgresOptions {
  readonly dataDir: string;
  readonly logFile: string;
  readonly password: string;
  readonly port: number;
  /** False trades safety against a power cut for speed; a killed process still loses nothing. */
  readonly durable?: boolean;
}

export async function startPostgres(options: PostgresOptions, start: Start = startChild): Promise<PostgresServer> {
  const place = await choosePlace(options.dataDir);
  if (!(await isInitialised(place.cluster))) await initialise(place, options.password);
  const { port } = options;
  const adminUrl = `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
  const child = await start({
    name: 'postgres',
    command: resolve(place.binaries, 'bin', 'postgres'),
    args: ['-D', place.cluster, ...settings(port, options.durable ?? true)],
    cwd: place.cluster,
    env: bareEnv({ LC_MESSAGES: 'C' }),
    user: place.user,
    logFile: options.logFile,
    // Fast shutdown: open sessions are ended instead of waited for.
    stopSignal: 'SIGINT',
    stopMs: 20_000,
    ready: () => answers(adminUrl),
  });
  return {
    port,
    dataDir: place.cluster,
    adminUrl,
    child,
    stop: (mode = 'fast') => child.stop(mode === 'immediate' ? 'SIGQUIT' : 'SIGINT'),
  };
}

function settings(port: number, durable: boolean): string[] {
  const values: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_duration_statement: '-1',
    // A statement can carry a role's password or a sealed key; only its error is logged.
    log_min_error_statement: 'panic',
    // Commits still reach the system before they are answered, so only a crash of the whole machine can lose one.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function isInitialised(cluster: string): Promise<boolean> {
  return (await readdir(cluster).catch(() => [] as string[])).includes('PG_VERSION');
}

/** Made beside its place and renamed when whole, so that an interrupted first start is never taken for a database. */
async function initialise(place: Place, password: string): Promise<void> {
  const partial = `${place.cluster}.new`;
  await rm(partial, { recursive: true, force: true });
  const folder = await mkdtemp(resolve(tmpdir(), 'keymeter-'));
  const passwordFile = resolve(folder, 'password');
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await mkdir(partial, { mode: 0o700 });
    if (place.user) for (const path of [folder, passwordFile, partial]) await chown(path, place.user.uid, place.user.gid);
    await initdb({ ...place, cluster: partial }, passwordFile);
    await rm(place.cluster, { recursive: true, force: true });
    await rename(partial, place.cluster);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function initdb(place: Place, passwordFile: string): Promise<void> {
  const args = [
    `--pgdata=${place.cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  return new Promise((done, fail) => {
    const child = spawn(resolve(place.binaries, 'bin', 'initdb'), args, { ...place.user, env: bareEnv({ LC_ALL: 'C' }), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output = (output + chunk).slice(-4000)));
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`The database could not be created (initdb ended with ${code}):\n${output}`))));
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
