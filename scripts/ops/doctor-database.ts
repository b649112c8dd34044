import pg from 'pg';
import type { WorkerEnv } from '#lib/env.ts';
import { fails, ok, reasonOf, warns, type Finding } from './finding.ts';

/** The worker's login: it is there, it is the narrow one, the migrations are in, the clocks agree. */
export async function checkDatabase({ DATABASE_URL }: Pick<WorkerEnv, 'DATABASE_URL'>): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 8_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return [await role(client), await functions(client), await reach(client), await clock(client)];
  } catch (error) {
    return [fails('DATABASE_URL', `cannot be used: ${reasonOf(error)}`)];
  } finally {
    await client.end().catch(() => {});
  }
}

async function role(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ name: string; wide: boolean }>(
    `select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as wide from pg_catalog.pg_roles where rolname = current_user`,
  );
  const [found] = rows;
  if (found?.wide) return fails('DATABASE_URL', `logs in as ${found.name}, which passes row-level security; use keymeter_worker`);
  return found?.name === 'keymeter_worker' ? ok('DATABASE_URL', 'logs in as keymeter_worker') : warns('DATABASE_URL', `logs in as ${found?.name}, expected keymeter_worker`);
}

async function functions(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ all: number; allowed: number }>(
    `select count(*)::int as all, count(*) filter (where has_function_privilege(p.oid, 'execute'))::int as allowed
     from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'private' and p.proname like 'worker\\_%'`,
  );
  const { all, allowed } = rows[0] ?? { all: 0, allowed: 0 };
  if (all === 0) return fails('migrations', 'are not applied: run `supabase db push`');
  return all === allowed ? ok('migrations', `applied; the worker may call its ${all} functions`) : fails('migrations', `the worker may call ${allowed} of ${all} functions: run select private.apply_privileges() as postgres`);
}

/** A worker that could read a table could read past the audit. */
async function reach(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'private', 'custody', 'audit', 'metering') and c.relkind in ('r', 'p', 'v') and has_any_column_privilege(c.oid, 'select, insert, update')`,
  );
  return rows.length === 0
    ? ok('reach', 'the worker can read no table directly: a key comes only through an audited opening')
    : fails('reach', `the worker can reach ${rows.map((r) => r.name).slice(0, 5).join(', ')} directly: run select private.apply_privileges() as postgres`);
}

async function clock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  const apart = Math.abs((rows[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2);
  return apart < 2_000 ? ok('clock', 'agrees with the database') : warns('clock', `is ${Math.round(apart / 1000)} s away from the database; leases hold all the same, queue times do not`);
}
