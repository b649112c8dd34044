/** What the embedded database needs around the migrations: the roles Supabase has from the start, and our logins. */
import pg from 'pg';
import type { StackSecrets } from './secrets.ts';

/** Runs the work on one session and always closes it. */
export async function withSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A server that is stopped under an idle session must not end this process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The roles every Supabase project is born with; migrations name them. */
export async function makeApiRoles(client: pg.Client): Promise<void> {
  for (const [role, rights] of [
    ['anon', 'nologin noinherit'],
    ['authenticated', 'nologin noinherit'],
    ['service_role', 'nologin noinherit bypassrls'],
  ]) {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await client.query(`create role ${role} ${rights}`);
  }
}

/** Gives the worker's and the queue's role their passwords: the migrations make them without a way to log in. */
export async function setLogins(client: pg.Client, secrets: StackSecrets): Promise<void> {
  for (const [role, password] of [
    ['keymeter_worker', secrets.workerPassword],
    ['keymeter_queue', secrets.queuePassword],
  ] as const) {
    await client.query(`alter role ${role} with login password ${client.escapeLiteral(password)}`);
  }
}

/** The same database under another login. */
export function loginUrl(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}
