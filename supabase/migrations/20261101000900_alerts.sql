-- Budgets, what was raised, and the outbox. Decisions are made by the program from plain data; what is unique here is
-- what keeps an alert from coming twice.

create table public.budgets (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null check (length(name) between 1 and 80 and name !~ '[[:cntrl:]]'),
  scope_kind text not null default 'organization' check (scope_kind in ('organization', 'provider', 'connection', 'project', 'model', 'api_key')),
  scope_ref text not null default '' check (length(scope_ref) <= 200 and scope_ref !~ '[[:cntrl:]]'),
  period text not null default 'month' check (period in ('day', 'week', 'month', 'quarter')),
  zone text not null default 'UTC' check (length(zone) between 1 and 64),
  amount numeric(38, 12) not null check (amount >= 0 and amount < 1e12),
  currency text not null default 'USD' check (currency = 'USD'),
  -- `actual:bp:8000` = 80 % of the budget; the same text identifies the alert
  thresholds text[] not null default '{actual:bp:5000,actual:bp:8000,actual:bp:10000}'
    -- joined by a comma and counted again: an element that holds a comma is several of them
    check (cardinality(thresholds) between 1 and 10 and array_position(thresholds, null) is null
      and array_to_string(thresholds, ',') ~ '^actual:(bp:[1-9][0-9]{0,5}|usd:[0-9]{1,12}([.][0-9]{1,12})?)(,actual:(bp:[1-9][0-9]{0,5}|usd:[0-9]{1,12}([.][0-9]{1,12})?)){0,9}$'
      and cardinality(thresholds) = cardinality(string_to_array(array_to_string(thresholds, ','), ','))),
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  -- A period that had ended by then was never under these settings, so it is not judged by them.
  settings_changed_at timestamptz not null default now(),
  primary key (org_id, id),
  check ((scope_kind = 'organization') = (scope_ref = ''))
);

create table public.alert_events (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- the budget's or connection's id, or 'test'
  rule text not null,
  scope text not null,
  period_start timestamptz not null,
  threshold text not null,
  kind text not null check (kind in ('budget', 'connection', 'test')),
  episode integer not null default 0,
  state text not null default 'open' check (state in ('open', 'resolved', 'cleared')),
  -- false for a lower threshold that a jump only marked passed
  message boolean not null,
  on_connect boolean not null default false,
  budget_id uuid,
  connection_id uuid,
  amount numeric(38, 12),
  budget_amount numeric(38, 12),
  -- what the last evaluation saw while it was open: "restated from" names it
  seen_amount numeric(38, 12),
  currency text,
  -- what the mail and the page say, as it was then; amounts as text
  facts jsonb not null default '{}',
  raised_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (org_id, id),
  unique (org_id, rule, scope, period_start, threshold, kind, episode)
);
create index alert_events_recent on public.alert_events (org_id, raised_at desc);
create index alert_events_budget on public.alert_events (org_id, budget_id, period_start);
create index alert_events_connection on public.alert_events (org_id, connection_id, episode desc) where connection_id is not null;

create table public.messages (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  event_id uuid not null,
  template text not null check (template ~ '^[a-z_]{1,40}$'),
  channel text not null default 'email' check (channel = 'email'),
  recipient text not null check (length(recipient) between 3 and 320 and recipient !~ '[[:cntrl:]]'),
  -- alert/<event id>/<template>/<recipient>, shortened where it is sent; never changes, so a retry cannot become a second mail
  idempotency_key text not null,
  -- the mail's finished texts, as they were then: every try sends the same bytes
  facts jsonb not null default '{}',
  -- the newest checkpoint when it was first tried; kept, or a repeated try would differ from the first
  checkpoint_note text,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'failed', 'uncertain', 'dead')),
  code text check (code ~ '^[a-z_]{1,60}$'),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  enqueued_at timestamptz,
  lease_until timestamptz,
  first_attempt_at timestamptz,
  tried_at timestamptz,
  -- The first try that may have been taken without our knowing. The mail service forgets a key after 24 hours, so from
  -- then on a repeat could be a second mail.
  first_unanswered_at timestamptz,
  provider_message_id text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  primary key (org_id, id),
  unique (org_id, event_id, template, channel, recipient),
  foreign key (org_id, event_id) references public.alert_events (org_id, id) on delete cascade
);
create index messages_id on public.messages (id);
create index messages_due on public.messages (next_attempt_at) where state in ('pending', 'sending', 'failed');

alter table public.budgets enable row level security;
alter table public.budgets force row level security;
alter table public.alert_events enable row level security;
alter table public.alert_events force row level security;
alter table public.messages enable row level security;
alter table public.messages force row level security;

create policy members_read on public.budgets for select to authenticated using (org_id in (select private.my_orgs()));
create policy admins_insert on public.budgets for insert to authenticated with check (org_id in (select private.my_admin_orgs()));
create policy admins_change on public.budgets for update to authenticated
  using (org_id in (select private.my_admin_orgs())) with check (org_id in (select private.my_admin_orgs()));
create policy admins_delete on public.budgets for delete to authenticated using (org_id in (select private.my_admin_orgs()));
create policy members_read on public.alert_events for select to authenticated using (org_id in (select private.my_orgs()));
create policy members_read on public.messages for select to authenticated using (org_id in (select private.my_orgs()));

create trigger audit after insert or update or delete on public.budgets
  for each row execute function private.audit_mutation('budget', 'org_id,id,created_by,created_at,settings_changed_at');

create function private.on_budget_settings() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (new.amount, new.thresholds, new.period, new.zone) is distinct from (old.amount, old.thresholds, old.period, old.zone) then
    new.settings_changed_at := now();
  end if;
  return new;
end
$$;
create trigger settings before update on public.budgets for each row execute function private.on_budget_settings();

-- A budget that was made or changed is looked at soon, not at the next sync; nothing is decided in the request.
create table public.evaluations (
  org_id uuid primary key references public.organizations (id) on delete cascade,
  wanted_at timestamptz not null default now(),
  enqueued_at timestamptz
);
alter table public.evaluations enable row level security;
alter table public.evaluations force row level security;
create policy closed on public.evaluations for select to authenticated using (false);

create function private.on_budget_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' and (select count(*) from public.budgets b where b.org_id = new.org_id) > 200 then
    perform private.refuse('too_many_budgets');
  end if;
  -- The names that only the server's own files know mean nothing to a browser.
  if new.zone ~ '^(posix|right)/|^(localtime|posixrules|Factory)$'
     or not exists (select 1 from pg_catalog.pg_timezone_names z where z.name = new.zone) then
    perform private.refuse('unknown_zone');
  end if;
  insert into public.evaluations as e (org_id) values (new.org_id)
  on conflict (org_id) do update set wanted_at = now(), enqueued_at = null;
  return null;
end
$$;
create trigger evaluate after insert or update on public.budgets for each row execute function private.on_budget_change();

-- What was said stays; nothing of a budget that is gone stays open.
create function private.on_budget_delete() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- An evaluation under way may be about to raise one: it ends first.
  perform private.worker_lock_evaluation(old.org_id);
  update public.alert_events e set state = 'cleared', ended_at = now(), facts = e.facts || '{"ended_by": "deleted"}'
  where e.org_id = old.org_id and e.budget_id = old.id and e.state = 'open';
  return null;
end
$$;
create trigger forget after delete on public.budgets for each row execute function private.on_budget_delete();

-- Billed spend of one scope in [p_from, p_to); null when nothing was ever read for it: unknown is not zero.
create function private.billed_spend(p_org uuid, p_scope_kind text, p_scope_ref text, p_from date, p_to date, p_currency text) returns numeric
language sql stable security definer set search_path = '' as $$
  with accounts as (
    select a.id from public.provider_accounts a
    where a.org_id = p_org
      and (p_scope_kind <> 'provider' or a.provider = p_scope_ref)
      and (p_scope_kind <> 'connection' or a.id in (
        select c.provider_account_id from public.connections c where c.org_id = p_org and c.id::text = p_scope_ref))
  )
  select case when exists (
      select 1 from metering.coverage v where v.org_id = p_org and v.surface = 'cost' and v.day >= p_from and v.day < p_to
      and v.account_id in (select id from accounts))
    then coalesce((
      select sum(r.amount) from metering.daily_spend r
      join metering.slices s on s.org_id = r.org_id and s.id = r.slice_id
      where r.org_id = p_org and r.day >= p_from and r.day < p_to and r.kind = 'billed' and r.currency = p_currency
        and s.account_id in (select id from accounts)
        and (p_scope_kind <> 'project' or s.project_ref = p_scope_ref)
        and (p_scope_kind <> 'model' or s.model = p_scope_ref)
        and (p_scope_kind <> 'api_key' or s.api_key_ref = p_scope_ref)), 0)
  end
$$;

create function private.worker_budgets(p_org uuid)
returns table (id uuid, name text, scope_kind text, scope_ref text, period text, zone text, amount text, currency text, thresholds text[],
  settings_changed_at timestamptz, database_now timestamptz)
language sql stable security definer set search_path = '' as $$
  select b.id, b.name, b.scope_kind, b.scope_ref, b.period, b.zone, trim_scale(b.amount)::text, b.currency, b.thresholds, b.settings_changed_at, now()
  from public.budgets b where b.org_id = p_org order by b.created_at, b.id
$$;

-- One evaluator an organisation at a time: who comes second sees what the first one raised.
create function private.worker_lock_evaluation(p_org uuid) returns void
language sql volatile security definer set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended('keymeter.evaluate.' || p_org::text, 0))
$$;

-- loading: days of the period are still on their way. held: alerts wait for them, but not for ever: a first load that is
-- stuck must not silence what is known already. first_loaded_at: when the newest first load of these days was planned.
create function private.worker_budget_state(p_org uuid, p_budget uuid, p_from date, p_to date)
returns table (billed text, loading boolean, held boolean, first_loaded_at timestamptz, data_through timestamptz)
language sql stable security definer set search_path = '' as $$
  with b as (select * from public.budgets x where x.org_id = p_org and x.id = p_budget),
  sources as (
    select c.* from public.connections c, b
    where c.org_id = p_org and c.status <> 'purged' and c.provider_account_id is not null
      and (b.scope_kind <> 'provider' or c.provider = b.scope_ref) and (b.scope_kind <> 'connection' or c.id::text = b.scope_ref)
  ),
  loads as (
    select r.state in ('queued', 'running') as unfinished, r.planned_at, s.status = 'active' and not s.paused as moving
    from public.sync_runs r join sources s on s.id = r.connection_id
    where r.org_id = p_org and r.kind = 'backfill' and r.window_to > p_from and r.window_from < p_to
  )
  select trim_scale(private.billed_spend(p_org, b.scope_kind, b.scope_ref, p_from, p_to, b.currency))::text,
    exists (select 1 from loads l where l.unfinished),
    exists (select 1 from loads l where l.unfinished and l.moving and l.planned_at > now() - interval '6 hours'),
    (select max(l.planned_at) from loads l),
    (select min(s.data_through) from sources s)
  from b
$$;

-- What a mail about a budget says beside the amounts; asked for only when there is something to say.
create function private.worker_budget_context(p_org uuid, p_budget uuid, p_from date, p_to date)
returns table (organization text, scope_name text, scope_provider text, providers text[], data_through timestamptz, estimated text, blind jsonb,
  contributors jsonb)
language sql stable security definer set search_path = '' as $$
  with b as (select * from public.budgets x where x.org_id = p_org and x.id = p_budget),
  accounts as (
    select a.id, a.provider from public.provider_accounts a, b
    where a.org_id = p_org and (b.scope_kind <> 'provider' or a.provider = b.scope_ref)
      and (b.scope_kind <> 'connection' or a.id in (
        select c.provider_account_id from public.connections c where c.org_id = p_org and c.id::text = b.scope_ref))
  ),
  sources as (
    select c.*, c.paused or c.status = 'needs_attention'
        or coalesce(c.last_success_at, c.key_set_at) < now() - make_interval(mins => 2 * c.sync_interval_minutes) as blind
    from public.connections c, b
    where c.org_id = p_org and c.status <> 'purged' and c.key_set_at is not null
      and (b.scope_kind <> 'provider' or c.provider = b.scope_ref) and (b.scope_kind <> 'connection' or c.id::text = b.scope_ref)
  ),
  covered as (
    select v.account_id, v.day, v.read_at from metering.coverage v
    where v.org_id = p_org and v.surface = 'cost' and v.day >= p_from and v.day < p_to and v.account_id in (select x.id from accounts x)
  ),
  spend as (
    select r.day, r.kind, r.amount, s.account_id, s.project_ref, s.model
    from b
    join metering.daily_spend r on r.org_id = p_org and r.day >= p_from and r.day < p_to and r.currency = b.currency
    join metering.slices s on s.org_id = r.org_id and s.id = r.slice_id and s.account_id in (select x.id from accounts x)
      and (b.scope_kind <> 'project' or s.project_ref = b.scope_ref)
      and (b.scope_kind <> 'model' or s.model = b.scope_ref)
      and (b.scope_kind <> 'api_key' or s.api_key_ref = b.scope_ref)
  ),
  named as (
    select n.name, x.provider from b join metering.names n on n.org_id = p_org and n.kind = b.scope_kind and n.ref = b.scope_ref
    join accounts x on x.id = n.account_id order by n.seen_at desc limit 1
  ),
  parts as (
    -- a budget on one model is split by project, every other one by model
    select case when b.scope_kind = 'model' then coalesce(n.name, nullif(w.project_ref, ''), 'no project')
                else coalesce(nullif(w.model, ''), 'not tied to a model') end as name, sum(w.amount) as amount
    from b, spend w
    left join metering.names n on n.org_id = p_org and n.account_id = w.account_id and n.kind = 'project' and n.ref = w.project_ref
    where w.kind = 'billed' group by 1
  )
  select o.name,
    case b.scope_kind when 'connection' then (select c.label from public.connections c where c.org_id = p_org and c.id::text = b.scope_ref)
      else coalesce((select n.name from named n), nullif(b.scope_ref, '')) end,
    case b.scope_kind when 'provider' then b.scope_ref
      when 'connection' then (select c.provider from public.connections c where c.org_id = p_org and c.id::text = b.scope_ref)
      else (select n.provider from named n) end,
    (select coalesce(array_agg(distinct x.provider), '{}') from accounts x where x.id in (select v.account_id from covered v)),
    coalesce((select min(s.data_through) from sources s where not s.blind), (select min(s.data_through) from sources s),
      (select max(v.read_at) from covered v)),
    (select trim_scale(sum(w.amount))::text from spend w where w.kind = 'estimated'
      and not exists (select 1 from covered v where v.account_id = w.account_id and v.day = w.day)),
    (select coalesce(jsonb_agg(jsonb_build_object('label', s.label, 'provider', s.provider, 'since', coalesce(s.data_through, s.last_success_at, s.key_set_at))
        order by s.label, s.id), '[]') from sources s where s.blind),
    (select coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'amount', trim_scale(t.amount)::text) order by t.amount desc, t.name), '[]')
     from (select p.name, p.amount from parts p where p.amount > 0 order by p.amount desc, p.name limit 500) t)
  from b join public.organizations o on o.id = p_org
$$;

create function private.worker_budget_events(p_org uuid, p_budget uuid, p_period_start timestamptz)
returns table (id uuid, threshold text, episode integer, state text, message boolean, raised_at timestamptz, amount text, budget_amount text, seen_amount text)
language sql stable security definer set search_path = '' as $$
  select e.id, e.threshold, e.episode, e.state, e.message, e.raised_at, trim_scale(e.amount)::text, trim_scale(e.budget_amount)::text,
    trim_scale(e.seen_amount)::text
  from public.alert_events e
  where e.org_id = p_org and e.kind = 'budget' and e.budget_id = p_budget and e.period_start = p_period_start
$$;

create function private.worker_note_spend(p_org uuid, p_budget uuid, p_period_start timestamptz, p_amount numeric) returns void
language sql volatile security definer set search_path = '' as $$
  update public.alert_events e set seen_amount = p_amount
  where e.org_id = p_org and e.kind = 'budget' and e.budget_id = p_budget and e.period_start = p_period_start and e.state = 'open'
    and e.seen_amount is distinct from p_amount
$$;

-- Insert or nothing: the id when this call raised it, null when it had been raised before.
create function private.worker_raise(
  p_org uuid, p_rule text, p_scope text, p_period_start timestamptz, p_threshold text, p_kind text, p_episode integer, p_message boolean,
  p_on_connect boolean, p_budget uuid, p_connection uuid, p_amount numeric, p_budget_amount numeric, p_currency text, p_facts text
) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into public.alert_events (org_id, rule, scope, period_start, threshold, kind, episode, message, on_connect, budget_id, connection_id,
    amount, budget_amount, currency, facts)
  values (p_org, p_rule, p_scope, p_period_start, p_threshold, p_kind, p_episode, p_message, p_on_connect, p_budget, p_connection,
    p_amount, p_budget_amount, p_currency, p_facts::jsonb)
  on conflict (org_id, rule, scope, period_start, threshold, kind, episode) do nothing
  returning id
$$;

-- What ended it is added to what was said when it was raised.
create function private.worker_end_event(p_org uuid, p_event uuid, p_state text, p_facts text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.alert_events e set state = p_state, ended_at = now(), facts = e.facts || p_facts::jsonb
  where e.org_id = p_org and e.id = p_event and e.state = 'open' and p_state in ('resolved', 'cleared');
  return found;
end
$$;

-- Open events of a connection, for recovery notices.
create function private.worker_open_connection_events(p_org uuid, p_connection uuid)
returns table (id uuid, threshold text, episode integer, message boolean, raised_at timestamptz, unknown_since timestamptz)
language sql stable security definer set search_path = '' as $$
  select e.id, e.threshold, e.episode, e.message, e.raised_at, (e.facts ->> 'unknown_since')::timestamptz from public.alert_events e
  where e.org_id = p_org and e.kind = 'connection' and e.connection_id = p_connection and e.state = 'open' order by e.raised_at, e.threshold
$$;

create function private.worker_next_episode(p_org uuid, p_rule text, p_kind text) returns integer
language sql stable security definer set search_path = '' as $$
  select coalesce(max(e.episode) + 1, 0) from public.alert_events e where e.org_id = p_org and e.rule = p_rule and e.kind = p_kind
$$;

-- What a mail about a source says: names, from when on nothing is known of it, and which budgets cover it.
create function private.worker_connection_context(p_org uuid, p_connection uuid)
returns table (organization text, label text, provider text, known_until timestamptz, budgets text[])
language sql stable security definer set search_path = '' as $$
  select o.name, c.label, c.provider, coalesce(c.last_success_at, c.key_set_at, c.created_at),
    (select coalesce(array_agg(b.name order by b.created_at, b.id), '{}') from public.budgets b
     where b.org_id = p_org and (b.scope_kind not in ('provider', 'connection')
       or (b.scope_kind = 'provider' and b.scope_ref = c.provider) or (b.scope_kind = 'connection' and b.scope_ref = c.id::text)))
  from public.connections c join public.organizations o on o.id = c.org_id
  where c.org_id = p_org and c.id = p_connection
$$;

create function private.worker_recipient(p_org uuid, p_user uuid) returns table (organization text, email text, database_now timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.name, lower(u.email), now() from public.memberships m
  join public.organizations o on o.id = m.org_id join auth.users u on u.id = m.user_id
  where m.org_id = p_org and m.user_id = p_user
$$;

create function private.worker_due_evaluations(p_limit integer) returns table (org_id uuid)
language sql volatile security definer set search_path = '' as $$
  with due as (
    select e.org_id from public.evaluations e where e.enqueued_at is null or e.enqueued_at < now() - interval '2 minutes'
    order by e.wanted_at limit p_limit for update skip locked
  )
  update public.evaluations e set enqueued_at = now() from due d where e.org_id = d.org_id returning e.org_id
$$;
-- Called in the evaluating transaction; a wish that came meanwhile stays.
create function private.worker_finish_evaluation(p_org uuid) returns void
language sql volatile security definer set search_path = '' as $$
  delete from public.evaluations e where e.org_id = p_org and e.wanted_at <= now()
$$;

insert into private.granted (statement) values
  ('grant select (org_id, id, name, scope_kind, scope_ref, period, zone, currency, thresholds, created_by, created_at), '
   'insert (org_id, id, name, scope_kind, scope_ref, period, zone, amount, thresholds), '
   'update (name, amount, thresholds, period, zone), delete on public.budgets to authenticated'),
  ('grant select (org_id, id, rule, scope, period_start, threshold, kind, episode, state, message, on_connect, budget_id, connection_id, currency, '
   'facts, raised_at, ended_at) on public.alert_events to authenticated'),
  ('grant select (org_id, id, event_id, template, channel, recipient, state, code, attempts, next_attempt_at, created_at, sent_at) '
   'on public.messages to authenticated'),
  ('grant execute on function private.worker_budgets(uuid), private.worker_lock_evaluation(uuid), '
   'private.worker_budget_state(uuid, uuid, date, date), private.worker_budget_context(uuid, uuid, date, date), '
   'private.worker_budget_events(uuid, uuid, timestamptz), private.worker_note_spend(uuid, uuid, timestamptz, numeric), '
   'private.worker_raise(uuid, text, text, timestamptz, text, text, integer, boolean, boolean, uuid, uuid, numeric, numeric, text, text), '
   'private.worker_end_event(uuid, uuid, text, text), private.worker_open_connection_events(uuid, uuid), private.worker_next_episode(uuid, text, text), '
   'private.worker_connection_context(uuid, uuid), private.worker_recipient(uuid, uuid), '
   'private.worker_due_evaluations(integer), private.worker_finish_evaluation(uuid) to keymeter_worker');

select private.apply_privileges();
