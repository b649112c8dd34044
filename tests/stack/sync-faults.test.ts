import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addDays, dayOf } from '#lib/day.ts';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import { askSyncNow, auditOf, connected, eventually, handInReplacement, makeDue, requestEnded, runsEnded, runsOf, skipWaits, type Connecting, type RunRow } from '#tests/support/connected.ts';
import { mails } from '#tests/support/mails.ts';
import { behave, issueKey, misbehave, requestsWith, simulatedTotals } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

interface Source {
  user: TestUser;
  org: string;
  key: string;
  connection: Connecting;
}

async function source(): Promise<Source> {
  const org = `t${randomBytes(8).toString('hex')}`;
  const user = await createUser();
  const key = await issueKey({ provider: 'anthropic', org });
  return { user, org, key, connection: await connected(user, 'anthropic', key) };
}

/** Everything metered for the organisation, as one text to compare. */
async function metered(orgId: string): Promise<string> {
  const { rows } = await stack().admin.query<{ all: string }>(
    `select md5(coalesce(string_agg(t.line, ';' order by t.line), '')) as all from (
       select f.day::text || d.id || f.amount as line from metering.cost_facts f join metering.dimensions d on d.org_id = f.org_id and d.id = f.dimension_id
       where f.org_id = $1 and f.day < (now() at time zone 'utc')::date
       union all select r.day::text || r.slice_id || r.kind || r.amount from metering.daily_spend r where r.org_id = $1 and r.day < (now() at time zone 'utc')::date) t`,
    [orgId],
  );
  return rows[0]?.all ?? '';
}

const newest = async (connectionId: string, kind: string): Promise<RunRow | undefined> => (await runsOf(connectionId)).filter((run) => run.kind === kind).at(-1);

/** A scheduled run that is under way or has ended one try. */
async function scheduledTry({ connection: { connectionId } }: Source, tried: number): Promise<RunRow> {
  return eventually(`try ${tried} of a scheduled run`, async () => {
    const run = await newest(connectionId, 'scheduled');
    return run && run.attempts >= tried && run.state !== 'running' ? run : null;
  });
}

async function statusOf(connectionId: string): Promise<{ status: string; status_code: string | null; failures: number }> {
  const { rows } = await stack().admin.query<{ status: string; status_code: string | null; failures: number }>('select status, status_code, failures from public.connections where id = $1', [connectionId]);
  return rows[0] as { status: string; status_code: string | null; failures: number };
}

const waitSeconds = async (run: RunRow): Promise<number> => {
  const { rows } = await stack().admin.query<{ s: number }>('select extract(epoch from not_before - now())::float8 as s from public.sync_runs where id = $1', [run.id]);
  return rows[0]?.s ?? 0;
};

describe('a provider that answers too many requests', () => {
  it.each<[string, BehaviourInput, number, number]>([
    ['in seconds', { kind: 'rate_limited', retryAfter: 120, times: 1 }, 110, 150],
    ['as a date', { kind: 'rate_limited', retryAfter: new Date(Date.now() + 600_000).toUTCString(), times: 1 }, 400, 730],
    ['not at all', { kind: 'rate_limited', times: 1 }, 25, 40],
    ['absurdly far away', { kind: 'rate_limited', retryAfter: 1e9, times: 1 }, 780, 900],
  ])('is left alone for as long as it says (%s), and no failure is counted', async (_, behaviour, atLeast, atMost) => {
    const one = await source();
    await misbehave(one.key, behaviour);
    await makeDue(one.connection.connectionId);
    const run = await scheduledTry(one, 1);
    expect(run).toMatchObject({ state: 'queued', code: 'rate_limited', failures: 0 });
    const wait = await waitSeconds(run);
    expect(wait).toBeGreaterThan(atLeast - 20);
    expect(wait).toBeLessThanOrEqual(atMost);
    await skipWaits(one.connection.connectionId);
    expect((await runsEnded(one.connection.connectionId)).at(-1)).toMatchObject({ state: 'done', failures: 0 });
    expect(await statusOf(one.connection.connectionId)).toEqual({ status: 'active', status_code: null, failures: 0 });
  });
});

describe('a provider that fails', () => {
  it('is tried five times, then the connection shows why and the next planned start succeeds', async () => {
    const one = await source();
    const { connectionId } = one.connection;
    const before = await metered(one.user.orgId);
    await misbehave(one.key, { kind: 'server_error', status: 529 });
    await makeDue(connectionId);
    for (let tried = 1; tried < 5; tried += 1) {
      const run = await scheduledTry(one, tried);
      expect(run).toMatchObject({ state: 'queued', code: 'provider_unavailable', failures: tried });
      await skipWaits(connectionId);
    }
    expect(await scheduledTry(one, 5)).toMatchObject({ state: 'dead', code: 'provider_unavailable', failures: 5 });
    expect(await statusOf(connectionId)).toMatchObject({ status: 'active', status_code: 'provider_unavailable' });
    expect(await metered(one.user.orgId)).toBe(before);

    await behave(one.key);
    await makeDue(connectionId);
    await eventually('the next planned start', async () => (await newest(connectionId, 'scheduled'))?.state === 'done');
    expect(await statusOf(connectionId)).toEqual({ status: 'active', status_code: null, failures: 0 });
  });

  it('during a backfill never ends it: after five tries it is asked every six hours', async () => {
    const user = await createUser();
    const org = `t${randomBytes(8).toString('hex')}`;
    const key = await issueKey({ provider: 'anthropic', org });
    const source = await connected(user, 'anthropic', key);
    await misbehave(key, { kind: 'server_error', status: 500 });
    await stack().admin.query(`update public.sync_runs set state = 'queued', failures = 5, enqueued_at = null where connection_id = $1 and window_to = (select max(window_to) from public.sync_runs where connection_id = $1)`, [source.connectionId]);
    const run = await eventually('a sixth failure', async () => (await runsOf(source.connectionId)).find(({ failures, state }) => failures === 6 && state === 'queued'));
    const wait = await waitSeconds(run);
    expect(wait).toBeGreaterThan(4 * 3600);
    expect(wait).toBeLessThan(8 * 3600);
  });

  it.each<[string, BehaviourInput, string]>([
    ['is cut off', { kind: 'truncate', manner: 'announced', times: 1 }, 'provider_unavailable'],
    ['has wrong types', { kind: 'wrong_types', times: 1 }, 'provider_bad_answer'],
    ['holds negative amounts', { kind: 'amounts', as: 'negative', times: 1 }, 'provider_bad_answer'],
    ['repeats its cursor', { kind: 'repeat_cursor', times: 3 }, 'provider_pagination'],
    ['is a redirect', { kind: 'redirect', times: 1 }, 'redirect_refused'],
  ])('with an answer that %s leaves what is known as it was', async (_, behaviour, code) => {
    const one = await source();
    const before = await metered(one.user.orgId);
    await misbehave(one.key, { ...behaviour, path: '/v1/organizations/cost_report' } as BehaviourInput);
    await makeDue(one.connection.connectionId);
    expect(await scheduledTry(one, 1)).toMatchObject({ state: 'queued', code, failures: 1 });
    expect(await metered(one.user.orgId)).toBe(before);
    await behave(one.key);
    await skipWaits(one.connection.connectionId);
    expect((await runsEnded(one.connection.connectionId)).at(-1)).toMatchObject({ state: 'done' });
  });
});

describe('a key that the provider rejects', () => {
  it('stops everything: one mail, no further opening until somebody replaces it, and then all goes on', async () => {
    const one = await source();
    const { connectionId } = one.connection;
    await misbehave(one.key, { kind: 'unauthorized' });
    const request = await askSyncNow(one.user, connectionId);
    expect(await requestEnded({ requestId: request })).toMatchObject({ state: 'failed', code: 'key_rejected' });
    expect(await statusOf(connectionId)).toMatchObject({ status: 'needs_attention', status_code: 'key_rejected' });
    const [mail] = await eventually('the mail about it', async () => {
      const found = (await mails(one.user.email)).filter(({ subject }) => !/Confirm your address/.test(subject ?? ''));
      return found.length > 0 ? found : null;
    });
    expect(mail?.text ?? '').not.toContain(one.key);

    const openings = (await auditOf(one.user.orgId, 'key.open.attempt')).length;
    const asked = (await requestsWith(one.key)).length;
    await makeDue(connectionId);
    expect((await one.user.client.rpc('request_sync', { p_org: one.user.orgId, p_connection: connectionId })).error?.message).toContain('connection_needs_attention');
    // Two of the relay's rounds at least.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await auditOf(one.user.orgId, 'key.open.attempt')).length).toBe(openings);
    expect((await requestsWith(one.key)).length).toBe(asked);

    const replacement = await issueKey({ provider: 'anthropic', org: one.org });
    expect((await requestEnded(await handInReplacement(one.user, one.connection, 'anthropic', replacement))).state).toBe('done');
    await eventually('a run with the new key', async () => (await newest(connectionId, 'scheduled'))?.state === 'done');
    const told = await eventually('the mail that it is over', async () => {
      const found = (await mails(one.user.email)).filter(({ subject }) => !/Confirm your address/.test(subject ?? ''));
      return found.length > 1 ? found : null;
    });
    expect(told).toHaveLength(2);
  });

  it('during a backfill leaves its days waiting for the new key', async () => {
    const org = `t${randomBytes(8).toString('hex')}`;
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org });
    const connection = await connected(user, 'anthropic', key);
    await misbehave(key, { kind: 'unauthorized' });
    await stack().admin.query(`update public.sync_runs set state = 'queued', enqueued_at = null where connection_id = $1`, [connection.connectionId]);
    await eventually('attention', async () => (await statusOf(connection.connectionId)).status === 'needs_attention');
    expect((await runsOf(connection.connectionId)).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
    await handInReplacement(user, connection, 'anthropic', await issueKey({ provider: 'anthropic', org }));
    const runs = await eventually('all runs with the new key', async () => {
      const all = await runsOf(connection.connectionId);
      return all.length > 3 && all.every(({ state }) => state === 'done') ? all : null;
    });
    expect(runs.filter(({ kind }) => kind === 'backfill')).toHaveLength(3);
  });
});

describe('an audit trail that cannot be written', () => {
  it('keeps the key closed: no plaintext, not one request, and the run is tried later', async () => {
    const one = await source();
    const { connectionId } = one.connection;
    const { admin } = stack();
    const asked = (await requestsWith(one.key)).length;
    const name = `deny_${randomBytes(6).toString('hex')}`;
    await admin.query(`create function private.${name}() returns trigger language plpgsql as $$ begin
      if new.org_id = '${one.user.orgId}' and new.body like '%key.open.attempt%' then raise exception 'denied'; end if; return new; end $$`);
    await admin.query(`create trigger ${name} before insert on audit.entries for each row execute function private.${name}()`);
    try {
      await makeDue(connectionId);
      expect(await scheduledTry(one, 1)).toMatchObject({ state: 'queued', code: 'audit_unavailable', failures: 0 });
      expect((await requestsWith(one.key)).length).toBe(asked);
    } finally {
      await admin.query(`drop trigger ${name} on audit.entries; drop function private.${name}()`);
    }
    await skipWaits(connectionId);
    expect((await runsEnded(connectionId)).at(-1)).toMatchObject({ state: 'done' });
  });
});

describe('an envelope that does not belong to its row', () => {
  it('ends the run with an audited failure, asks the provider nothing, and is not tried in circles', async () => {
    const [one, other] = [await source(), await source()];
    const { admin } = stack();
    await admin.query('update custody.envelopes set envelope = (select envelope from custody.envelopes where connection_id = $2) where connection_id = $1', [one.connection.connectionId, other.connection.connectionId]);
    const asked = (await requestsWith(one.key)).length;
    await makeDue(one.connection.connectionId);
    expect(await scheduledTry(one, 1)).toMatchObject({ state: 'dead', code: 'envelope_unreadable', attempts: 1 });
    expect(await statusOf(one.connection.connectionId)).toMatchObject({ status: 'needs_attention', status_code: 'envelope_unreadable' });
    expect((await requestsWith(one.key)).length).toBe(asked);
    const last = (await auditOf(one.user.orgId, 'key.open.outcome')).at(-1);
    expect(last?.body).toMatchObject({ outcome: 'failure', code: 'authentication_failed', calls: 0 });
  });
});

describe('what a provider corrects', () => {
  it('replaces the day, keeps the difference, and counts nothing twice', async () => {
    const one = await source();
    const { connectionId } = one.connection;
    const yesterday = addDays(dayOf(new Date()), -1);
    const before = await simulatedTotals({ provider: 'anthropic', org: one.org, from: yesterday, to: addDays(yesterday, 1) });
    await misbehave(one.key, { kind: 'correct_day', day: yesterday, percent: 25 });
    const after = await simulatedTotals({ provider: 'anthropic', org: one.org, from: yesterday, to: addDays(yesterday, 1) });
    expect(after.billed).not.toBe(before.billed);
    await requestEnded({ requestId: await askSyncNow(one.user, connectionId) });
    const { rows } = await stack().admin.query<{ amount: string; changes: number; changed: string }>(
      `select (select trim_scale(sum(amount))::text from metering.daily_spend where org_id = $1 and day = $2 and kind = 'billed') as amount,
         (select count(*)::int from metering.restatements where org_id = $1 and day = $2) as changes,
         (select trim_scale(sum(coalesce(new_amount, 0) - coalesce(old_amount, 0)))::text from metering.restatements where org_id = $1 and day = $2) as changed`,
      [one.user.orgId, yesterday],
    );
    expect(rows[0]?.amount).toBe(after.billed);
    expect(rows[0]?.changes).toBeGreaterThan(0);
  });
});

describe('a connection that is purged while it is read', () => {
  it('writes nothing any more and leaves no key', async () => {
    const one = await source();
    const { connectionId } = one.connection;
    await misbehave(one.key, { kind: 'delay', ms: 4_000, path: '/v1/organizations/cost_report', times: 1 });
    await makeDue(connectionId);
    await eventually('the run under way', async () => (await newest(connectionId, 'scheduled'))?.state === 'running');
    const { error } = await one.user.client.rpc('purge_connection', { p_org: one.user.orgId, p_connection: connectionId, p_with_data: true, p_typed: 'anthropic key', p_ip: '', p_user_agent: '' });
    expect(error).toBeNull();
    // The provider's answer comes after the purge.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await newest(connectionId, 'scheduled')).toMatchObject({ state: 'dead', code: 'connection_purged' });
    const { rows } = await stack().admin.query(
      `select (select count(*)::int from custody.envelopes where org_id = $1) as envelopes, (select count(*)::int from metering.cost_facts where org_id = $1) as facts,
         (select count(*)::int from public.provider_accounts where org_id = $1) as accounts, (select status from public.connections where id = $2) as status`,
      [one.user.orgId, connectionId],
    );
    expect(rows).toEqual([{ envelopes: 0, facts: 0, accounts: 0, status: 'purged' }]);
  });
});
