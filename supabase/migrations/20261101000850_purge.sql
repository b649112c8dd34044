-- Takes the key away for good, and the data when asked. The fence of a running sync is broken by the status, so
-- nothing that is under way can write afterwards.
create function private.purge_connection(p_org uuid, p_connection uuid, p_with_data boolean, p_typed text, p_ip text, p_user_agent text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_connection public.connections;
  v_envelopes integer;
begin
  perform private.require_role(p_org, 'admin');
  select c.* into v_connection from public.connections c where c.org_id = p_org and c.id = p_connection and c.status <> 'purged' for update;
  if not found then
    perform private.refuse('not_found');
  elsif p_typed is distinct from v_connection.label then
    perform private.refuse('confirmation_differs');
  end if;
  delete from custody.envelopes e where e.org_id = p_org and e.connection_id = p_connection;
  get diagnostics v_envelopes = row_count;
  delete from custody.intake i where i.org_id = p_org and i.connection_id = p_connection;
  perform private.records_itself('connection');
  update public.connections c set status = 'purged', status_code = null, key_fingerprint = null, next_run_at = null
  where c.org_id = p_org and c.id = p_connection;
  update public.sync_runs r set state = 'dead', code = 'connection_purged', finished_at = now(), lease_until = null
  where r.org_id = p_org and r.connection_id = p_connection and r.state in ('queued', 'running');
  update public.work_requests r set state = 'failed', code = 'connection_purged', finished_at = now()
  where r.org_id = p_org and r.connection_id = p_connection and r.state in ('waiting', 'running');
  perform private.lock_accounts(p_org);
  if p_with_data and v_connection.provider_account_id is not null
     and not exists (select 1 from public.connections c where c.org_id = p_org and c.provider_account_id = v_connection.provider_account_id
                     and c.status <> 'purged') then
    update public.connections c set provider_account_id = null
    where c.org_id = p_org and c.provider_account_id = v_connection.provider_account_id;
    delete from public.provider_accounts a where a.org_id = p_org and a.id = v_connection.provider_account_id;
  end if;
  perform private.records_itself('');
  perform private.append_reported(p_org, 'key.purged', jsonb_build_object(
    'actor', (select auth.uid()), 'connection', p_connection, 'envelopes_destroyed', v_envelopes, 'with_data', p_with_data), p_ip, p_user_agent);
end
$$;
create function public.purge_connection(p_org uuid, p_connection uuid, p_with_data boolean, p_typed text, p_ip text, p_user_agent text) returns void
language sql volatile security invoker set search_path = ''
begin atomic
  select private.purge_connection(p_org, p_connection, p_with_data, p_typed, p_ip, p_user_agent);
end;

insert into private.granted (statement) values
  ('grant execute on function private.purge_connection(uuid, uuid, boolean, text, text, text), '
   'public.purge_connection(uuid, uuid, boolean, text, text, text) to authenticated');

select private.apply_privileges();
