-- What pages read. Money and 64-bit counters leave as text: one gateway writes numeric as a JSON number, another as a
-- string, and a JavaScript number would lose digits of either. Every list is cut by a key and a limit, because a gateway
-- may cut an answer at 1,000 rows without saying so. An organisation of which the caller is no member is not found.
-- Sums are made by number first and get their names afterwards: a rollup has many times more rows than slices.

-- Sums per day, provider, kind and currency; kinds and currencies are never added together.
create function private.spend_by_day(p_org uuid, p_from date, p_to date)
returns table (day date, provider text, kind text, currency text, amount text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  if (p_to - p_from between 0 and 124) is not true then
    perform private.refuse('range_too_long');
  end if;
  return query
    with by_account as materialized (
      select r.day as b_day, s.account_id as b_account, r.kind as b_kind, r.currency as b_currency, sum(r.amount) as b_amount
      from metering.daily_spend r
      join metering.slices s on s.org_id = r.org_id and s.id = r.slice_id
      where r.org_id = p_org and r.day >= p_from and r.day < p_to
      group by 1, 2, 3, 4
    )
    select b.b_day, a.provider, b.b_kind, b.b_currency, trim_scale(sum(b.b_amount))::text
    from by_account b
    join public.provider_accounts a on a.org_id = p_org and a.id = b.b_account
    group by b.b_day, a.provider, b.b_kind, b.b_currency
    order by b.b_day, a.provider, b.b_kind, b.b_currency limit 1000;
end
$$;
create function public.spend_by_day(p_org uuid, p_from date, p_to date)
returns table (day date, provider text, kind text, currency text, amount text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.spend_by_day(p_org, p_from, p_to);
end;

create function private.spend_totals(p_org uuid, p_from date, p_to date)
returns table (provider text, kind text, currency text, amount text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    with by_slice as materialized (
      select r.slice_id as b_slice, r.kind as b_kind, r.currency as b_currency, sum(r.amount) as b_amount
      from metering.daily_spend r
      where r.org_id = p_org and r.day >= p_from and r.day < p_to
      group by 1, 2, 3
    )
    select a.provider, b.b_kind, b.b_currency, trim_scale(sum(b.b_amount))::text
    from by_slice b
    join metering.slices s on s.org_id = p_org and s.id = b.b_slice
    join public.provider_accounts a on a.org_id = s.org_id and a.id = s.account_id
    group by a.provider, b.b_kind, b.b_currency order by a.provider, b.b_kind, b.b_currency;
end
$$;
create function public.spend_totals(p_org uuid, p_from date, p_to date)
returns table (provider text, kind text, currency text, amount text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.spend_totals(p_org, p_from, p_to);
end;

-- What cost most, with a span before for comparison. ref '' = the provider named none. The day under way has no
-- counterpart, so amount_comparable is the first part of the range that is as long as the span before.
create function private.spend_top(p_org uuid, p_by text, p_from date, p_to date, p_before_from date, p_before_to date, p_limit integer)
returns table (provider text, ref text, label text, currency text, amount text, amount_comparable text, amount_before text, share_bps integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  if coalesce(p_by, '') not in ('model', 'project', 'api_key') then
    perform private.refuse('invalid_input');
  end if;
  return query
    with by_slice as materialized (
      select r.slice_id as b_slice, r.currency as b_currency,
        sum(r.amount) filter (where r.day >= p_from and r.day < p_to) as b_now,
        sum(r.amount) filter (where r.day >= p_from and r.day < least(p_to, p_from + (p_before_to - p_before_from))) as b_comparable,
        sum(r.amount) filter (where r.day >= p_before_from and r.day < p_before_to) as b_before
      from metering.daily_spend r
      where r.org_id = p_org and r.kind = 'billed'
        and ((r.day >= p_from and r.day < p_to) or (r.day >= p_before_from and r.day < p_before_to))
      group by 1, 2
    ), grouped as (
      select a.provider as g_provider, a.id as g_account, b.b_currency as g_currency,
        case p_by when 'model' then s.model when 'project' then s.project_ref else s.api_key_ref end as g_ref,
        coalesce(sum(b.b_now), 0) as g_now, coalesce(sum(b.b_comparable), 0) as g_comparable, coalesce(sum(b.b_before), 0) as g_before
      from by_slice b
      join metering.slices s on s.org_id = p_org and s.id = b.b_slice
      join public.provider_accounts a on a.org_id = s.org_id and a.id = s.account_id
      group by 1, 2, 3, 4
    ), total as (
      select t.g_currency, nullif(sum(t.g_now), 0) as whole from grouped t group by t.g_currency
    )
    select g.g_provider, g.g_ref, coalesce(n.name, n.hint), g.g_currency, trim_scale(g.g_now)::text,
      trim_scale(g.g_comparable)::text, trim_scale(g.g_before)::text,
      -- credits can leave a whole that is far smaller than its parts
      coalesce(least(greatest(g.g_now * 10000 / t.whole, -1000000), 1000000)::integer, 0)
    from grouped g
    join total t on t.g_currency = g.g_currency
    left join metering.names n on n.org_id = p_org and n.account_id = g.g_account and n.ref = g.g_ref and n.kind = p_by
    where g.g_now <> 0 or g.g_before <> 0
    order by g.g_now desc, g.g_before desc, g.g_ref limit least(greatest(p_limit, 1), 100);
end
$$;
create function public.spend_top(p_org uuid, p_by text, p_from date, p_to date, p_before_from date, p_before_to date, p_limit integer)
returns table (provider text, ref text, label text, currency text, amount text, amount_comparable text, amount_before text, share_bps integer)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.spend_top(p_org, p_by, p_from, p_to, p_before_from, p_before_to, p_limit);
end;

-- Days for which a connected provider has not answered: unknown, not zero. A provider with none is not listed.
create function private.spend_gaps(p_org uuid, p_from date, p_to date)
returns table (provider text, days text[])
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  if (p_to - p_from between 0 and 366) is not true then
    perform private.refuse('range_too_long');
  end if;
  return query
    select a.provider, array_agg(distinct g.day::date::text order by g.day::date::text)
    from public.provider_accounts a
    cross join generate_series(p_from, least(p_to - 1, (now() at time zone 'utc')::date), interval '1 day') as g(day)
    where a.org_id = p_org
      and exists (select 1 from public.connections c where c.org_id = p_org and c.provider_account_id = a.id and c.status <> 'purged')
      and not exists (select 1 from metering.coverage v
        where v.org_id = p_org and v.account_id = a.id and v.surface = 'cost' and v.day = g.day::date)
    group by a.provider order by a.provider;
end
$$;
create function public.spend_gaps(p_org uuid, p_from date, p_to date)
returns table (provider text, days text[])
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.spend_gaps(p_org, p_from, p_to);
end;

create function private.token_totals(p_org uuid, p_from date, p_to date)
returns table (provider text, input_tokens text, cache_read_tokens text, cache_write_tokens text, output_tokens text, requests text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    with by_slice as materialized (
      select r.slice_id as b_slice, sum(r.input_tokens) as b_input, sum(r.cache_read_tokens) as b_read, sum(r.cache_write_tokens) as b_write,
        sum(r.output_tokens) as b_output, sum(r.requests) as b_requests
      from metering.daily_tokens r
      where r.org_id = p_org and r.day >= p_from and r.day < p_to
      group by 1
    )
    select a.provider, sum(b.b_input)::text, sum(b.b_read)::text, sum(b.b_write)::text, sum(b.b_output)::text, sum(b.b_requests)::text
    from by_slice b
    join metering.slices s on s.org_id = p_org and s.id = b.b_slice
    join public.provider_accounts a on a.org_id = s.org_id and a.id = s.account_id
    group by a.provider order by a.provider;
end
$$;
create function public.token_totals(p_org uuid, p_from date, p_to date)
returns table (provider text, input_tokens text, cache_read_tokens text, cache_write_tokens text, output_tokens text, requests text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.token_totals(p_org, p_from, p_to);
end;

-- Health and freshness of every source. uncovered_days: days of this month for which the provider has not answered.
create function private.sources(p_org uuid)
returns table (connection_id uuid, label text, provider text, organization_name text, status text, status_code text, paused boolean, key_set_at timestamptz, last_success_at timestamptz, data_through timestamptz, next_run_at timestamptz, sync_interval_minutes integer, backfill_total integer, backfill_done integer, running boolean, running_kind text, running_from date, running_to date, behind_since timestamptz, uncovered_days integer, first_day date, failures integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select c.id, c.label, c.provider, a.name, c.status, c.status_code, c.paused, c.key_set_at, c.last_success_at, c.data_through, c.next_run_at,
      c.sync_interval_minutes,
      (select count(*)::integer from public.sync_runs r where r.org_id = p_org and r.connection_id = c.id and r.kind = 'backfill'),
      (select count(*)::integer from public.sync_runs r where r.org_id = p_org and r.connection_id = c.id and r.kind = 'backfill' and r.state = 'done'),
      live.id is not null, live.kind, live.window_from, live.window_to,
      case when c.status = 'active' and not c.paused and c.last_success_at < now() - make_interval(mins => 2 * c.sync_interval_minutes)
           then c.last_success_at end,
      (select count(*)::integer from generate_series(date_trunc('month', now() at time zone 'utc')::date, (now() at time zone 'utc')::date, '1 day') g
       where c.provider_account_id is not null and not exists (select 1 from metering.coverage v where v.org_id = p_org and v.account_id = c.provider_account_id
         and v.surface = 'cost' and v.day = g::date)),
      (select min(v.day) from metering.coverage v where v.org_id = p_org and v.account_id = c.provider_account_id and v.surface = 'cost'),
      c.failures
    from public.connections c
    left join public.provider_accounts a on a.org_id = c.org_id and a.id = c.provider_account_id
    left join lateral (select r.id, r.kind, r.window_from, r.window_to from public.sync_runs r
      where r.org_id = p_org and r.connection_id = c.id and r.state = 'running' and r.lease_until >= now() order by r.started_at desc limit 1) live on true
    where c.org_id = p_org and c.status <> 'purged'
    order by c.created_at, c.id limit 1000;
end
$$;
create function public.sources(p_org uuid)
returns table (connection_id uuid, label text, provider text, organization_name text, status text, status_code text, paused boolean, key_set_at timestamptz, last_success_at timestamptz, data_through timestamptz, next_run_at timestamptz, sync_interval_minutes integer, backfill_total integer, backfill_done integer, running boolean, running_kind text, running_from date, running_to date, behind_since timestamptz, uncovered_days integer, first_day date, failures integer)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.sources(p_org);
end;

create function private.budgets_now(p_org uuid)
returns table (id uuid, name text, scope_kind text, scope_ref text, period text, zone text, amount text, currency text, thresholds text[], settings_changed_at timestamptz, database_now timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select b.id, b.name, b.scope_kind, b.scope_ref, b.period, b.zone, trim_scale(b.amount)::text, b.currency, b.thresholds, b.settings_changed_at, now()
    from public.budgets b where b.org_id = p_org order by b.created_at, b.id limit 200;
end
$$;
create function public.budgets_now(p_org uuid)
returns table (id uuid, name text, scope_kind text, scope_ref text, period text, zone text, amount text, currency text, thresholds text[], settings_changed_at timestamptz, database_now timestamptz)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.budgets_now(p_org);
end;

-- Billed spend of each budget in its own [from, to); null is unknown, not zero. The three arrays go together.
create function private.budget_spends(p_org uuid, p_budgets uuid[], p_from date[], p_to date[])
returns table (budget_id uuid, billed text, loading boolean, data_through timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  if coalesce(cardinality(p_budgets), 201) > 200 or cardinality(p_from) is distinct from cardinality(p_budgets)
     or cardinality(p_to) is distinct from cardinality(p_budgets) then
    perform private.refuse('invalid_input');
  end if;
  return query
    select u.budget, w.billed, w.loading, w.data_through
    from unnest(p_budgets, p_from, p_to) as u(budget, first_day, end_day)
    cross join lateral private.worker_budget_state(p_org, u.budget, u.first_day, u.end_day) w;
end
$$;
create function public.budget_spends(p_org uuid, p_budgets uuid[], p_from date[], p_to date[])
returns table (budget_id uuid, billed text, loading boolean, data_through timestamptz)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.budget_spends(p_org, p_budgets, p_from, p_to);
end;

-- Newest first, after the event p_before. What one evaluation raised shares its instant: the one that was told comes first.
create function private.alerts_recent(p_org uuid, p_before uuid, p_limit integer)
returns table (id uuid, kind text, rule text, scope text, threshold text, period_start timestamptz, episode integer, state text, message boolean, on_connect boolean, budget_id uuid, budget_name text, connection_id uuid, connection_label text, amount text, budget_amount text, currency text, facts jsonb, raised_at timestamptz, ended_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select e.id, e.kind, e.rule, e.scope, e.threshold, e.period_start, e.episode, e.state, e.message, e.on_connect, e.budget_id, b.name, e.connection_id,
      c.label, trim_scale(e.amount)::text, trim_scale(e.budget_amount)::text, e.currency, e.facts, e.raised_at, e.ended_at
    from public.alert_events e
    left join public.budgets b on b.org_id = e.org_id and b.id = e.budget_id
    left join public.connections c on c.org_id = e.org_id and c.id = e.connection_id
    where e.org_id = p_org and (p_before is null or (e.raised_at, e.message, e.id) <
      (select x.raised_at, x.message, x.id from public.alert_events x where x.org_id = p_org and x.id = p_before))
    order by e.raised_at desc, e.message desc, e.id desc limit least(greatest(p_limit, 1), 200);
end
$$;
create function public.alerts_recent(p_org uuid, p_before uuid, p_limit integer)
returns table (id uuid, kind text, rule text, scope text, threshold text, period_start timestamptz, episode integer, state text, message boolean, on_connect boolean, budget_id uuid, budget_name text, connection_id uuid, connection_label text, amount text, budget_amount text, currency text, facts jsonb, raised_at timestamptz, ended_at timestamptz)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.alerts_recent(p_org, p_before, p_limit);
end;

-- Every opening of a key, newest first: the attempt joined with its outcome. 'unfinished' = the lease ended without one.
-- Before an entry: those next to it that are older; after it: those next to it that are newer. Newest first either way.
create function private.key_uses(p_org uuid, p_before text, p_after text, p_limit integer, p_connection uuid, p_outcome text)
returns table (seq text, at timestamptz, connection_id uuid, connection_label text, provider text, purpose text, form text, worker text, job text, owner uuid, outcome text, code text, held_us text, calls integer, outcome_seq text, hash text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select u.seq::text, (u.b ->> 'at')::timestamptz, (u.b ->> 'connection')::uuid, coalesce(c.label, u.b ->> 'label'), u.b ->> 'provider', u.b ->> 'purpose',
      u.b ->> 'form', u.b ->> 'worker', u.b ->> 'job', (u.b ->> 'owner')::uuid,
      u.v_outcome, u.o ->> 'code', u.o ->> 'held_us', (u.o ->> 'calls')::integer, u.o_seq::text, encode(u.hash, 'hex')
    from (
      select e.seq, e.hash, e.body::jsonb as b, o.seq as o_seq, o.body::jsonb as o,
        coalesce(o.body::jsonb ->> 'outcome', case when p.lease_until < now() then 'unfinished' else 'open' end) as v_outcome
      from audit.entries e
      left join audit.entries o on o.org_id = e.org_id and o.attempt_seq = e.seq and o.action = 'key.open.outcome'
      left join custody.openings p on p.org_id = e.org_id and p.seq = e.seq
      where e.org_id = p_org and e.action = 'key.open.attempt'
        and (p_before is null or e.seq < p_before::bigint) and (p_after is null or e.seq > p_after::bigint)
        and (p_connection is null or e.connection_id = p_connection::text)
        and (p_outcome is null
          or coalesce(o.body::jsonb ->> 'outcome', case when p.lease_until < now() then 'unfinished' else 'open' end) = p_outcome)
      order by case when p_after is not null then e.seq end, e.seq desc limit least(greatest(p_limit, 1), 200)
    ) u
    left join public.connections c on c.org_id = p_org and c.id = (u.b ->> 'connection')::uuid
    order by u.seq desc;
end
$$;
create function public.key_uses(p_org uuid, p_before text, p_after text, p_limit integer, p_connection uuid, p_outcome text)
returns table (seq text, at timestamptz, connection_id uuid, connection_label text, provider text, purpose text, form text, worker text, job text, owner uuid, outcome text, code text, held_us text, calls integer, outcome_seq text, hash text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.key_uses(p_org, p_before, p_after, p_limit, p_connection, p_outcome);
end;

-- The whole chain, newest first, verbatim.
create function private.audit_trail(p_org uuid, p_before text, p_after text, p_limit integer)
returns table (seq text, at timestamptz, action text, actor uuid, actor_email text, connection_id uuid, body text, prev text, hash text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select e.seq::text, (e.body::jsonb ->> 'at')::timestamptz, e.action, (e.body::jsonb ->> 'actor')::uuid, u.email::text, e.connection_id::uuid, e.body,
      encode(e.prev, 'hex'), encode(e.hash, 'hex')
    from (
      select t.* from audit.entries t
      where t.org_id = p_org and (p_before is null or t.seq < p_before::bigint) and (p_after is null or t.seq > p_after::bigint)
      order by case when p_after is not null then t.seq end, t.seq desc limit least(greatest(p_limit, 1), 500)
    ) e
    left join auth.users u on u.id = (e.body::jsonb ->> 'actor')::uuid
      and exists (select 1 from public.memberships m where m.org_id = p_org and m.user_id = u.id)
    order by e.seq desc;
end
$$;
create function public.audit_trail(p_org uuid, p_before text, p_after text, p_limit integer)
returns table (seq text, at timestamptz, action text, actor uuid, actor_email text, connection_id uuid, body text, prev text, hash text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.audit_trail(p_org, p_before, p_after, p_limit);
end;

create function private.audit_head(p_org uuid)
returns table (seq text, hash text, checkpoint_seq text, checkpoint_at timestamptz, checkpoint_note text, openings text, unfinished text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org, 'viewer');
  return query
    select h.seq::text, encode(h.hash, 'hex'), c.seq::text, c.signed_at, c.note,
      (select count(*)::text from custody.openings o where o.org_id = p_org),
      (select count(*)::text from custody.openings o where o.org_id = p_org and o.ended_at is null and o.lease_until < now())
    from audit.heads h
    left join lateral (select x.seq, x.signed_at, x.note from audit.checkpoints x where x.org_id = p_org order by x.seq desc limit 1) c on true
    where h.org_id = p_org;
end
$$;
create function public.audit_head(p_org uuid)
returns table (seq text, hash text, checkpoint_seq text, checkpoint_at timestamptz, checkpoint_note text, openings text, unfinished text)
language sql stable security invoker set search_path = ''
begin atomic
  select * from private.audit_head(p_org);
end;

-- Another interval counts from now: a connection that was set to hourly does not wait for its old slot.
create function private.on_interval_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.sync_interval_minutes <> old.sync_interval_minutes and new.next_run_at is not null then
    new.next_run_at := private.next_slot(new.id, new.sync_interval_minutes, now());
  end if;
  return new;
end
$$;
create trigger interval_change before update of sync_interval_minutes on public.connections
  for each row execute function private.on_interval_change();

insert into private.granted (statement) values
  ('grant execute on function private.spend_by_day(uuid, date, date), public.spend_by_day(uuid, date, date) to authenticated'),
  ('grant execute on function private.spend_totals(uuid, date, date), public.spend_totals(uuid, date, date) to authenticated'),
  ('grant execute on function private.spend_top(uuid, text, date, date, date, date, integer), public.spend_top(uuid, text, date, date, date, date, integer) to authenticated'),
  ('grant execute on function private.spend_gaps(uuid, date, date), public.spend_gaps(uuid, date, date) to authenticated'),
  ('grant execute on function private.token_totals(uuid, date, date), public.token_totals(uuid, date, date) to authenticated'),
  ('grant execute on function private.sources(uuid), public.sources(uuid) to authenticated'),
  ('grant execute on function private.budgets_now(uuid), public.budgets_now(uuid) to authenticated'),
  ('grant execute on function private.budget_spends(uuid, uuid[], date[], date[]), public.budget_spends(uuid, uuid[], date[], date[]) to authenticated'),
  ('grant execute on function private.alerts_recent(uuid, uuid, integer), public.alerts_recent(uuid, uuid, integer) to authenticated'),
  ('grant execute on function private.key_uses(uuid, text, text, integer, uuid, text), public.key_uses(uuid, text, text, integer, uuid, text) to authenticated'),
  ('grant execute on function private.audit_trail(uuid, text, text, integer), public.audit_trail(uuid, text, text, integer) to authenticated'),
  ('grant execute on function private.audit_head(uuid), public.audit_head(uuid) to authenticated');

select private.apply_privileges();
