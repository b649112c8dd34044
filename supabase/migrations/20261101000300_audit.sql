-- One hash chain an organisation. An entry's hash covers its place and the hash before it, so an edited, dropped or
-- reordered entry shows; signed checkpoints, kept outside, show a chain that was cut off at the end.

create table audit.heads (
  org_id uuid primary key references public.organizations (id) on delete restrict,
  seq bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32)
);

create table audit.entries (
  org_id uuid not null references audit.heads (org_id) on delete restrict,
  seq bigint not null check (seq > 0),
  prev bytea not null,
  -- Verbatim: the hash is over these very characters.
  body text not null,
  hash bytea not null,
  -- Read out of the body, so that they cannot say something else than what was hashed.
  action text not null generated always as ((body::jsonb) ->> 'action') stored,
  connection_id text generated always as ((body::jsonb) ->> 'connection') stored,
  attempt_seq bigint generated always as (((body::jsonb) ->> 'attempt')::bigint) stored,
  primary key (org_id, seq)
);
create index entries_by_action on audit.entries (org_id, action, seq desc);
create index entries_by_connection on audit.entries (org_id, connection_id, seq desc) where connection_id is not null;
create index entries_by_attempt on audit.entries (org_id, attempt_seq) where attempt_seq is not null;

create table audit.checkpoints (
  org_id uuid not null references audit.heads (org_id) on delete restrict,
  seq bigint not null,
  head bytea not null check (octet_length(head) = 32),
  note text not null,
  signed_at timestamptz not null default now(),
  primary key (org_id, seq)
);

create function private.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'KM002', message = 'audit_is_append_only',
    detail = format('%s on %I.%I', tg_op, tg_table_schema, tg_table_name);
end
$$;

create trigger append_only before update or delete on audit.entries
  for each row execute function private.refuse_change();
create trigger append_only_all before truncate on audit.entries
  for each statement execute function private.refuse_change();
create trigger append_only before update or delete on audit.checkpoints
  for each row execute function private.refuse_change();
create trigger append_only_all before truncate on audit.checkpoints
  for each statement execute function private.refuse_change();

-- A head only ever moves on by one.
create function private.guard_head() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.org_id = old.org_id and new.seq = old.seq + 1 then
    return new;
  end if;
  raise exception using errcode = 'KM002', message = 'audit_is_append_only', detail = tg_op || ' on audit.heads';
end
$$;
create trigger only_forward before update or delete on audit.heads for each row execute function private.guard_head();
create trigger append_only_all before truncate on audit.heads for each statement execute function private.refuse_change();

alter table audit.heads enable row level security;
alter table audit.heads force row level security;
alter table audit.entries enable row level security;
alter table audit.entries force row level security;
alter table audit.checkpoints enable row level security;
alter table audit.checkpoints force row level security;
create policy closed on audit.heads for select to authenticated using (false);
create policy closed on audit.entries for select to authenticated using (false);
create policy closed on audit.checkpoints for select to authenticated using (false);

-- Appends one entry under a lock on the chain's head, in the caller's transaction. A head that stays locked for
-- five seconds is an error, so that a caller who must not go on without an entry does not wait for ever.
create function private.append_audit(p_org uuid, p_action text, p_fields jsonb) returns bigint
language plpgsql security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  v_head audit.heads;
  v_seq bigint;
  v_body text;
  v_hash bytea;
begin
  select h.* into v_head from audit.heads h where h.org_id = p_org for update;
  if not found then
    perform private.refuse('not_found');
  end if;
  v_seq := v_head.seq + 1;
  v_body := (jsonb_build_object(
      'at', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'action', p_action) || jsonb_strip_nulls(p_fields))::text;
  v_hash := sha256(convert_to(
      'keymeter.audit.v1' || E'\n' || p_org::text || E'\n' || v_seq::text || E'\n'
      || encode(v_head.hash, 'hex') || E'\n' || v_body || E'\n', 'UTF8'));
  insert into audit.entries (org_id, seq, prev, body, hash) values (p_org, v_seq, v_head.hash, v_body, v_hash);
  update audit.heads set seq = v_seq, hash = v_hash where org_id = p_org;
  return v_seq;
end
$$;

-- A client's write on a tenant table appends its own entry, in its own transaction. Columns named in the trigger's
-- second argument are left out; the first names the thing. Writes of the worker are recorded where they mean
-- something (openings, verification), not row by row.
create function private.audit_mutation() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_actor uuid := (select auth.uid());
  v_old jsonb := case when tg_op = 'INSERT' then '{}'::jsonb else to_jsonb(old) end;
  v_new jsonb := case when tg_op = 'DELETE' then '{}'::jsonb else to_jsonb(new) end;
  v_hidden text[] := string_to_array(coalesce(tg_argv[1], ''), ',');
  v_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  v_changes jsonb;
begin
  -- A function that records the same act itself, with more to say, announces it; one act is one entry.
  if v_actor is null or current_setting('keymeter.recorded', true) = tg_argv[0] then
    return null;
  end if;
  -- numeric goes in as text: a JSON number would lose its trailing digits in a reader that uses binary floats
  select jsonb_object_agg(k.key, jsonb_build_array(v_old ->> k.key, v_new ->> k.key)) into v_changes
  from (select jsonb_object_keys(v_old || v_new) as key) k
  where not (k.key = any (v_hidden)) and v_old -> k.key is distinct from v_new -> k.key;
  if v_changes is not null then
    perform private.append_audit(
      coalesce(v_row ->> 'org_id', v_row ->> 'id')::uuid,
      tg_argv[0] || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.deleted' end,
      jsonb_build_object('actor', v_actor, tg_argv[0], coalesce(v_row ->> 'id', v_row ->> 'user_id'), 'changes', v_changes));
  end if;
  return null;
end
$$;

create function private.records_itself(p_thing text) returns void
language sql volatile set search_path = '' as $$
  select set_config('keymeter.recorded', p_thing, true)
$$;

create trigger audit after update on public.organizations
  for each row execute function private.audit_mutation('organization');
create trigger audit after insert or update or delete on public.memberships
  for each row execute function private.audit_mutation('membership');

-- Everybody who signs up gets a personal organisation with a chain and a salt, or the sign-up fails.
create function private.on_sign_up() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org uuid := gen_random_uuid();
  v_name text := regexp_replace(split_part(coalesce(new.email, ''), '@', 1), '[[:cntrl:]]', '', 'g');
begin
  insert into public.organizations (id, name) values (v_org, left(coalesce(nullif(v_name, ''), 'My') || '''s organisation', 80));
  insert into custody.salts (org_id, kdf_salt) values (v_org, private.random_salt());
  insert into audit.heads (org_id) values (v_org);
  insert into public.memberships (org_id, user_id, role) values (v_org, new.id, 'owner');
  perform private.append_audit(v_org, 'organization.created', jsonb_build_object('actor', new.id));
  return new;
end
$$;
create trigger keymeter_personal_organization after insert on auth.users
  for each row execute function private.on_sign_up();

-- What web reports about a caller (address, browser) is personal data: the chain holds a salted commitment to it, the
-- words themselves stand here and can be erased without breaking the chain.
create table audit.reports (
  org_id uuid not null,
  seq bigint not null,
  salt bytea not null,
  ip text,
  user_agent text,
  primary key (org_id, seq),
  foreign key (org_id, seq) references audit.entries (org_id, seq)
);
alter table audit.reports enable row level security;
alter table audit.reports force row level security;
create policy closed on audit.reports for select to authenticated using (false);

create function private.append_reported(p_org uuid, p_action text, p_fields jsonb, p_ip text, p_user_agent text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_salt bytea := private.random_salt();
  v_ip text := left(coalesce(p_ip, ''), 64);
  v_agent text := left(coalesce(p_user_agent, ''), 256);
  v_seq bigint;
begin
  v_seq := private.append_audit(p_org, p_action, p_fields || jsonb_build_object('reported_by_web',
    encode(sha256(v_salt || convert_to(v_ip || E'\n' || v_agent, 'UTF8')), 'hex')));
  insert into audit.reports (org_id, seq, salt, ip, user_agent) values (p_org, v_seq, v_salt, v_ip, v_agent);
  return v_seq;
end
$$;

-- A count that is compared with a limit holds only while nobody else counts: who calls many times at once is served one
-- call after the other. To be called before any row is locked.
create function private.lock_limits(p_org uuid) returns void
language sql volatile security definer set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended('keymeter.limits.' || p_org::text, 0))
$$;

-- Sign-in is told by web right after it happened. Anybody can call this for themselves, so it is limited.
create function private.record_sign_in(p_ip text, p_user_agent text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_org uuid;
begin
  for v_org in select m.org_id from public.memberships m where m.user_id = (select auth.uid()) order by m.org_id loop
    perform private.lock_limits(v_org);
    if (select count(*) from (
          select e.body::jsonb as b from audit.entries e
          where e.org_id = v_org and e.action = 'session.signed_in' order by e.seq desc limit 100) recent
        where recent.b ->> 'actor' = (select auth.uid())::text
          and (recent.b ->> 'at')::timestamptz > now() - interval '1 hour') >= 60 then
      perform private.refuse('too_many_requests');
    end if;
    perform private.append_reported(v_org, 'session.signed_in', jsonb_build_object('actor', (select auth.uid())), p_ip, p_user_agent);
  end loop;
end
$$;
create function public.record_sign_in(p_ip text, p_user_agent text) returns void
language sql volatile security invoker set search_path = ''
begin atomic
  select private.record_sign_in(p_ip, p_user_agent);
end;

insert into private.granted (statement) values
  ('grant execute on function private.record_sign_in(text, text), public.record_sign_in(text, text) to authenticated');

select private.apply_privileges();
