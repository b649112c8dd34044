/** What a signed-in user can call: only for their organisations, only in their role, and an unknown one looks like another's. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#lib/refusal.ts';
import { CLIENT_FUNCTIONS } from '#tests/support/catalogue-rules.ts';
import { stack } from '#tests/support/stack.ts';
import { addMember, seedTenant, type TenantRows } from '#tests/support/tenant-rows.ts';
import { anonymousClient, createUser, type TestUser } from '#tests/support/users.ts';

let owner: TestUser;
let viewer: TestUser;
let outsider: TestUser;
let rows: TenantRows;

const SEALED = `kmi1:1:${'A'.repeat(120)}`;
const WRITES = ['connect_key', 'replace_key', 'request_sync', 'request_test_alert', 'purge_connection'];

/** Arguments that would be accepted from an admin of the organisation. */
function argumentsFor(name: string, orgId: string): Record<string, unknown> {
  const range = { p_from: '2026-11-01', p_to: '2026-12-01' };
  const reported = { p_ip: '192.0.2.1', p_user_agent: 'test' };
  const table: Record<string, Record<string, unknown>> = {
    alerts_recent: { p_before: null, p_limit: 10 },
    audit_head: {},
    audit_trail: { p_before: null, p_after: null, p_limit: 10 },
    budget_spends: { p_budgets: [rows.budgetId], p_from: [range.p_from], p_to: [range.p_to] },
    budgets_now: {},
    connect_key: { p_connection: randomUUID(), p_provider: 'openai', p_host: 'api.openai.com', p_label: 'New', p_sealed: SEALED, ...reported },
    key_uses: { p_before: null, p_after: null, p_limit: 10, p_connection: null, p_outcome: null },
    purge_connection: { p_connection: rows.connectionId, p_with_data: false, p_typed: 'Seeded', ...reported },
    replace_key: { p_connection: rows.connectionId, p_sealed: SEALED, ...reported },
    request_sync: { p_connection: rows.connectionId },
    request_test_alert: {},
    sources: {},
    spend_by_day: range,
    spend_gaps: range,
    spend_top: { p_by: 'model', ...range, p_before_from: '2026-10-01', p_before_to: '2026-11-01', p_limit: 5 },
    spend_totals: range,
    token_totals: range,
  };
  return { p_org: orgId, ...table[name] };
}

const perOrganization = CLIENT_FUNCTIONS.filter((name) => name !== 'record_sign_in');

beforeAll(async () => {
  [owner, viewer, outsider] = await Promise.all([createUser(), createUser(), createUser()]);
  rows = await seedTenant(owner.orgId);
  await addMember(owner.orgId, viewer.id, 'viewer');
}, 60_000);

describe.each(perOrganization)('%s', (name) => {
  it('gives an outsider the same answer for another’s organisation and for none', async () => {
    const others = await outsider.client.rpc(name, argumentsFor(name, owner.orgId));
    const unknown = await outsider.client.rpc(name, argumentsFor(name, randomUUID()));
    expect(refusalOf(others.error)).toBe('not_found');
    expect(others.error).toEqual(unknown.error);
    expect(others.status).toBe(unknown.status);
  });

  it('gives nobody without a session an answer', async () => {
    const { data, error } = await anonymousClient().rpc(name, argumentsFor(name, owner.orgId));
    expect(error).not.toBeNull();
    expect(data).toBeNull();
  });

  it(WRITES.includes(name) ? 'is refused to a viewer' : 'is answered for a viewer', async () => {
    const { error } = await viewer.client.rpc(name, argumentsFor(name, owner.orgId));
    expect(refusalOf(error) ?? error).toBe(WRITES.includes(name) ? 'forbidden' : null);
  });
});

describe('limits that stand in the database', () => {
  it('stop a flood of connects over the REST API', async () => {
    const user = await createUser();
    const answers: (string | null)[] = [];
    for (let i = 0; i < 31; i++) {
      const { error } = await user.client.rpc('connect_key', { ...argumentsFor('connect_key', user.orgId), p_connection: randomUUID() });
      answers.push(refusalOf(error));
    }
    expect(answers.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => null));
    expect(answers[30]).toBe('too_many_requests');
  });

  it('ask once when "sync now" is pressed twice', async () => {
    const user = await createUser();
    const seeded = await seedTenant(user.orgId);
    await stack().admin.query('update public.connections set paused = true where org_id = $1', [user.orgId]);
    await stack().admin.query(`insert into public.work_requests (org_id, kind, connection_id, state, lease_until) values ($1, 'sync_now', $2, 'running', now() + interval '1 hour')`, [
      user.orgId,
      seeded.connectionId,
    ]);
    const first = await user.client.rpc('request_sync', { p_org: user.orgId, p_connection: seeded.connectionId });
    const second = await user.client.rpc('request_sync', { p_org: user.orgId, p_connection: seeded.connectionId });
    expect(first.error).toBeNull();
    expect(second.data).toBe(first.data);
  });
});

describe('one act', () => {
  it('is one entry of the chain, in the same transaction', async () => {
    const user = await createUser();
    const connection = randomUUID();
    const seq = async () => Number((await stack().admin.query('select seq from audit.heads where org_id = $1', [user.orgId])).rows[0].seq);
    const acts: [string, () => PromiseLike<{ error: unknown }>][] = [
      ['connection.created', () => user.client.rpc('connect_key', { ...argumentsFor('connect_key', user.orgId), p_connection: connection })],
      ['connection.changed', () => user.client.from('connections').update({ label: 'Renamed' }).eq('id', connection)],
      ['budget.created', () => user.client.from('budgets').insert({ org_id: user.orgId, name: 'All', amount: '12.50' })],
      ['budget.changed', () => user.client.from('budgets').update({ amount: '13' }).eq('org_id', user.orgId)],
      ['budget.deleted', () => user.client.from('budgets').delete().eq('org_id', user.orgId)],
      ['organization.changed', () => user.client.from('organizations').update({ name: 'Renamed' }).eq('id', user.orgId)],
      ['alert.test_requested', () => user.client.rpc('request_test_alert', { p_org: user.orgId })],
      ['key.purged', () => user.client.rpc('purge_connection', { ...argumentsFor('purge_connection', user.orgId), p_connection: connection, p_typed: 'Renamed' })],
    ];
    // The worker verifies (and refuses) the key meanwhile and writes entries of its own: count only what the user did.
    for (const [action, act] of acts) {
      const before = await seq();
      expect((await act()).error, action).toBeNull();
      const { rows: entries } = await stack().admin.query<{ action: string }>(
        `select action from audit.entries where org_id = $1 and seq > $2 and body::jsonb ->> 'actor' = $3`,
        [user.orgId, before, user.id],
      );
      expect(entries.map((e) => e.action)).toEqual([action]);
    }
  });

  it('does not happen when its entry cannot be written', async () => {
    const user = await createUser();
    const { admin } = stack();
    await admin.query(`create or replace function private.test_refuse_entry() returns trigger language plpgsql set search_path = '' as $$ begin
      if new.org_id::text = tg_argv[0] then raise exception 'no entry'; end if; return new; end $$`);
    await admin.query(`create trigger test_refuse before insert on audit.entries for each row execute function private.test_refuse_entry('${user.orgId}')`);
    try {
      const { error } = await user.client.from('budgets').insert({ org_id: user.orgId, name: 'All', amount: '12.50' });
      expect(error).not.toBeNull();
      expect((await admin.query('select 1 from public.budgets where org_id = $1', [user.orgId])).rowCount).toBe(0);
    } finally {
      await admin.query('drop trigger test_refuse on audit.entries');
      await admin.query('drop function private.test_refuse_entry()');
    }
  });
});
