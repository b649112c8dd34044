-- Runs, their leases, and the dispatcher. The truth is here; the queue only carries a run's id as a hint.

create table public.sync_runs (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  connection_id uuid not null,
  kind text not null check (kind in ('scheduled', 'sync_now', 'backfill')),
  -- Planned start of a scheduled run, the request's id, or the first day of a backfill's chunk.
  run_key text not null check (length(run_key) between 1 and 64),
  window_from date not null,
  window_to date not null check (window_to > window_from),
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'dead')),
  code text check (code ~ '^[a-z_]{1,60}$'),
  attempts integer not null default 0,
  failures integer not null default 0,
  not_before timestamptz not null default now(),
  enqueued_at timestamptz,
  lease_until timestamptz,
  claimed_at timestamptz,
  fence bigint not null default 0,
  worker text,
  calls integer not null default 0,
  rows_written integer not null default 0,
  notes text[] not null default '{}',
  planned_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (org_id, id),
  unique (org_id, connection_id, kind, run_key),
  foreign key (org_id, connection_id) references public.connections (org_id, id) on delete cascade
);
create index sync_runs_id on public.sync_runs (id);
create index sync_runs_open on public.sync_runs (not_before) where state in ('queued', 'running');
create index sync_runs_recent on public.sync_runs (org_id, connection_id, planned_at desc);

alter table public.sync_runs enable row level security;
alter table public.sync_runs force row level security;
create policy members_read on public.sync_runs for select to authenticated using (org_id in (select private.my_orgs()));

create sequence private.fences as bigint;

-- A stable offset per connection, so that a fleet never fires at once.
create function private.sync_offset_seconds(p_connection uuid, p_interval_minutes integer) returns integer
language sql immutable set search_path = '' as $$
  select (('x' || substr(md5(p_connection::text), 1, 7))::bit(28)::integer % (p_interval_minutes * 60))
$$;

-- The first planned start after p_after: multiples of the interval from the epoch (UTC, so summer time cannot open a
-- gap) plus the connection's offset.
create function private.next_slot(p_connection uuid, p_interval_minutes integer, p_after timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select to_timestamp(o.v + (floor((extract(epoch from p_after) - o.v) / (p_interval_minutes * 60)) + 1) * (p_interval_minutes * 60))
  from (select private.sync_offset_seconds(p_connection, p_interval_minutes)::numeric as v) o
$$;

-- Days a run reads: from the last settled day, never less than the trailing three UTC days, today included.
create function private.sync_window_from(p_settled date) returns date
language sql stable set search_path = '' as $$
  select least(coalesce(p_settled, (now() at time zone 'utc')::date - 2), (now() at time zone 'utc')::date - 2)
$$;

-- Claims due connections and writes their runs. A planned start gives one run however many dispatchers tick; starts
-- that were missed are one catch-up by range, not one run each. Once a day the run reads 30 days, because that far back
-- providers still correct what they reported.
create function private.worker_plan_due(p_limit integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer := 0;
  v_due record;
  v_today date := (now() at time zone 'utc')::date;
begin
  for v_due in
    select c.org_id, c.id, c.sync_interval_minutes, c.next_run_at, c.settled_day from public.connections c
    where c.status = 'active' and not c.paused and c.next_run_at <= now()
    order by c.next_run_at limit p_limit for update skip locked
  loop
    insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to)
    values (v_due.org_id, v_due.id, 'scheduled', to_char(v_due.next_run_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            case when exists (select 1 from public.sync_runs r where r.org_id = v_due.org_id and r.connection_id = v_due.id
                              and r.planned_at > now() - interval '23 hours' and r.state <> 'dead' and r.window_from <= v_today - 29)
                 then private.sync_window_from(v_due.settled_day)
                 else least(private.sync_window_from(v_due.settled_day), v_today - 29) end,
            v_today + 1)
    on conflict (org_id, connection_id, kind, run_key) do nothing;
    update public.connections c set next_run_at = private.next_slot(c.id, c.sync_interval_minutes, now())
    where c.org_id = v_due.org_id and c.id = v_due.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- Runs to hand to the queue: due, not handed over within the last two minutes (an emptied queue heals by that), or
-- left behind by a worker whose lease ended. At most one a connection: what a user asked for first, then newest days; a
-- backfill that waits for its next try holds up other chunks for minutes at most, and nothing else. At most two an
-- organisation, so that one with hundreds of keys cannot take every worker; among its own, a run that was never tried
-- goes before one that failed, so that one slow provider does not keep the others waiting.
create function private.worker_due_runs(p_limit integer)
returns table (org_id uuid, run_id uuid)
language sql volatile security definer set search_path = '' as $$
  with candidates as (
    select r.org_id, r.id, r.planned_at, r.state, r.lease_until, r.enqueued_at, r.not_before, r.attempts,
      row_number() over (partition by r.org_id, r.connection_id order by
        case when r.state = 'running' then 0 when r.kind = 'sync_now' then 1 when r.kind = 'scheduled' then 2 else 3 end,
        r.window_from desc, r.planned_at) as place
    from public.sync_runs r
    join public.connections c on c.org_id = r.org_id and c.id = r.connection_id
    where r.state in ('queued', 'running') and c.status = 'active' and (not c.paused or r.kind = 'sync_now')
      and (r.not_before <= now() or r.kind <> 'backfill')
      and (r.kind <> 'backfill' or r.state = 'running' or not exists (
        select 1 from public.sync_runs w where w.org_id = r.org_id and w.connection_id = r.connection_id and w.kind = 'backfill'
          and w.state = 'queued' and w.not_before > now() and w.not_before < now() + interval '20 minutes'))
  ), ranked as (
    select k.org_id, k.id, row_number() over (partition by k.org_id order by
        case when k.state = 'running' and k.lease_until >= now() then 0 when k.enqueued_at >= now() - interval '2 minutes' then 1 else 2 end,
        least(k.attempts, 1), k.planned_at) as place
    from candidates k where k.place = 1 and k.not_before <= now()
  ), due as (
    select r.org_id, r.id from public.sync_runs r join ranked k on k.org_id = r.org_id and k.id = r.id
    where k.place <= 2
      and ((r.state = 'queued' and (r.enqueued_at is null or r.enqueued_at < now() - interval '2 minutes'))
        or (r.state = 'running' and r.lease_until < now()
            and (r.enqueued_at is null or r.enqueued_at < now() - interval '10 seconds')))
    order by r.planned_at limit p_limit for update of r skip locked
  )
  update public.sync_runs r set enqueued_at = now() from due d
  where r.org_id = d.org_id and r.id = d.id returning r.org_id, r.id
$$;

-- A paused connection that goes on again is due at once, but pausing and resuming over and over reads no more often than
-- "sync now" may be asked for.
create function private.on_resume() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.paused and not new.paused then
    new.resumed_at := now();
    if new.status = 'active' then
      new.next_run_at := greatest(now(), (select max(r.planned_at) + interval '5 minutes' from public.sync_runs r
        where r.org_id = new.org_id and r.connection_id = new.id and r.kind = 'scheduled'));
    end if;
  end if;
  return new;
end
$$;
create trigger resume before update of paused on public.connections for each row execute function private.on_resume();

-- The lease: by the database's clock, with a fence that every later write must carry. A run whose worker vanished counts
-- as failed once, so that one that kills every worker is not handed out for ever.
create function private.worker_claim_run(p_run uuid, p_worker text, p_lease_seconds integer)
returns table (org_id uuid, connection_id uuid, kind text, window_from date, window_to date, fence bigint, attempts integer, failures integer,
  provider text, host text, label text, provider_account_id uuid, names_due boolean, abandoned boolean, database_now timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run public.sync_runs;
  v_usable boolean;
begin
  -- the connection first, as everywhere: two transactions that lock in different orders would wait for each other
  select c.status = 'active' and (not c.paused or r.kind = 'sync_now') into v_usable
  from public.sync_runs r join public.connections c on c.org_id = r.org_id and c.id = r.connection_id
  where r.id = p_run for update of c;
  if v_usable is distinct from true then
    return;
  end if;
  select r.* into v_run from public.sync_runs r where r.id = p_run for update;
  if not found or v_run.state not in ('queued', 'running') or v_run.not_before > now()
     or (v_run.state = 'running' and v_run.lease_until >= now()) then
    return;
  end if;
  -- One run a connection at a time: the provider is asked in order, and two windows never race over one day.
  if exists (select 1 from public.sync_runs o where o.org_id = v_run.org_id and o.connection_id = v_run.connection_id
             and o.id <> v_run.id and o.state = 'running' and o.lease_until >= now()) then
    update public.sync_runs r set enqueued_at = null, not_before = now() + interval '2 seconds'
    where r.org_id = v_run.org_id and r.id = v_run.id;
    return;
  end if;
  return query
    update public.sync_runs r
    set state = 'running', worker = p_worker, fence = nextval('private.fences'), attempts = r.attempts + 1,
        failures = r.failures + case v_run.state when 'running' then 1 else 0 end,
        lease_until = now() + make_interval(secs => p_lease_seconds), claimed_at = now(), started_at = coalesce(r.started_at, now())
    from public.connections c
    left join public.provider_accounts a on a.org_id = c.org_id and a.id = c.provider_account_id
    where r.org_id = v_run.org_id and r.id = v_run.id and c.org_id = r.org_id and c.id = r.connection_id
    returning r.org_id, r.connection_id, r.kind, r.window_from, r.window_to, r.fence, r.attempts, r.failures,
      c.provider, c.host, c.label, c.provider_account_id, coalesce(a.names_read_at < now() - interval '20 hours', true), v_run.state = 'running', now();
end
$$;

create function private.worker_renew_lease(p_org uuid, p_run uuid, p_fence bigint, p_lease_seconds integer) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.sync_runs r set lease_until = now() + make_interval(secs => p_lease_seconds)
  where r.org_id = p_org and r.id = p_run and r.fence = p_fence and r.state = 'running';
  return found;
end
$$;

-- The first statement of every writing transaction: locks the run and refuses a writer that was overtaken, and one
-- whose connection was purged meanwhile.
create function private.worker_hold_fence(p_org uuid, p_run uuid, p_fence bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform 1 from public.connections c
  where c.org_id = p_org and c.status <> 'purged'
    and c.id = (select r.connection_id from public.sync_runs r where r.org_id = p_org and r.id = p_run) for update;
  if not found then
    perform private.refuse('connection_purged');
  end if;
  perform 1 from public.sync_runs r where r.org_id = p_org and r.id = p_run and r.fence = p_fence and r.state = 'running' for update;
  if not found then
    perform private.refuse('fence_lost');
  end if;
end
$$;

-- Ends a run. `done` moves the connection's watermark; `retry` puts the run back; `dead` gives up on it, and with
-- p_attention the key is not opened again until somebody acts. `release` gives the lease back without counting a failure.
-- A refusal of a key that was replaced since the run was claimed says nothing about the new one: the run is released.
-- Gives the outcome that is in force, null when the run was not the caller's any more.
create function private.worker_finish_run(
  p_org uuid, p_run uuid, p_fence bigint, p_outcome text, p_code text, p_not_before timestamptz,
  p_calls integer, p_rows integer, p_notes text[], p_attention boolean
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run public.sync_runs;
  v_today date := (now() at time zone 'utc')::date;
begin
  if p_outcome not in ('done', 'retry', 'dead', 'release') then
    perform private.refuse('invalid_input');
  end if;
  select r.* into v_run from public.sync_runs r where r.org_id = p_org and r.id = p_run and r.fence = p_fence and r.state = 'running' for update;
  if not found then
    return null;
  end if;
  if p_attention and (select c.key_set_at > v_run.claimed_at from public.connections c where c.org_id = p_org and c.id = v_run.connection_id) then
    p_outcome := 'release';
    p_attention := false;
    p_not_before := now();
  end if;
  update public.sync_runs r set
    -- a backfill's days are asked for once only, so its run waits for the new key instead of dying with the old one
    state = case when p_outcome = 'done' then 'done'
                 when p_outcome = 'dead' and not (p_attention and v_run.kind = 'backfill') then 'dead' else 'queued' end,
    code = p_code, lease_until = null, enqueued_at = null,
    not_before = coalesce(p_not_before, r.not_before),
    failures = r.failures + case when p_outcome in ('retry', 'dead') then 1 else 0 end,
    calls = r.calls + coalesce(p_calls, 0), rows_written = r.rows_written + coalesce(p_rows, 0), notes = coalesce(p_notes, r.notes),
    finished_at = case when p_outcome in ('done', 'dead') and not (p_attention and v_run.kind = 'backfill') then now() end
  where r.org_id = p_org and r.id = p_run;
  if p_outcome = 'done' then
    update public.connections c set
      failures = 0, last_success_at = now(), status_code = null,
      data_through = case when v_run.window_to > v_today then now() else c.data_through end,
      -- only a run that reaches today may settle days: a backfill's chunk says nothing about what is newer
      settled_day = case when v_run.window_to > v_today and v_run.window_from <= coalesce(c.settled_day, v_run.window_from)
                         then greatest(coalesce(c.settled_day, v_today - 2), v_today - 2) else c.settled_day end
    where c.org_id = p_org and c.id = v_run.connection_id;
  elsif p_outcome in ('retry', 'dead') then
    update public.connections c set failures = c.failures + 1, status_code = p_code,
      status = case when p_attention and c.status = 'active' then 'needs_attention' else c.status end
    where c.org_id = p_org and c.id = v_run.connection_id and c.status <> 'purged';
  end if;
  if v_run.kind = 'sync_now' and p_outcome in ('done', 'dead') then
    update public.work_requests r set state = case p_outcome when 'done' then 'done' else 'failed' end, code = p_code, finished_at = now()
    where r.org_id = p_org and r.id::text = v_run.run_key and r.state in ('waiting', 'running');
  end if;
  if p_outcome = 'dead' and p_attention then
    -- Who pressed "sync now" is told at once instead of waiting for a key that will not be opened.
    with ended as (
      update public.sync_runs r set state = 'dead', code = p_code, finished_at = now()
      where r.org_id = p_org and r.connection_id = v_run.connection_id and r.kind = 'sync_now' and r.state = 'queued'
      returning r.run_key
    )
    update public.work_requests q set state = 'failed', code = p_code, finished_at = now() from ended e
    where q.org_id = p_org and q.id::text = e.run_key and q.state in ('waiting', 'running');
  end if;
  return p_outcome;
end
$$;

-- First read, once in a connection's life: the newest chunk is handed out first because worker_due_runs takes newest
-- days first.
create function private.worker_plan_backfill(p_org uuid, p_connection uuid, p_days integer, p_chunk_days integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_end date := (now() at time zone 'utc')::date + 1;
  v_first date := (now() at time zone 'utc')::date + 1 - p_days;
  v_from date;
  v_count integer := 0;
begin
  if exists (select 1 from public.sync_runs r where r.org_id = p_org and r.connection_id = p_connection and r.kind = 'backfill') then
    return 0;
  end if;
  while v_end > v_first loop
    v_from := greatest(v_end - p_chunk_days, v_first);
    insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to)
    values (p_org, p_connection, 'backfill', v_from::text, v_from, v_end)
    on conflict (org_id, connection_id, kind, run_key) do nothing;
    v_count := v_count + 1;
    v_end := v_from;
  end loop;
  update public.connections c set next_run_at = private.next_slot(c.id, c.sync_interval_minutes, now())
  where c.org_id = p_org and c.id = p_connection;
  return v_count;
end
$$;

-- A request for "sync now" becomes a run, once.
create function private.worker_plan_sync_now(p_org uuid, p_request uuid, p_connection uuid) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run uuid;
begin
  insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to)
  select p_org, p_connection, 'sync_now', p_request::text, private.sync_window_from(c.settled_day), (now() at time zone 'utc')::date + 1
  from public.connections c where c.org_id = p_org and c.id = p_connection
  on conflict (org_id, connection_id, kind, run_key) do nothing;
  select r.id into v_run from public.sync_runs r
  where r.org_id = p_org and r.connection_id = p_connection and r.kind = 'sync_now' and r.run_key = p_request::text;
  return v_run;
end
$$;

insert into private.granted (statement) values
  ('grant select (org_id, id, connection_id, kind, run_key, window_from, window_to, state, code, attempts, failures, not_before, worker, calls, '
   'rows_written, notes, planned_at, started_at, finished_at) on public.sync_runs to authenticated'),
  ('grant execute on function private.worker_plan_due(integer), private.worker_due_runs(integer), '
   'private.worker_claim_run(uuid, text, integer), private.worker_renew_lease(uuid, uuid, bigint, integer), '
   'private.worker_hold_fence(uuid, uuid, bigint), '
   'private.worker_finish_run(uuid, uuid, bigint, text, text, timestamptz, integer, integer, text[], boolean), '
   'private.worker_plan_backfill(uuid, uuid, integer, integer), private.worker_plan_sync_now(uuid, uuid, uuid) to keymeter_worker');

select private.apply_privileges();
