/**
 * PostgreSQL refuses to run as root. As root it is therefore run as the system user `postgres`, which must be able to
 * reach the binaries and the cluster; a checkout under a private folder (mode 0700) is closed to it.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody special when this process is not root: the database runs as whoever started it. */
export async function databaseUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await lookUp('postgres')) ?? (await createPostgresUser());
}

async function createPostgresUser(): Promise<SystemUser> {
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(() => undefined);
  const user = await lookUp('postgres');
  if (!user) throw new Error('PostgreSQL cannot run as root, and the system user "postgres" is missing. Create it (useradd --system postgres) or start as an ordinary user.');
  return user;
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)));
    return uid && gid ? { uid, gid } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the user can walk down to the folder: execute permission on it and on every parent that exists. */
export async function canReach(user: SystemUser, folder: string): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const info = await stat(path).catch(() => undefined);
    if (info && !mayEnter(user, info)) return false;
    if (path === dirname(path)) return true;
  }
}

function mayEnter(user: SystemUser, info: { uid: number; gid: number; mode: number }): boolean {
  if (info.uid === user.uid) return (info.mode & 0o100) !== 0;
  if (info.gid === user.gid) return (info.mode & 0o010) !== 0;
  return (info.mode & 0o001) !== 0;
}
