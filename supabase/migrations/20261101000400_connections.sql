-- A connection is one admin key of one provider. What was metered belongs to the provider's organisation behind it
-- (provider_accounts), so that two keys of one organisation never count twice and a reconnect keeps its history.

create table public.provider_accounts (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  provider text not null check (provider in ('openai', 'anthropic')),
  -- The provider's own id of the organisation; null while no answer has named it.
  provider_org_ref text check (length(provider_org_ref) between 1 and 200),
  name text check (length(name) <= 200),
  -- The last resort for telling two unnamed organisations apart.
  project_refs text[] not null default '{}',
  -- When the worker last asked for the names of projects and keys.
  names_read_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index provider_accounts_named on public.provider_accounts (org_id, provider, provider_org_ref)
  where provider_org_ref is not null;

create table public.connections (
  org_id uuid not null references public.organizations (id) on delete cascade,
  -- Made by the browser before it seals the key: the seal is bound to it.
  id uuid not null,
  provider text not null check (provider in ('openai', 'anthropic')),
  host text not null check (host ~ '^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$'),
  label text not null check (length(label) between 1 and 80 and label !~ '[[:cntrl:]]'),
  status text not null default 'verifying' check (status in ('verifying', 'active', 'needs_attention', 'purged')),
  -- Closed code behind the status, e.g. key_rejected; the page has a sentence for each.
  status_code text check (status_code ~ '^[a-z_]{1,60}$'),
  paused boolean not null default false,
  provider_account_id uuid,
  -- All that is ever shown of a key.
  key_prefix text check (length(key_prefix) <= 20),
  key_last_four text check (length(key_last_four) <= 4),
  key_fingerprint text check (key_fingerprint ~ '^[0-9a-f]{64}$'),
  key_set_at timestamptz,
  key_expires_at timestamptz,
  key_warnings text[] not null default '{}',
  sync_interval_minutes integer not null default 360 check (sync_interval_minutes in (60, 360)),
  next_run_at timestamptz,
  last_success_at timestamptz,
  -- Every day before this one is complete and old enough not to be read again by schedule.
  settled_day date,
  data_through timestamptz,
  -- Silence counts from here on, not over the time for which somebody had paused it.
  resumed_at timestamptz,
  failures integer not null default 0,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, provider_account_id) references public.provider_accounts (org_id, id)
);
create index connections_account on public.connections (org_id, provider_account_id);
create index connections_due on public.connections (next_run_at) where status = 'active' and not paused;
-- One live key with one fingerprint: the same key cannot be connected twice, whichever request is first.
create unique index connections_one_key on public.connections (org_id, key_fingerprint)
  where key_fingerprint is not null and status <> 'purged';

-- What a user asked for and the worker has to do. Written with the change it belongs to; the queue only hears of it.
create table public.work_requests (
  org_id uuid not null references public.organizations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('verify_key', 'replace_key', 'sync_now', 'test_alert')),
  connection_id uuid,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- While verifying: opening, asking_provider, naming, planning. Shown live.
  step text check (step ~ '^[a-z_]{1,40}$'),
  code text check (code ~ '^[a-z_]{1,60}$'),
  attempts integer not null default 0,
  -- Workers that took it and vanished.
  abandoned integer not null default 0,
  not_before timestamptz not null default now(),
  enqueued_at timestamptz,
  lease_until timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, connection_id) references public.connections (org_id, id) on delete cascade
);
create index work_requests_connection on public.work_requests (org_id, connection_id, created_at desc);
create index work_requests_open on public.work_requests (not_before) where state in ('waiting', 'running');

alter table public.provider_accounts enable row level security;
alter table public.provider_accounts force row level security;
alter table public.connections enable row level security;
alter table public.connections force row level security;
alter table public.work_requests enable row level security;
alter table public.work_requests force row level security;

create policy members_read on public.provider_accounts for select to authenticated
  using (org_id in (select private.my_orgs()));
create policy members_read on public.connections for select to authenticated
  using (org_id in (select private.my_orgs()));
create policy admins_change on public.connections for update to authenticated
  using (org_id in (select private.my_admin_orgs())) with check (org_id in (select private.my_admin_orgs()));
create policy members_read on public.work_requests for select to authenticated
  using (org_id in (select private.my_orgs()));

create trigger audit after insert or update on public.connections
  for each row execute function private.audit_mutation('connection',
    'key_fingerprint,next_run_at,last_success_at,settled_day,data_through,resumed_at,failures,created_at,org_id,id,created_by');

insert into private.granted (statement) values
  ('grant select (org_id, id, provider, provider_org_ref, name, created_at) on public.provider_accounts to authenticated'),
  ('grant select (org_id, id, provider, host, label, status, status_code, paused, provider_account_id, key_prefix, key_last_four, '
   'key_set_at, key_expires_at, key_warnings, sync_interval_minutes, next_run_at, last_success_at, settled_day, data_through, failures, '
   'created_by, created_at), update (label, paused, sync_interval_minutes) on public.connections to authenticated'),
  ('grant select (org_id, id, kind, connection_id, state, step, code, attempts, not_before, created_by, created_at, finished_at) '
   'on public.work_requests to authenticated');

select private.apply_privileges();
