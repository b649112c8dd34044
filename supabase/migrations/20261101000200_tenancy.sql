-- Organisations and who belongs to them. Roles live in memberships and nowhere else: never in a profile, a user's
-- metadata or a token's claim, so that a removed member is out at the very next request.

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 80 and name !~ '[[:cntrl:]]'),
  created_at timestamptz not null default now()
);

create table public.memberships (
  org_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
create index memberships_user_id on public.memberships (user_id, org_id);

-- Salts for key derivation, one an organisation. Apart from organizations so that no API role can read them.
create table custody.salts (
  org_id uuid primary key references public.organizations (id) on delete cascade,
  kdf_salt bytea not null check (octet_length(kdf_salt) = 32)
);

create function private.my_orgs() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.org_id from public.memberships m where m.user_id = (select auth.uid())
$$;

-- owner > admin > viewer
create function private.has_role(p_org uuid, p_role text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select 1 from public.memberships m
    where m.org_id = p_org and m.user_id = (select auth.uid())
      and case p_role
            when 'viewer' then true
            when 'admin' then m.role in ('owner', 'admin')
            when 'owner' then m.role = 'owner'
            else false
          end
  )
$$;

create function private.my_admin_orgs() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.org_id from public.memberships m where m.user_id = (select auth.uid()) and m.role in ('owner', 'admin')
$$;

-- An organisation that is not the caller's and one that does not exist give the same answer.
create function private.require_role(p_org uuid, p_role text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_role(p_org, 'viewer') then
    perform private.refuse('not_found');
  elsif not private.has_role(p_org, p_role) then
    perform private.refuse('forbidden');
  end if;
end
$$;

alter table public.organizations enable row level security;
alter table public.organizations force row level security;
alter table public.memberships enable row level security;
alter table public.memberships force row level security;
alter table custody.salts enable row level security;
alter table custody.salts force row level security;

create policy members_read on public.organizations for select to authenticated
  using (id in (select private.my_orgs()));
create policy admins_rename on public.organizations for update to authenticated
  using (id in (select private.my_admin_orgs())) with check (id in (select private.my_admin_orgs()));
create policy members_read on public.memberships for select to authenticated
  using (org_id in (select private.my_orgs()));
create policy closed on custody.salts for select to authenticated using (false);

-- 32 bytes from the server's strong random source; gen_random_bytes would need an extension.
create function private.random_salt() returns bytea
language sql volatile set search_path = '' as $$
  select sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8'))
$$;

insert into private.granted (statement) values
  ('grant select (id, name, created_at), update (name) on public.organizations to authenticated'),
  ('grant select (org_id, user_id, role, created_at) on public.memberships to authenticated'),
  ('grant execute on function private.my_orgs(), private.my_admin_orgs(), private.has_role(uuid, text) to authenticated');

select private.apply_privileges();
