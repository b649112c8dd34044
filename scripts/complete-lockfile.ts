/**
 * Completes `package-lock.json` after `npm install` against a registry that mirrors only some platforms. npm leaves
 * optional packages of other platforms out of the lock file when the registry does not have them, and `npm ci` then
 * refuses the file, on every platform. Their version, system and processor are known without asking: the version is the
 * exact one their parent names, the rest is in their name.
 *
 *     npx tsx scripts/complete-lockfile.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = { darwin: 'darwin', linux: 'linux', win32: 'win32', windows: 'win32', freebsd: 'freebsd', android: 'android', openharmony: 'openharmony' };
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/** Adds what is missing to the given lock file. @returns the names that were added. */
export function completeLockFile(lock: LockFile): string[] {
  const added: string[] = [];
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, wanted] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isLocked(lock, path, name)) continue;
      const place = `node_modules/${name}`;
      lock.packages[lock.packages[place] ? `${path}/${place}` : place] = entryFor(name, wanted, parent.dev === true);
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return added;
}

/** As Node looks it up: beside the parent, then in every `node_modules` above. */
function isLocked(lock: LockFile, from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf('/node_modules/'), 0))) {
    if (lock.packages[base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`]) return true;
    if (base === '') return false;
  }
}

/** @throws Error when the name does not say for which platform it is, or no exact version is wanted */
function entryFor(name: string, wanted: string, dev: boolean): LockedPackage {
  const parts = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = Object.entries(SYSTEMS).find(([part]) => parts.includes(part))?.[1];
  const cpu = PROCESSORS.find((part) => parts.includes(part));
  if (!cpu) throw new Error(`${name} is not in the lock file, and its name does not say for which processor it is.`);
  if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(wanted)) throw new Error(`${name} is not in the lock file, and its parent names no exact version (${wanted}).`);
  return { version: wanted, cpu: [cpu], ...(dev ? { dev } : {}), ...(parts.includes('musl') ? { libc: ['musl'] } : {}), optional: true, ...(os ? { os: [os] } : {}) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = resolve(import.meta.dirname, '../package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8')) as LockFile;
  const added = completeLockFile(lock);
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(added.length === 0 ? 'The lock file is complete.\n' : `Added ${added.length}: ${added.join(', ')}\n`);
}
