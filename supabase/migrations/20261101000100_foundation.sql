-- Schemas, roles, and the one place that decides who may do what.
--
-- public    the only schema the REST API exposes: tables under row-level security, and reviewed invoker functions
-- private   definer functions; clients have no USAGE here and reach them only through functions in public
-- custody   sealed and encrypted keys; no role but the owner can read it
-- audit     the hash chains
-- metering  dimensions, facts and rollups; money is read through functions that give it as text

create schema if not exists private;
create schema if not exists custody;
create schema if not exists audit;
create schema if not exists metering;

do $$
begin
  -- The worker logs in as keymeter_worker and owns nothing: it may execute the functions named private.worker_*.
  if not exists (select from pg_catalog.pg_roles where rolname = 'keymeter_worker') then
    create role keymeter_worker nologin noinherit nobypassrls;
  end if;
  -- The queue's own role: rights on schema bullmq and nowhere else (only used when the queue is in Postgres).
  if not exists (select from pg_catalog.pg_roles where rolname = 'keymeter_queue') then
    create role keymeter_queue nologin noinherit nobypassrls;
  end if;
end
$$;

create schema if not exists bullmq;
grant usage, create on schema bullmq to keymeter_queue;

-- One statement a row; every migration adds the rows for what it makes, next to what it makes.
create table private.granted (
  id integer generated always as identity primary key,
  statement text not null unique
);
alter table private.granted enable row level security;
alter table private.granted force row level security;
create policy closed on private.granted for select to authenticated using (false);

-- Takes everything away, then gives back exactly what private.granted lists. Idempotent. It is called at the end of
-- every migration, and by whoever runs a gateway that grants on its own: some development servers grant everything
-- in a schema to the API roles at their start, which would undo a revoke that happened once.
create function private.apply_privileges() returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_schema text;
  v_statement text;
  v_roles constant text := 'public, anon, authenticated, service_role, keymeter_worker, keymeter_queue';
begin
  foreach v_schema in array array['public', 'private', 'custody', 'audit', 'metering'] loop
    execute format('revoke all on all tables in schema %I from %s', v_schema, v_roles);
    execute format('revoke all on all sequences in schema %I from %s', v_schema, v_roles);
    execute format('revoke all on all routines in schema %I from %s', v_schema, v_roles);
    execute format('revoke all on schema %I from %s', v_schema, v_roles);
    execute format('alter default privileges for role postgres in schema %I revoke all on tables from anon, authenticated, service_role', v_schema);
    execute format('alter default privileges for role postgres in schema %I revoke all on sequences from anon, authenticated, service_role', v_schema);
    execute format('alter default privileges for role postgres in schema %I revoke all on routines from anon, authenticated, service_role', v_schema);
  end loop;
  revoke all on schema bullmq from public, anon, authenticated, service_role, keymeter_worker;
  alter default privileges for role postgres revoke execute on routines from public;
  -- A type in pg_temp hides the built-in one of its name even under an empty search path: a login that could make one
  -- there would run code of its own inside every definer function it may call. So the worker's may not; all other roles
  -- keep the right (the queue's needs it, and calls no definer function).
  if has_database_privilege('keymeter_worker', current_database(), 'temporary') then
    execute format('revoke temporary on database %I from public, keymeter_worker', current_database());
    for v_statement in
      select format('grant temporary on database %I to %I', current_database(), r.rolname) from pg_catalog.pg_roles r
      where r.rolname !~ '^pg_' and r.rolname <> 'keymeter_worker' and not r.rolsuper
    loop
      execute v_statement;
    end loop;
    if has_database_privilege('keymeter_worker', current_database(), 'temporary') then
      raise exception 'keymeter_worker must not make temporary objects: run the migrations as the owner of the database';
    end if;
  end if;
  -- The API has to see the schema it exposes; what is in it is granted one by one.
  grant usage on schema public to anon, authenticated, service_role;
  grant usage on schema private to keymeter_worker;
  for v_statement in select g.statement from private.granted g order by g.id loop
    execute v_statement;
  end loop;
end
$$;

-- What a caller may be told is `message`; the program reads it as a code.
create function private.refuse(p_code text, p_detail text default null) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'KM001', message = p_code, detail = coalesce(p_detail, '');
end
$$;

select private.apply_privileges();
