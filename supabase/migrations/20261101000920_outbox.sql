-- From an event to a mail that was taken: one row a recipient, one sender a row, a key that never changes.

-- One row a recipient: owners and admins whose address is confirmed.
create function private.worker_enqueue_messages(p_org uuid, p_event uuid, p_template text, p_facts text, p_only_user uuid) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into public.messages (org_id, event_id, template, recipient, idempotency_key, facts)
  select p_org, p_event, p_template, lower(u.email), 'alert/' || p_event::text || '/' || p_template || '/' || lower(u.email), p_facts::jsonb
  from public.memberships m join auth.users u on u.id = m.user_id
  where m.org_id = p_org and m.role in ('owner', 'admin') and u.email is not null and u.email_confirmed_at is not null
    and (p_only_user is null or m.user_id = p_only_user)
  on conflict (org_id, event_id, template, channel, recipient) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

create function private.worker_due_messages(p_limit integer)
returns table (org_id uuid, message_id uuid)
language sql volatile security definer set search_path = '' as $$
  with due as (
    select m.org_id, m.id from public.messages m
    where m.next_attempt_at <= now()
      and ((m.state in ('pending', 'failed') and (m.enqueued_at is null or m.enqueued_at < now() - interval '2 minutes'))
        or (m.state = 'sending' and m.lease_until < now() and (m.enqueued_at is null or m.enqueued_at < now() - interval '10 seconds')))
    order by m.next_attempt_at limit p_limit for update skip locked
  )
  update public.messages m set enqueued_at = now() from due d
  where m.org_id = d.org_id and m.id = d.id returning m.org_id, m.id
$$;

-- One sender a message, by the database's clock. A try that was never reported back may have been taken.
create function private.worker_claim_message(p_message uuid, p_lease_seconds integer)
returns table (org_id uuid, id uuid, event_id uuid, template text, recipient text, facts jsonb, attempts integer, code text,
  first_attempt_at timestamptz, first_unanswered_at timestamptz, database_now timestamptz, checkpoint_note text)
language sql volatile security definer set search_path = '' as $$
  update public.messages m
  set state = 'sending', attempts = m.attempts + 1, first_attempt_at = coalesce(m.first_attempt_at, now()), tried_at = now(),
      first_unanswered_at = coalesce(m.first_unanswered_at, case m.state when 'sending' then m.tried_at end),
      checkpoint_note = case m.attempts when 0 then (
        select c.note from audit.checkpoints c where c.org_id = m.org_id order by c.seq desc limit 1) else m.checkpoint_note end,
      lease_until = now() + make_interval(secs => p_lease_seconds)
  where m.id = p_message and m.next_attempt_at <= now()
    and (m.state in ('pending', 'failed') or (m.state = 'sending' and m.lease_until < now()))
  returning m.org_id, m.id, m.event_id, m.template, m.recipient, m.facts, m.attempts, m.code, m.first_attempt_at, m.first_unanswered_at, now(),
    m.checkpoint_note
$$;

-- The number of the try is its fence: a sender that was overtaken changes nothing, unless it knows that the mail is out.
create function private.worker_finish_message(
  p_org uuid, p_message uuid, p_attempt integer, p_state text, p_code text, p_next_attempt_at timestamptz, p_first_unanswered_at timestamptz,
  p_provider_id text
) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_state not in ('sent', 'failed', 'uncertain', 'dead') then
    perform private.refuse('invalid_input');
  end if;
  update public.messages m
  set state = p_state, code = p_code, lease_until = null, enqueued_at = null, next_attempt_at = coalesce(p_next_attempt_at, m.next_attempt_at),
      first_unanswered_at = p_first_unanswered_at, provider_message_id = coalesce(p_provider_id, m.provider_message_id),
      sent_at = case p_state when 'sent' then now() end
  where m.org_id = p_org and m.id = p_message
    and case p_state when 'sent' then m.state <> 'sent' else m.state = 'sending' and m.attempts = p_attempt end;
  return found;
end
$$;

insert into private.granted (statement) values
  ('grant execute on function private.worker_enqueue_messages(uuid, uuid, text, text, uuid), private.worker_due_messages(integer), '
   'private.worker_claim_message(uuid, integer), '
   'private.worker_finish_message(uuid, uuid, integer, text, text, timestamptz, timestamptz, text) to keymeter_worker');

select private.apply_privileges();
