-- What the worker looks after by the clock: sources that fell silent, and heads of chains that are to be signed.

-- Sources that nobody has heard from, or of which something was told that may be over, for the rules that time drives.
-- The next ones after (p_after_org, p_after); p_only_org and p_only look at one again, under the evaluation's lock. The id
-- alone names nothing: a browser makes it, so two organisations can have the same.
create function private.worker_sources(p_limit integer, p_after_org uuid, p_after uuid, p_only_org uuid, p_only uuid)
returns table (org_id uuid, connection_id uuid, label text, provider text, status text, status_code text, interval_minutes integer,
  last_success_at timestamptz, key_set_at timestamptz, resumed_at timestamptz, silenced boolean, episode integer, episode_alerted boolean,
  episode_unknown_since timestamptz, episode_ended boolean, database_now timestamptz)
language sql stable security definer set search_path = '' as $$
  select c.org_id, c.id, c.label, c.provider, c.status, c.status_code, c.sync_interval_minutes, c.last_success_at, c.key_set_at, c.resumed_at,
    c.paused or c.status = 'purged', e.episode, e.alerted, e.unknown_since, e.ended, now()
  from public.connections c
  left join lateral (
    select v.episode, bool_or(v.threshold = 'blind:alert') as alerted, min((v.facts ->> 'unknown_since')::timestamptz) as unknown_since,
      bool_and(v.state <> 'open') as ended
    from public.alert_events v where v.org_id = c.org_id and v.connection_id = c.id and v.kind = 'connection'
    group by v.episode order by v.episode desc limit 1
  ) e on true
  where c.key_set_at is not null and (p_after is null or (c.org_id, c.id) > (p_after_org, p_after))
    and (p_only is null or (c.org_id = p_only_org and c.id = p_only))
    and (not e.ended or (not c.paused and (c.status = 'needs_attention'
      or (c.status = 'active' and coalesce(c.last_success_at, c.key_set_at) < now() - make_interval(mins => 2 * c.sync_interval_minutes)))))
  order by c.org_id, c.id limit p_limit
$$;

-- Checkpoints: heads that are not what was signed last, in either direction: one that went back was cut off.
create function private.worker_heads_to_sign(p_org uuid, p_after uuid, p_limit integer)
returns table (org_id uuid, seq bigint, head bytea, signed_seq bigint, signed_head bytea, signed_note text, database_now timestamptz)
language sql stable security definer set search_path = '' as $$
  select h.org_id, h.seq, h.hash, coalesce(c.seq, 0), c.head, c.note, now()
  from audit.heads h
  left join lateral (select x.seq, x.head, x.note from audit.checkpoints x where x.org_id = h.org_id order by x.seq desc limit 1) c on true
  where (h.seq <> coalesce(c.seq, 0) or h.hash <> c.head) and (p_org is null or h.org_id = p_org) and (p_after is null or h.org_id > p_after)
  order by h.org_id limit p_limit
$$;
-- The chain's entries after the last signed one, so that the signer can see for itself that the head extends it.
create function private.worker_chain_since(p_org uuid, p_after bigint, p_limit integer)
returns table (seq bigint, prev bytea, body text, hash bytea)
language sql stable security definer set search_path = '' as $$
  select e.seq, e.prev, e.body, e.hash from audit.entries e where e.org_id = p_org and e.seq > p_after order by e.seq limit p_limit
$$;
create function private.worker_record_checkpoint(p_org uuid, p_seq bigint, p_head bytea, p_note text) returns void
language sql volatile security definer set search_path = '' as $$
  insert into audit.checkpoints (org_id, seq, head, note)
  select p_org, p_seq, p_head, p_note from audit.entries e where e.org_id = p_org and e.seq = p_seq and e.hash = p_head
  on conflict (org_id, seq) do nothing
$$;

insert into private.granted (statement) values
  ('grant execute on function private.worker_sources(integer, uuid, uuid, uuid, uuid), '
   'private.worker_heads_to_sign(uuid, uuid, integer), private.worker_chain_since(uuid, bigint, integer), '
   'private.worker_record_checkpoint(uuid, bigint, bytea, text) to keymeter_worker');

select private.apply_privileges();
