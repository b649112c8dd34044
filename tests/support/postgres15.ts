/**
 * Debian's PostgreSQL 15 with what a Supabase project is born with, made small: the API's roles, Auth's schema, and a
 * role `postgres` that owns the database but is no superuser, as on hosted Supabase. For proving that the migrations
 * need nothing newer and nothing more.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { bareEnv, startChild } from '#scripts/stack/child.ts';
import { withSession } from '#scripts/stack/database.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { canReach, databaseUser } from '#scripts/stack/postgres/system-user.ts';

const run = promisify(execFile);

export interface Postgres15 {
  /** As `postgres`: owns the database, creates roles, is no superuser. Migrations run as this one. */
  readonly url: string;
  readonly superuserUrl: string;
  stop(): Promise<void>;
}

/** Where the server's programs are, or nothing when PostgreSQL 15 is not installed. */
export async function postgres15Programs(): Promise<string | undefined> {
  for (const folder of ['/usr/lib/postgresql/15/bin', '/opt/homebrew/opt/postgresql@15/bin', '/usr/local/opt/postgresql@15/bin']) {
    if ((await readdir(folder).catch(() => [] as string[])).includes('initdb')) return folder;
  }
  return undefined;
}

export async function startPostgres15(): Promise<Postgres15> {
  const programs = await postgres15Programs();
  if (!programs) throw new Error('PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15).');
  const user = await databaseUser();
  const password = randomBytes(18).toString('base64url');
  const folder = await privateFolder(user);
  const cluster = resolve(folder, 'cluster');
  const passwordFile = resolve(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  await run(resolve(programs, 'initdb'), ['-D', cluster, '-U', 'supabase_admin', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], {
    ...user,
    env: bareEnv({ LC_ALL: 'C.UTF-8' }),
    cwd: folder,
  });
  const port = await freePort();
  const url = (name: string) => `postgresql://${name}:${password}@127.0.0.1:${port}/postgres`;
  const child = await startChild({
    name: 'postgres-15',
    command: resolve(programs, 'postgres'),
    args: ['-D', cluster, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    cwd: folder,
    env: bareEnv(),
    user,
    logFile: resolve(tmpdir(), `keymeter-postgres-15-${port}.log`),
    stopSignal: 'SIGINT',
    ready: () => answers(url('supabase_admin')),
  });
  await withSession(url('supabase_admin'), (client) => client.query(likeSupabase(password)));
  return {
    url: url('postgres'),
    superuserUrl: url('supabase_admin'),
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
      await rm(child.logFile, { force: true });
    },
  };
}

async function privateFolder(user: { uid: number; gid: number } | undefined): Promise<string> {
  const parent = !user || (await canReach(user, tmpdir())) ? tmpdir() : '/var/tmp';
  const folder = await mkdtemp(resolve(parent, 'keymeter-pg15-'));
  if (user) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  return folder;
}

function likeSupabase(password: string): string {
  return `
    create role anon nologin noinherit;
    create role authenticated nologin noinherit;
    create role service_role nologin noinherit bypassrls;
    create role supabase_auth_admin nologin noinherit createrole;
    create role postgres login createrole createdb bypassrls password '${password}';
    grant anon, authenticated, service_role to postgres with admin option;
    alter database postgres owner to postgres;
    alter schema public owner to postgres;
    grant usage on schema public to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
    create schema extensions;
    grant usage on schema extensions to anon, authenticated, service_role, postgres;
    create schema auth authorization supabase_auth_admin;
    grant usage on schema auth to anon, authenticated, service_role, postgres;
    create table auth.users (
      id uuid primary key, aud varchar(255), role varchar(255), email varchar(255) unique, encrypted_password varchar(255),
      email_confirmed_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
      created_at timestamptz default now(), updated_at timestamptz default now());
    alter table auth.users owner to supabase_auth_admin;
    alter table auth.users enable row level security;
    grant all on auth.users to postgres;
    create function auth.uid() returns uuid language sql stable as $$
      select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
    create function auth.role() returns text language sql stable as $$
      select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')) $$;
    create function auth.jwt() returns jsonb language sql stable as $$
      select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
    grant execute on all functions in schema auth to anon, authenticated, service_role, postgres;`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
