/**
 * Finds the programs the test suite drives and npm cannot bring: a Redis server and a Chromium, and PostgreSQL 15 where
 * the system packages it. On Debian and its kin, as root or with a sudo that asks nothing, missing ones are installed;
 * elsewhere a message names the command. Nothing is ever left out silently.
 */
import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import type { Progress } from './stack/progress.ts';

export interface SystemPrograms {
  readonly redisServer: string;
  readonly chromium: string;
  /** The folder of its programs; absent where the system has no package for it. */
  readonly postgres15: string | undefined;
}

const REDIS_NAMES = ['redis-server', 'valkey-server'];
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const CHROMIUM_PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
const POSTGRES_15_PLACES = ['/usr/lib/postgresql/15/bin', '/opt/homebrew/opt/postgresql@15/bin', '/usr/local/opt/postgresql@15/bin'];

export const findRedisServer = (): Promise<string | undefined> => findProgram(REDIS_NAMES);
/** `KEYMETER_CHROMIUM` names one that is not on the PATH. */
export const findChromium = (): Promise<string | undefined> => findProgram(CHROMIUM_NAMES, [process.env.KEYMETER_CHROMIUM ?? '', ...CHROMIUM_PLACES]);
export async function findPostgres15(): Promise<string | undefined> {
  for (const place of POSTGRES_15_PLACES) if (await isProgram(resolve(place, 'initdb'))) return place;
  return undefined;
}

/** @throws Error whose message names the one command to run, when something is missing and cannot be installed. */
export async function ensureSystem(progress: Progress): Promise<SystemPrograms> {
  const missing = await missingPackages();
  const how = missing.length > 0 ? await packageManager() : undefined;
  if (how) await install(how, missing, progress);
  const [redisServer, chromium, postgres15] = await Promise.all([findRedisServer(), findChromium(), findPostgres15()]);
  if (!redisServer || !chromium) throw new Error(await adviceFor(!redisServer, !chromium));
  return { redisServer, chromium, postgres15 };
}

async function missingPackages(): Promise<string[]> {
  const found = await Promise.all([findRedisServer(), findChromium(), findPostgres15()]);
  return ['redis-server', 'chromium', 'postgresql-15'].filter((_, index) => !found[index]);
}

/** How apt can be run here without asking anybody, if at all: `[]` as root, `['sudo', '-n']` with a silent sudo. */
async function packageManager(): Promise<string[] | undefined> {
  if (!(await findProgram(['apt-get']))) return undefined;
  if (process.getuid?.() === 0) return [];
  if (!(await findProgram(['sudo']))) return undefined;
  return (await succeeds(['sudo', '-n', 'true'])) ? ['sudo', '-n'] : undefined;
}

async function install(prefix: readonly string[], wanted: readonly string[], progress: Progress): Promise<void> {
  const apt = (...args: string[]) => [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', ...args];
  await progress.step('Asking the package manager for news', () => succeeds(apt('update')));
  const available: string[] = [];
  for (const name of wanted) if (await succeeds(['apt-get', 'install', '--simulate', '-qq', name])) available.push(name);
  if (available.length === 0) return;
  await progress.step(`Installing ${available.join(', ')}`, () => succeeds(apt('install', '--no-install-recommends', ...available)));
}

async function adviceFor(redis: boolean, chromium: boolean): Promise<string> {
  const names = [redis && 'a Redis server', chromium && 'Chromium'].filter(Boolean).join(' and ');
  return `The tests need ${names}, which ${redis && chromium ? 'are' : 'is'} not installed. Run this and start again:\n\n    ${await commandFor(redis, chromium)}\n`;
}

async function commandFor(redis: boolean, chromium: boolean): Promise<string> {
  const packages = (redisName: string, chromiumName: string) => [redis && redisName, chromium && chromiumName].filter(Boolean).join(' ');
  if (process.platform === 'darwin') return [redis && 'brew install redis', chromium && 'brew install --cask google-chrome'].filter(Boolean).join(' && ');
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (/^ID(_LIKE)?=.*(fedora|rhel)/m.test(system)) return `sudo dnf install -y ${packages('redis', 'chromium')}`;
  if (/^ID(_LIKE)?=.*arch/m.test(system)) return `sudo pacman -S --needed ${packages('redis', 'chromium')}`;
  if (/^ID(_LIKE)?=.*alpine/m.test(system)) return `sudo apk add ${packages('redis', 'chromium')}`;
  return `sudo apt-get update && sudo apt-get install -y ${packages('redis-server', 'chromium')}`;
}

async function findProgram(names: readonly string[], places: readonly string[] = []): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [...places.filter(Boolean), ...names.flatMap((name) => folders.map((folder) => resolve(folder, name)))];
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return undefined;
}

const isProgram = (path: string): Promise<boolean> => access(path, constants.X_OK).then(() => true, () => false);

/** Its output is shown only when it fails. */
function succeeds([command = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output = (output + chunk).slice(-4_000)));
    child.once('error', () => done(false));
    child.once('close', (code) => {
      if (code !== 0 && command !== 'sudo' && !args.includes('--simulate')) process.stderr.write(output);
      done(code === 0);
    });
  });
}
