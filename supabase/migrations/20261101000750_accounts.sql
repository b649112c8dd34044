create function private.lock_accounts(p_org uuid) returns void
language sql volatile security definer set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended('keymeter.account.' || p_org::text, 0))
$$;

-- Which of the provider's organisations is behind this key? Serialised per organisation of ours, so that two keys
-- verified at once cannot both become the first.
create function private.worker_settle_account(
  p_org uuid, p_connection uuid, p_provider text, p_ref text, p_name text, p_project_refs text[]
) returns table (account_id uuid, verdict text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current uuid;
  v_current_ref text;
  v_account uuid;
begin
  -- the connection first, as everywhere: two transactions that lock in different orders would wait for each other
  perform 1 from public.connections c where c.org_id = p_org and c.id = p_connection for update;
  perform private.lock_accounts(p_org);
  select c.provider_account_id, a.provider_org_ref into v_current, v_current_ref
  from public.connections c left join public.provider_accounts a on a.org_id = c.org_id and a.id = c.provider_account_id
  where c.org_id = p_org and c.id = p_connection;
  if p_ref is not null then
    select a.id into v_account from public.provider_accounts a
    where a.org_id = p_org and a.provider = p_provider
      and (a.provider_org_ref = p_ref or (a.provider_org_ref is null and a.id is distinct from v_current and a.project_refs && coalesce(p_project_refs, '{}')))
    order by a.provider_org_ref nulls last, a.created_at limit 1;
  else
    select a.id into v_account from public.provider_accounts a
    where a.org_id = p_org and a.provider = p_provider and a.project_refs && coalesce(p_project_refs, '{}')
    order by a.created_at limit 1;
  end if;
  if v_account <> v_current and v_current_ref is null
     and not exists (select 1 from public.connections c where c.org_id = p_org and c.provider_account_id = v_account and c.status <> 'purged')
     and not exists (select 1 from metering.slices s where s.org_id = p_org and s.account_id = v_current) then
    -- Connected again, and recognised only now: nothing was counted under the unnamed account, so the history goes on.
    update public.connections c set provider_account_id = v_account where c.org_id = p_org and c.provider_account_id = v_current;
    insert into metering.coverage (org_id, account_id, surface, day, read_at, closed)
    select v.org_id, v_account, v.surface, v.day, v.read_at, v.closed from metering.coverage v where v.org_id = p_org and v.account_id = v_current
    on conflict do nothing;
    delete from public.provider_accounts a where a.org_id = p_org and a.id = v_current;
    v_current := v_account;
  end if;
  if v_current is not null and (
       (v_account is not null and v_account <> v_current) or (v_current_ref is not null and p_ref is not null and v_current_ref <> p_ref)) then
    -- The unnamed account turned out to be one that is known, or the new key is of another organisation.
    return query select v_account, case when v_current_ref is null then 'organization_already_connected' else 'different_organization' end;
    return;
  end if;
  v_account := coalesce(v_current, v_account);
  if v_account is not null and exists (
       select 1 from public.connections c where c.org_id = p_org and c.provider_account_id = v_account
       and c.id <> p_connection and c.status <> 'purged') then
    return query select v_account, 'organization_already_connected'::text;
    return;
  end if;
  if v_account is null then
    insert into public.provider_accounts (org_id, provider, provider_org_ref, name, project_refs)
    values (p_org, p_provider, p_ref, left(p_name, 200), coalesce(p_project_refs, '{}')) returning id into v_account;
  else
    update public.provider_accounts a set provider_org_ref = coalesce(a.provider_org_ref, p_ref), name = coalesce(left(p_name, 200), a.name),
      project_refs = (select coalesce(array_agg(distinct x), '{}') from unnest(a.project_refs || coalesce(p_project_refs, '{}')) x)
    where a.org_id = p_org and a.id = v_account;
  end if;
  update public.connections c set provider_account_id = v_account where c.org_id = p_org and c.id = p_connection;
  return query select v_account, 'ok'::text;
end
$$;

insert into private.granted (statement) values
  ('grant execute on function private.worker_settle_account(uuid, uuid, text, text, text, text[]) to keymeter_worker');

select private.apply_privileges();
