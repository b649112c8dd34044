-- Where keys rest, and the only way to one: an audit entry that another transaction has committed.

-- Sealed in the browser to the worker's public key; deleted once the worker has verified and re-encrypted it.
create table custody.intake (
  org_id uuid not null references public.organizations (id) on delete cascade,
  connection_id uuid not null,
  field text not null default 'admin_key' check (field = 'admin_key'),
  sealed text not null check (length(sealed) between 70 and 1100 and sealed ~ '^kmi1:[0-9]{1,9}:[A-Za-z0-9_-]+$'),
  created_at timestamptz not null default now(),
  primary key (org_id, connection_id, field),
  foreign key (org_id, connection_id) references public.connections (org_id, id) on delete cascade
);

create table custody.envelopes (
  org_id uuid not null references public.organizations (id) on delete cascade,
  connection_id uuid not null,
  field text not null default 'admin_key' check (field = 'admin_key'),
  kek_id bigint not null check (kek_id between 0 and 4294967295),
  envelope text not null check (envelope ~ '^km1:[0-9]{1,10}:[0-9a-f]{24}:[0-9a-f]{32}:[0-9a-f]{64}:[0-9a-f]{24}:[0-9a-f]{32}:([0-9a-f]{2})+$'),
  created_at timestamptz not null default now(),
  primary key (org_id, connection_id, field),
  foreign key (org_id, connection_id) references public.connections (org_id, id) on delete cascade
);
create index envelopes_by_kek on custody.envelopes (kek_id);

create table custody.openings (
  org_id uuid not null references public.organizations (id) on delete cascade,
  seq bigint not null,
  connection_id uuid not null,
  field text not null,
  form text not null check (form in ('intake', 'envelope')),
  -- The transaction that wrote the entry; the one that asks for the ciphertext must be another.
  transaction_id xid8 not null default pg_current_xact_id(),
  lease_until timestamptz not null,
  taken_at timestamptz,
  ended_at timestamptz,
  primary key (org_id, seq),
  foreign key (org_id, seq) references audit.entries (org_id, seq)
);
create index openings_open on custody.openings (org_id, connection_id) where ended_at is null;

alter table custody.intake enable row level security;
alter table custody.intake force row level security;
alter table custody.envelopes enable row level security;
alter table custody.envelopes force row level security;
alter table custody.openings enable row level security;
alter table custody.openings force row level security;
create policy closed on custody.intake for select to authenticated using (false);
create policy closed on custody.envelopes for select to authenticated using (false);
create policy closed on custody.openings for select to authenticated using (false);

-- Asked before the entry is written, and again before the ciphertext is given: what was allowed a minute ago may be
-- rejected, paused or purged by now.
create function private.refuse_opening(p_connection public.connections, p_form text, p_purpose text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_connection.status = 'purged' then
    perform private.refuse('connection_purged');
  elsif p_purpose is null or p_form is null
     or not (p_form, p_purpose) in (('intake', 'verify_key'), ('intake', 'replace_key'),
       ('envelope', 'scheduled_sync'), ('envelope', 'sync_now'), ('envelope', 'backfill')) then
    perform private.refuse('unknown_purpose');
  elsif p_form = 'envelope' and p_connection.status <> 'active' then
    perform private.refuse('connection_needs_attention');
  elsif p_form = 'envelope' and p_connection.paused and p_purpose <> 'sync_now' then
    perform private.refuse('connection_paused');
  end if;
end
$$;

-- Step one. Appends `key.open.attempt` and returns its number. Refused for a connection whose key must not be
-- opened again before somebody acts: rejected by the provider, paused, purged.
create function private.worker_begin_opening(
  p_org uuid, p_connection uuid, p_field text, p_form text, p_purpose text, p_job text, p_worker text, p_lease_seconds integer
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_connection public.connections;
  v_seq bigint;
begin
  select c.* into v_connection from public.connections c where c.org_id = p_org and c.id = p_connection;
  if not found then
    perform private.refuse('not_found');
  end if;
  perform private.refuse_opening(v_connection, p_form, p_purpose);
  -- an entry that does not say who and what for would be no account of the opening
  if coalesce(length(p_job), 0) not between 1 and 200 or coalesce(length(p_worker), 0) not between 1 and 200 or p_field is distinct from 'admin_key' then
    perform private.refuse('invalid_input');
  end if;
  v_seq := private.append_audit(p_org, 'key.open.attempt', jsonb_build_object(
    'connection', p_connection, 'provider', v_connection.provider, 'label', v_connection.label, 'field', p_field, 'form', p_form,
    'purpose', p_purpose, 'job', p_job, 'worker', p_worker, 'owner', v_connection.created_by));
  insert into custody.openings (org_id, seq, connection_id, field, form, lease_until)
  values (p_org, v_seq, p_connection, p_field, p_form, now() + make_interval(secs => least(greatest(p_lease_seconds, 1), 3600)));
  return v_seq;
end
$$;

-- Step two. Gives the ciphertext once for that number, and never to the transaction that wrote the entry: what is
-- rolled back leaves no trace, so it must not have read anything.
create function private.worker_take_sealed(p_org uuid, p_seq bigint)
returns table (connection_id uuid, provider text, host text, field text, form text, sealed text, kdf_salt bytea)
language plpgsql security definer set search_path = '' as $$
declare
  v_opening custody.openings;
  v_connection public.connections;
begin
  select o.* into v_opening from custody.openings o where o.org_id = p_org and o.seq = p_seq for update;
  if not found then
    perform private.refuse('opening_unknown');
  elsif v_opening.transaction_id = pg_current_xact_id() then
    perform private.refuse('opening_not_committed');
  elsif v_opening.taken_at is not null or v_opening.ended_at is not null then
    perform private.refuse('opening_already_used');
  elsif v_opening.lease_until < now() then
    perform private.refuse('opening_expired');
  end if;
  select c.* into v_connection from public.connections c where c.org_id = p_org and c.id = v_opening.connection_id;
  perform private.refuse_opening(v_connection, v_opening.form,
    (select e.body::jsonb ->> 'purpose' from audit.entries e where e.org_id = p_org and e.seq = p_seq));
  update custody.openings o set taken_at = clock_timestamp() where o.org_id = p_org and o.seq = p_seq;
  return query
    select c.id, c.provider, c.host, v_opening.field, v_opening.form,
           case v_opening.form when 'intake' then i.sealed else e.envelope end, s.kdf_salt
    from public.connections c
    join custody.salts s on s.org_id = c.org_id
    left join custody.intake i on i.org_id = c.org_id and i.connection_id = c.id and i.field = v_opening.field
    left join custody.envelopes e on e.org_id = c.org_id and e.connection_id = c.id and e.field = v_opening.field
    where c.org_id = p_org and c.id = v_opening.connection_id and c.status <> 'purged'
      and (case v_opening.form when 'intake' then i.sealed else e.envelope end) is not null;
  if not found then
    perform private.refuse('nothing_sealed');
  end if;
end
$$;

-- Step three. The outcome is an entry of its own that names the attempt.
create function private.worker_end_opening(
  p_org uuid, p_seq bigint, p_outcome text, p_code text, p_held_micros bigint, p_calls integer
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_connection uuid;
begin
  update custody.openings o set ended_at = clock_timestamp()
  where o.org_id = p_org and o.seq = p_seq and o.ended_at is null returning o.connection_id into v_connection;
  if not found then
    perform private.refuse('opening_already_ended');
  elsif coalesce(p_outcome, '') not in ('success', 'failure') or coalesce(p_code, '') !~ '^[a-z_]{0,60}$' then
    perform private.refuse('invalid_input');
  end if;
  return private.append_audit(p_org, 'key.open.outcome', jsonb_build_object(
    'attempt', p_seq, 'connection', v_connection, 'outcome', p_outcome, 'code', nullif(p_code, ''),
    'held_us', p_held_micros, 'calls', p_calls));
end
$$;

-- Is this fingerprint in use on another live connection of the organisation?
create function private.worker_fingerprint_owner(p_org uuid, p_connection uuid, p_fingerprint text) returns uuid
language sql stable security definer set search_path = '' as $$
  select c.id from public.connections c
  where c.org_id = p_org and c.key_fingerprint = p_fingerprint and c.id <> p_connection and c.status <> 'purged'
$$;

-- The key was accepted: the envelope replaces whatever was there, the sealed form is gone.
create function private.worker_store_envelope(
  p_org uuid, p_connection uuid, p_field text, p_kek bigint, p_envelope text, p_prefix text, p_last_four text,
  p_fingerprint text, p_key_expires_at timestamptz, p_warnings text[], p_worker text
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_replaced boolean;
begin
  perform 1 from public.connections c where c.org_id = p_org and c.id = p_connection and c.status <> 'purged' for update;
  if not found then
    perform private.refuse('connection_purged');
  end if;
  delete from custody.envelopes e where e.org_id = p_org and e.connection_id = p_connection and e.field = p_field;
  v_replaced := found;
  insert into custody.envelopes (org_id, connection_id, field, kek_id, envelope) values (p_org, p_connection, p_field, p_kek, p_envelope);
  delete from custody.intake i where i.org_id = p_org and i.connection_id = p_connection and i.field = p_field;
  update public.connections c
  set key_prefix = p_prefix, key_last_four = p_last_four, key_fingerprint = p_fingerprint, key_set_at = now(),
      key_expires_at = p_key_expires_at, key_warnings = p_warnings, status = 'active', status_code = null, failures = 0,
      -- a connection that was read before goes on at once with its new key
      next_run_at = case when v_replaced or c.provider_account_id is not null then now() else c.next_run_at end
  where c.org_id = p_org and c.id = p_connection;
  perform private.append_audit(p_org, case when v_replaced then 'key.replaced' else 'key.stored' end, jsonb_build_object(
    'connection', p_connection, 'kek', p_kek, 'prefix', p_prefix, 'last_four', p_last_four, 'worker', p_worker));
end
$$;

-- The key was refused: the sealed form is destroyed. A connection that never had a key needs attention; one whose
-- replacement was refused keeps the key and the state that it had.
create function private.worker_refuse_intake(p_org uuid, p_connection uuid, p_field text, p_code text, p_worker text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  delete from custody.intake i where i.org_id = p_org and i.connection_id = p_connection and i.field = p_field;
  update public.connections c set status = 'needs_attention', status_code = p_code
  where c.org_id = p_org and c.id = p_connection and c.status = 'verifying';
  perform private.append_audit(p_org, 'key.refused', jsonb_build_object(
    'connection', p_connection, 'code', p_code, 'worker', p_worker));
end
$$;

insert into private.granted (statement) values
  ('grant execute on function private.worker_begin_opening(uuid, uuid, text, text, text, text, text, integer), '
   'private.worker_take_sealed(uuid, bigint), private.worker_end_opening(uuid, bigint, text, text, bigint, integer), '
   'private.worker_fingerprint_owner(uuid, uuid, text), '
   'private.worker_store_envelope(uuid, uuid, text, bigint, text, text, text, text, timestamptz, text[], text), '
   'private.worker_refuse_intake(uuid, uuid, text, text, text) to keymeter_worker');

select private.apply_privileges();
