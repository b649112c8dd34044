-- What a signed-in user can ask for. Each is one transaction: the change, its audit entry, and the row the worker
-- picks up. Limits stand here too, because any user can call the REST API directly.

-- To be called under private.lock_limits. Volatile, so that it sees what was committed while it waited for that lock.
create function private.limit_requests(p_org uuid, p_kinds text[], p_per_hour integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if (select count(*) from public.work_requests r
      where r.org_id = p_org and r.kind = any (p_kinds) and r.created_at > now() - interval '1 hour') >= p_per_hour then
    perform private.refuse('too_many_requests');
  end if;
end
$$;

create function private.connect_key(
  p_org uuid, p_connection uuid, p_provider text, p_host text, p_label text, p_sealed text, p_ip text, p_user_agent text
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_request uuid := gen_random_uuid();
begin
  perform private.require_role(p_org, 'admin');
  perform private.lock_limits(p_org);
  perform private.limit_requests(p_org, array['verify_key', 'replace_key'], 30);
  if (select count(*) from public.connections c where c.org_id = p_org and c.status <> 'purged') >= 1000 then
    perform private.refuse('too_many_connections');
  end if;
  -- A seal is bound to this id, so a taken id can only be a mistake or a try at another's row.
  if exists (select 1 from public.connections c where c.org_id = p_org and c.id = p_connection) then
    perform private.refuse('conflict');
  end if;
  perform private.records_itself('connection');
  insert into public.connections (org_id, id, provider, host, label, created_by)
  values (p_org, p_connection, p_provider, p_host, p_label, (select auth.uid()));
  perform private.records_itself('');
  insert into custody.intake (org_id, connection_id, sealed) values (p_org, p_connection, p_sealed);
  insert into public.work_requests (org_id, id, kind, connection_id, created_by)
  values (p_org, v_request, 'verify_key', p_connection, (select auth.uid()));
  perform private.append_reported(p_org, 'connection.created', jsonb_build_object(
    'actor', (select auth.uid()), 'connection', p_connection, 'provider', p_provider, 'host', p_host, 'label', p_label, 'sealed_sha256', encode(sha256(convert_to(p_sealed, 'UTF8')), 'hex')),
    p_ip, p_user_agent);
  return v_request;
end
$$;

create function private.replace_key(p_org uuid, p_connection uuid, p_sealed text, p_ip text, p_user_agent text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_request uuid := gen_random_uuid();
begin
  perform private.require_role(p_org, 'admin');
  perform private.lock_limits(p_org);
  perform private.limit_requests(p_org, array['verify_key', 'replace_key'], 30);
  perform 1 from public.connections c where c.org_id = p_org and c.id = p_connection and c.status <> 'purged' for update;
  if not found then
    perform private.refuse('not_found');
  end if;
  if exists (select 1 from public.work_requests r where r.org_id = p_org and r.connection_id = p_connection
             and r.kind in ('verify_key', 'replace_key') and r.state in ('waiting', 'running')) then
    perform private.refuse('already_verifying');
  end if;
  insert into custody.intake (org_id, connection_id, sealed) values (p_org, p_connection, p_sealed)
  on conflict (org_id, connection_id, field) do update set sealed = excluded.sealed, created_at = now();
  insert into public.work_requests (org_id, id, kind, connection_id, created_by)
  values (p_org, v_request, 'replace_key', p_connection, (select auth.uid()));
  perform private.append_reported(p_org, 'key.received', jsonb_build_object(
    'actor', (select auth.uid()), 'connection', p_connection, 'sealed_sha256', encode(sha256(convert_to(p_sealed, 'UTF8')), 'hex')),
    p_ip, p_user_agent);
  return v_request;
end
$$;

-- Gives the open request when there is one: pressing twice asks once.
create function private.request_sync(p_org uuid, p_connection uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_request uuid;
  v_status text;
begin
  perform private.require_role(p_org, 'admin');
  perform private.lock_limits(p_org);
  select c.status into v_status from public.connections c where c.org_id = p_org and c.id = p_connection for update;
  if v_status is null or v_status = 'purged' then
    perform private.refuse('not_found');
  elsif v_status <> 'active' then
    perform private.refuse('connection_needs_attention');
  end if;
  select r.id into v_request from public.work_requests r
  where r.org_id = p_org and r.connection_id = p_connection and r.kind = 'sync_now' and r.state in ('waiting', 'running');
  if found then
    return v_request;
  end if;
  if (select count(*) from public.work_requests r where r.org_id = p_org and r.connection_id = p_connection
      and r.kind = 'sync_now' and r.created_at > now() - interval '1 hour') >= 12 then
    perform private.refuse('too_many_requests');
  end if;
  perform private.limit_requests(p_org, array['sync_now'], 120);
  insert into public.work_requests (org_id, kind, connection_id, created_by)
  values (p_org, 'sync_now', p_connection, (select auth.uid())) returning id into v_request;
  perform private.append_audit(p_org, 'sync.requested', jsonb_build_object('actor', (select auth.uid()), 'connection', p_connection));
  return v_request;
end
$$;

create function private.request_test_alert(p_org uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_request uuid;
begin
  perform private.require_role(p_org, 'admin');
  perform private.lock_limits(p_org);
  perform private.limit_requests(p_org, array['test_alert'], 10);
  insert into public.work_requests (org_id, kind, created_by) values (p_org, 'test_alert', (select auth.uid())) returning id into v_request;
  perform private.append_audit(p_org, 'alert.test_requested', jsonb_build_object('actor', (select auth.uid())));
  return v_request;
end
$$;

create function public.connect_key(
  p_org uuid, p_connection uuid, p_provider text, p_host text, p_label text, p_sealed text, p_ip text, p_user_agent text
) returns uuid language sql volatile security invoker set search_path = ''
begin atomic
  select private.connect_key(p_org, p_connection, p_provider, p_host, p_label, p_sealed, p_ip, p_user_agent);
end;
create function public.replace_key(p_org uuid, p_connection uuid, p_sealed text, p_ip text, p_user_agent text) returns uuid
language sql volatile security invoker set search_path = ''
begin atomic
  select private.replace_key(p_org, p_connection, p_sealed, p_ip, p_user_agent);
end;
create function public.request_sync(p_org uuid, p_connection uuid) returns uuid
language sql volatile security invoker set search_path = ''
begin atomic
  select private.request_sync(p_org, p_connection);
end;
create function public.request_test_alert(p_org uuid) returns uuid
language sql volatile security invoker set search_path = ''
begin atomic
  select private.request_test_alert(p_org);
end;

-- The worker's side. Requests are offered again when nobody took them for a minute, or when a lease ran out, so that
-- an emptied queue loses nothing.
create function private.worker_due_requests(p_limit integer)
returns table (org_id uuid, request_id uuid)
language sql volatile security definer set search_path = '' as $$
  with due as (
    select r.org_id, r.id from public.work_requests r
    where r.not_before <= now()
      and ((r.state = 'waiting' and (r.enqueued_at is null or r.enqueued_at < now() - interval '1 minute'))
        or (r.state = 'running' and r.lease_until < now() and (r.enqueued_at is null or r.enqueued_at < now() - interval '10 seconds')))
    order by r.created_at limit p_limit for update skip locked
  )
  update public.work_requests r set enqueued_at = now() from due d
  where r.org_id = d.org_id and r.id = d.id returning r.org_id, r.id
$$;

create function private.worker_claim_request(p_request uuid, p_lease_seconds integer)
returns table (org_id uuid, kind text, connection_id uuid, provider text, host text, provider_account_id uuid, created_by uuid, attempts integer, abandoned integer, database_now timestamptz)
language sql volatile security definer set search_path = '' as $$
  with claimed as (
    update public.work_requests r
    set state = 'running', attempts = r.attempts + 1, abandoned = r.abandoned + case r.state when 'running' then 1 else 0 end, lease_until = now() + make_interval(secs => p_lease_seconds)
    where r.id = p_request and r.not_before <= now()
      and (r.state = 'waiting' or (r.state = 'running' and r.lease_until < now()))
    returning r.org_id, r.kind, r.connection_id, r.created_by, r.attempts, r.abandoned
  )
  select c.org_id, c.kind, c.connection_id, n.provider, n.host, n.provider_account_id, c.created_by, c.attempts, c.abandoned, now()
  from claimed c left join public.connections n on n.org_id = c.org_id and n.id = c.connection_id
$$;
create index work_requests_id on public.work_requests (id);

-- A step is shown live, and it is a sign of life: the lease is renewed with it.
create function private.worker_step_request(p_org uuid, p_request uuid, p_step text, p_lease_seconds integer) returns void
language sql volatile security definer set search_path = '' as $$
  update public.work_requests r set step = p_step, lease_until = now() + make_interval(secs => p_lease_seconds)
  where r.org_id = p_org and r.id = p_request and r.state = 'running'
$$;

-- False when the request is no longer the caller's to finish. `running` without a lease: a run ends it (sync_now).
create function private.worker_finish_request(p_org uuid, p_request uuid, p_state text, p_code text, p_not_before timestamptz) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- the connection first, as everywhere: a purge that comes meanwhile waits instead of deadlocking
  perform 1 from public.connections c where c.org_id = p_org
    and c.id = (select r.connection_id from public.work_requests r where r.org_id = p_org and r.id = p_request) for update;
  update public.work_requests r
  set state = p_state, code = p_code, lease_until = null, enqueued_at = null,
      not_before = coalesce(p_not_before, r.not_before),
      finished_at = case when p_state in ('done', 'failed') then now() end
  where r.org_id = p_org and r.id = p_request and r.state = 'running';
  return found;
end
$$;

insert into private.granted (statement) values
  ('grant execute on function private.connect_key(uuid, uuid, text, text, text, text, text, text), '
   'private.replace_key(uuid, uuid, text, text, text), private.request_sync(uuid, uuid), private.request_test_alert(uuid), '
   'public.connect_key(uuid, uuid, text, text, text, text, text, text), '
   'public.replace_key(uuid, uuid, text, text, text), public.request_sync(uuid, uuid), public.request_test_alert(uuid) to authenticated'),
  ('grant execute on function private.worker_due_requests(integer), private.worker_claim_request(uuid, integer), '
   'private.worker_step_request(uuid, uuid, text, integer), private.worker_finish_request(uuid, uuid, text, text, timestamptz) to keymeter_worker');

select private.apply_privileges();
