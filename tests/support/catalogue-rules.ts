/**
 * What must never be found in the catalogue of the schemas that our migrations own, whatever is added later. Each rule
 * is a query whose rows are the faults. Lists stand here only where the rule is "nothing but these".
 */

/** Invoker functions in `public` that a signed-in user may call, each with one definer function in `private`. */
export const CLIENT_FUNCTIONS = [
  'alerts_recent',
  'audit_head',
  'audit_trail',
  'budget_spends',
  'budgets_now',
  'connect_key',
  'key_uses',
  'purge_connection',
  'record_sign_in',
  'replace_key',
  'request_sync',
  'request_test_alert',
  'sources',
  'spend_by_day',
  'spend_gaps',
  'spend_top',
  'spend_totals',
  'token_totals',
] as const;

/** Definer functions that a policy or one of the above runs with the client's EXECUTE (without USAGE on the schema). */
export const POLICY_FUNCTIONS = ['has_role', 'my_admin_orgs', 'my_orgs'] as const;

/**
 * Tables whose keys need not start with the tenant: no client can write them, or the row is the tenant itself.
 * `granted` holds no tenant's data.
 */
const NO_TENANT = `('private.granted')`;
const OURS = `('public', 'private', 'custody', 'audit', 'metering')`;
const CLOSED = `('private', 'custody', 'audit', 'metering', 'bullmq', 'supabase_migrations')`;
const CLIENTS = `('anon', 'authenticated')`;
const TABLES = `
  select c.oid, n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, n.nspname || '.' || c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ${OURS} and c.relkind in ('r', 'p')`;
const FUNCTIONS = `
  select p.oid, n.nspname, p.proname, p.prosecdef, p.proconfig, p.proacl, p.proowner, p.oid::regprocedure::text as name
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${OURS}`;
const tenantColumn = (t: string) => `case when ${t}.name = 'public.organizations' then 'id' else 'org_id' end`;
const MONEY = `('amount', 'budget_amount', 'old_amount', 'new_amount', 'estimated_amount', 'quantity')`;

export interface CatalogueRule {
  id: string;
  says: string;
  /** Rows are faults; the column `fault` names them. */
  sql: string;
  /** Makes the fault, so that a test can see the rule find it. */
  plant: string;
}

const names = (list: readonly string[]) => list.map((n) => `'${n}'`).join(', ');

export const CATALOGUE_RULES: readonly CatalogueRule[] = [
  { id: 'R01', says: 'row-level security is on for every table', sql: `select t.name as fault from (${TABLES}) t where not t.relrowsecurity`, plant: 'alter table public.budgets disable row level security' },
  { id: 'R02', says: 'and forced, so that the owner is under it too', sql: `select t.name as fault from (${TABLES}) t where not t.relforcerowsecurity`, plant: 'alter table public.budgets no force row level security' },
  {
    id: 'R03',
    says: 'every table has a policy, or a grant on it would silently show nothing',
    sql: `select t.name as fault from (${TABLES}) t where not exists (select 1 from pg_policy p where p.polrelid = t.oid)`, plant: 'create table public.planted (org_id uuid primary key); alter table public.planted enable row level security',
  },
  {
    id: 'R04',
    says: 'anon has no privilege on any table, column, sequence or function of ours',
    sql: `
      select t.name as fault from (${TABLES}) t
        where has_table_privilege('anon', t.oid, 'select, insert, update, delete, truncate, references, trigger')
           or has_any_column_privilege('anon', t.oid, 'select, insert, update, references')
      union all
      select s.oid::regclass::text from pg_class s join pg_namespace n on n.oid = s.relnamespace
        where n.nspname in ${OURS} and case when s.relkind = 'S' then has_sequence_privilege('anon', s.oid, 'usage, select, update') end
      union all
      select f.name from (${FUNCTIONS}) f where has_function_privilege('anon', f.oid, 'execute')`, plant: 'grant select (name) on public.budgets to anon',
  },
  {
    id: 'R04b',
    says: 'nor has service_role, which passes row-level security',
    sql: `
      select t.name as fault from (${TABLES}) t
        where has_table_privilege('service_role', t.oid, 'select, insert, update, delete, truncate, references, trigger')
           or has_any_column_privilege('service_role', t.oid, 'select, insert, update, references')
      union all
      select f.name from (${FUNCTIONS}) f where has_function_privilege('service_role', f.oid, 'execute')`, plant: 'grant select on public.budgets to service_role',
  },
  {
    id: 'R05',
    says: 'no client may truncate, reference, put triggers on or maintain a table',
    sql: `
      select t.name || ' ' || r.rolname as fault from (${TABLES}) t, pg_roles r
      where r.rolname in ('anon', 'authenticated', 'service_role', 'keymeter_worker', 'keymeter_queue')
        and has_table_privilege(r.rolname, t.oid, 'truncate, references, trigger')`, plant: 'grant truncate on public.budgets to authenticated',
  },
  {
    id: 'R05b',
    says: 'no client grant names MAINTAIN (PostgreSQL 17 and newer)',
    sql: `
      select t.name || ' ' || a.grantee::regrole::text || ' ' || a.privilege_type as fault
      from (${TABLES}) t join pg_class c on c.oid = t.oid, aclexplode(c.relacl) a
      where a.privilege_type = 'MAINTAIN' and a.grantee <> c.relowner`, plant: `do $$ begin if current_setting('server_version_num')::int >= 170000 then execute 'grant maintain on public.budgets to authenticated'; end if; end $$`,
  },
  {
    id: 'R06',
    says: 'a view runs with its reader’s rights',
    sql: `
      select n.nspname || '.' || c.relname as fault from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ${OURS} and c.relkind = 'v' and not coalesce(c.reloptions::text ilike '%security_invoker=%on%' or c.reloptions::text ilike '%security_invoker=true%', false)`, plant: 'create view public.planted as select 1 as one',
  },
  {
    id: 'R07',
    says: 'no client reads a materialised view or foreign table (they have no row-level security)',
    sql: `
      select c.oid::regclass::text as fault from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ${OURS} and c.relkind in ('m', 'f')
        and (has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select'))`, plant: 'create materialized view public.planted as select 1 as one; grant select on public.planted to authenticated',
  },
  {
    id: 'R08',
    says: 'a function’s search path is empty, so that a temporary table cannot stand in for a real one',
    sql: `
      select f.name as fault from (${FUNCTIONS}) f
      where not coalesce(f.proconfig @> array['search_path=""'], false)`, plant: `create function private.planted() returns int language sql security definer set search_path = public as 'select 1'`,
  },
  {
    id: 'R08b',
    says: 'the worker makes nothing in pg_temp: a type there hides the built-in one of its name even under an empty search path',
    sql: `select datname as fault from pg_database where datname = current_database() and has_database_privilege('keymeter_worker', oid, 'temporary')`, plant: `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$`,
  },
  {
    id: 'R09',
    says: 'no definer function stands in the exposed schema',
    sql: `select f.name as fault from (${FUNCTIONS}) f where f.nspname = 'public' and f.prosecdef`, plant: `create function public.planted() returns int language sql security definer set search_path = '' as 'select 1'`,
  },
  {
    id: 'R09b',
    says: 'clients execute the reviewed functions and no other',
    sql: `
      select r.rolname || ' ' || f.name as fault from (${FUNCTIONS}) f, pg_roles r
      where r.rolname in ${CLIENTS} and has_function_privilege(r.rolname, f.oid, 'execute')
        and not (f.nspname in ('public', 'private') and f.proname in (${names([...CLIENT_FUNCTIONS])}))
        and not (f.nspname = 'private' and f.proname in (${names([...POLICY_FUNCTIONS])}))`, plant: `create function public.planted() returns int language sql as 'select 1'; grant execute on function public.planted() to authenticated`,
  },
  {
    id: 'R09c',
    says: 'the worker executes its own functions and no other',
    sql: `
      select r.rolname || ' ' || f.name as fault from (${FUNCTIONS}) f, pg_roles r
      where r.rolname in ('keymeter_worker', 'keymeter_queue') and has_function_privilege(r.rolname, f.oid, 'execute')
        and not (r.rolname = 'keymeter_worker' and f.nspname = 'private' and f.proname like 'worker\\_%')`, plant: 'grant execute on function private.my_orgs() to keymeter_worker',
  },
  {
    id: 'R10',
    says: 'PUBLIC executes nothing of ours',
    sql: `
      select f.name as fault from (${FUNCTIONS}) f
      where f.proacl is null or exists (select 1 from aclexplode(f.proacl) a where a.grantee = 0 and a.privilege_type = 'EXECUTE')`, plant: 'grant execute on function private.my_orgs() to public',
  },
  {
    id: 'R11',
    says: 'a policy says to whom it applies',
    sql: `select t.name || ' ' || p.polname as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid where p.polroles = '{0}'`, plant: 'create policy planted on public.evaluations for insert with check (false)',
  },
  {
    id: 'R12',
    says: 'a policy for UPDATE or ALL says WITH CHECK itself',
    sql: `select t.name || ' ' || p.polname as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid where p.polcmd in ('w', '*') and p.polwithcheck is null`, plant: 'create policy planted on public.evaluations for update to authenticated using (false)',
  },
  {
    id: 'R13',
    says: 'no write policy is always true',
    sql: `
      select t.name || ' ' || p.polname as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid
      where p.polcmd <> 'r' and (pg_get_expr(p.polqual, p.polrelid) = 'true' or pg_get_expr(p.polwithcheck, p.polrelid) = 'true')`, plant: 'create policy planted on public.evaluations for insert to authenticated with check (true)',
  },
  {
    id: 'R14',
    says: 'a policy asks who is calling once a query, not once a row',
    sql: `
      select t.name || ' ' || p.polname as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid,
        lateral (select coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as text) e
      where regexp_replace(e.text, '\\( *SELECT +(auth\\.(uid|jwt|role)|private\\.[a-z_]+)\\(', '', 'gi') ~* '(auth\\.(uid|jwt|role)|private\\.[a-z_]+)\\('`, plant: 'create policy planted on public.evaluations for insert to authenticated with check (org_id = auth.uid())',
  },
  {
    id: 'R15',
    says: 'no policy or function trusts what a user can write about themselves',
    sql: `
      select t.name || ' ' || p.polname as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid
        where concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~* 'user_meta_?data'
      union all
      select f.name from (${FUNCTIONS}) f join pg_proc p on p.oid = f.oid where concat(p.prosrc, pg_get_function_sqlbody(p.oid)) ~* 'user_meta_?data'`, plant: `create function private.planted() returns text language sql as $$ select 'raw_user_meta_data' $$`,
  },
  {
    id: 'R16',
    says: 'no client reads or writes a sealed, encrypted, hashed or fingerprint column',
    sql: `
      select t.name || '.' || a.attname || ' ' || r.rolname as fault
      from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped, pg_roles r
      where r.rolname in ('anon', 'authenticated', 'service_role', 'keymeter_worker')
        and (t.nspname = 'custody' or a.attname ~ '(sealed|envelope|cipher|secret|hash|salt|fingerprint|token_hash|idempotency_key)')
        and has_column_privilege(r.rolname, t.oid, a.attnum, 'select, insert, update, references')`, plant: 'grant select (key_fingerprint) on public.connections to authenticated',
  },
  {
    id: 'R17',
    says: 'no role but the owner has any privilege on custody, audit and metering',
    sql: `
      select t.name || ' ' || r.rolname as fault from (${TABLES}) t, pg_roles r
      where t.nspname in ('custody', 'audit', 'metering', 'private')
        and r.rolname in ('anon', 'authenticated', 'service_role', 'keymeter_worker', 'keymeter_queue')
        and (has_table_privilege(r.rolname, t.oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege(r.rolname, t.oid, 'select, insert, update, references'))`, plant: 'grant select on custody.envelopes to keymeter_worker',
  },
  {
    id: 'R17b',
    says: 'money and 64-bit counters are never read by clients as numbers',
    sql: `
      select t.name || '.' || a.attname as fault
      from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where (a.atttypid in ('numeric'::regtype, 'bigint'::regtype) or a.attname in ${MONEY})
        and (has_column_privilege('anon', t.oid, a.attnum, 'select') or has_column_privilege('authenticated', t.oid, a.attnum, 'select'))
      union all
      select f.name from (${FUNCTIONS}) f join pg_proc p on p.oid = f.oid
      where f.nspname = 'public' and (p.prorettype in ('numeric'::regtype, 'bigint'::regtype)
        or p.proallargtypes && array['numeric'::regtype::oid, 'bigint'::regtype::oid])`, plant: 'grant select (amount) on public.budgets to authenticated',
  },
  {
    id: 'R18',
    says: 'every table carries its tenant, never null',
    sql: `
      select t.name as fault from (${TABLES}) t
      where t.name not in ${NO_TENANT} and not exists (
        select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = ${tenantColumn('t')} and a.atttypid = 'uuid'::regtype and a.attnotnull)`, plant: 'create table public.planted (id uuid primary key)',
  },
  {
    id: 'R19',
    says: 'and an index that starts with it',
    sql: `
      select t.name as fault from (${TABLES}) t
      where t.name not in ${NO_TENANT} and not exists (
        select 1 from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
        where i.indrelid = t.oid and i.indpred is null and a.attname = ${tenantColumn('t')})`, plant: 'create table public.planted (id uuid primary key, org_id uuid not null)',
  },
  {
    id: 'R20',
    says: 'no client moves a row to another tenant',
    sql: `
      select t.name || ' ' || r.rolname as fault from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid and a.attname = ${tenantColumn('t')}, pg_roles r
      where r.rolname in ('anon', 'authenticated', 'service_role') and has_column_privilege(r.rolname, t.oid, a.attnum, 'update')`, plant: 'grant update (org_id) on public.budgets to authenticated',
  },
  {
    id: 'R21',
    says: 'a foreign key between tenant tables carries the tenant',
    sql: `
      select t.name || ' ' || k.conname as fault from (${TABLES}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
      join (${TABLES}) target on target.oid = k.confrelid
      where target.name <> 'public.organizations' and not exists (
        select 1 from generate_subscripts(k.conkey, 1) i
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[i] and a.attname = 'org_id'
        join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[i] and b.attname = 'org_id')`, plant: 'create table public.planted_parent (org_id uuid not null, id uuid unique); create table public.planted (org_id uuid not null, id uuid references public.planted_parent (id), primary key (org_id, id))',
  },
  {
    id: 'R22',
    says: 'a unique key starts with the tenant, or it would tell one about another’s rows',
    sql: `
      select t.name || ' ' || i.indexrelid::regclass::text as fault from (${TABLES}) t join pg_index i on i.indrelid = t.oid and i.indisunique
      join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
      where t.name not in ${NO_TENANT} and a.attname <> ${tenantColumn('t')}`, plant: 'create unique index planted on public.budgets (name, id)',
  },
  {
    id: 'R23',
    says: 'none of our roles is a superuser, passes row-level security, or is a member of another',
    sql: `
      select r.rolname as fault from pg_roles r
        where r.rolname in ('keymeter_worker', 'keymeter_queue', 'anon', 'authenticated')
          and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
      union all
      select m.member::regrole::text || ' in ' || m.roleid::regrole::text from pg_auth_members m
        where m.member::regrole::text in ('keymeter_worker', 'keymeter_queue')`, plant: 'alter role keymeter_worker bypassrls',
  },
  {
    id: 'R24',
    says: 'what is made next starts closed',
    sql: `
      select coalesce(n.nspname, '(all)') || ' ' || d.defaclobjtype::text as fault
      from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
      where d.defaclrole = 'postgres'::regrole and (n.nspname is null or n.nspname in ${OURS})
        and (a.grantee = 0 or a.grantee::regrole::text in ('anon', 'authenticated', 'service_role'))`, plant: 'alter default privileges for role postgres in schema public grant select on tables to authenticated',
  },
  {
    id: 'R25',
    says: 'no client creates anything in a schema',
    sql: `
      select n.nspname || ' ' || r.rolname as fault from pg_namespace n, pg_roles r
      where n.nspname in ${OURS} and r.rolname in ('anon', 'authenticated', 'service_role', 'keymeter_worker', 'keymeter_queue')
        and has_schema_privilege(r.rolname, n.oid, 'create')`, plant: 'grant create on schema public to authenticated',
  },
  {
    id: 'R26',
    says: 'no client may use the queue’s, audit’s, custody’s or any other closed schema',
    sql: `
      select n.nspname || ' ' || r.rolname as fault from pg_namespace n, pg_roles r
      where n.nspname in ${CLOSED} and r.rolname in ${CLIENTS} and has_schema_privilege(r.rolname, n.oid, 'usage')
      union all
      select n.nspname || ' ' || r.rolname from pg_namespace n, pg_roles r
      where n.nspname in ${OURS} and r.rolname = 'keymeter_queue' and n.nspname <> 'public' and has_schema_privilege(r.rolname, n.oid, 'usage')`, plant: 'grant usage on schema audit to authenticated',
  },
  {
    id: 'R27',
    says: 'the audit tables refuse UPDATE, DELETE and TRUNCATE by trigger',
    sql: `
      select t.name || ' lacks ' || w.what as fault
      from (${TABLES}) t, (values ('UPDATE', 16), ('DELETE', 8), ('TRUNCATE', 32)) w(what, bit)
      where t.name in ('audit.entries', 'audit.checkpoints', 'audit.heads') and not exists (
        select 1 from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and (g.tgtype & 2) = 2 and (g.tgtype & w.bit) = w.bit)`, plant: 'drop trigger append_only on audit.entries',
  },
  {
    id: 'R28',
    says: 'what appends to the chain is not callable by clients or by the worker',
    sql: `
      select f.name || ' ' || r.rolname as fault from (${FUNCTIONS}) f, pg_roles r
      where f.proname in ('append_audit', 'append_reported', 'audit_mutation', 'records_itself', 'on_sign_up', 'guard_head', 'refuse_change', 'apply_privileges')
        and r.rolname in ('anon', 'authenticated', 'service_role', 'keymeter_worker', 'keymeter_queue') and has_function_privilege(r.rolname, f.oid, 'execute')`, plant: 'grant execute on function private.append_audit(uuid, text, jsonb) to authenticated',
  },
  {
    id: 'R29',
    says: 'no publication carries our tables',
    sql: `select p.schemaname || '.' || p.tablename as fault from pg_publication_tables p where p.schemaname in ${OURS}`, plant: 'create publication planted for table public.budgets',
  },
  { id: 'R30', says: 'pg_graphql is not installed', sql: `select extname as fault from pg_extension where extname = 'pg_graphql'`, plant: `create schema planted; update pg_extension set extname = 'pg_graphql' where extname = 'plpgsql'` },
  {
    id: 'R31',
    says: 'one permissive policy a table, command and role',
    sql: `
      select t.name || ' ' || p.polcmd::text as fault from (${TABLES}) t join pg_policy p on p.polrelid = t.oid, unnest(p.polroles) role
      where p.polpermissive group by t.name, p.polcmd, role having count(*) > 1
      union all
      select t.name || ' * beside others' from (${TABLES}) t join pg_policy p on p.polrelid = t.oid and p.polcmd = '*'
      where (select count(*) from pg_policy q where q.polrelid = t.oid) > 1`, plant: 'create policy planted on public.budgets for select to authenticated using (false)',
  },
  {
    id: 'R32',
    says: 'clients have privileges on nothing outside the exposed schema but the functions that policies and wrappers run',
    sql: `
      select c.oid::regclass::text || ' ' || r.rolname as fault from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
      where n.nspname in ${CLOSED} and c.relkind in ('r', 'p', 'v', 'm', 'f') and r.rolname in ${CLIENTS}
        and (has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege(r.rolname, c.oid, 'select, insert, update, references'))`, plant: 'grant select on metering.daily_spend to authenticated',
  },
  {
    id: 'R33',
    says: 'a foreign key has an index that starts with its columns',
    sql: `
      select t.name || ' ' || k.conname as fault from (${TABLES}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
      where not exists (
        select 1 from pg_index i where i.indrelid = t.oid and i.indpred is null
          and (select array_agg(x order by x) from unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) x)
            = (select array_agg(x order by x) from unnest(k.conkey) x))`, plant: 'create table public.planted (org_id uuid not null, id uuid not null, b uuid, primary key (org_id, id), foreign key (org_id, b) references public.budgets (org_id, id))',
  },
  {
    id: 'R34',
    says: 'definer functions belong to postgres',
    sql: `select f.name as fault from (${FUNCTIONS}) f where f.prosecdef and f.proowner::regrole::text <> 'postgres'`, plant: 'alter function private.my_orgs() owner to keymeter_queue',
  },
];
