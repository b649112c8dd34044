import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProviderName } from '#lib/providers/contract.ts';
import { auditOf, connected, eventually, handIn, handInReplacement, requestEnded, requestRow, runsEnded, runsOf, type Connecting } from '#tests/support/connected.ts';
import { behave, issueKey, misbehave, requestsWith } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

const world = (): string => `t${randomBytes(8).toString('hex')}`;

interface ConnectionRow {
  status: string;
  status_code: string | null;
  key_prefix: string | null;
  key_last_four: string | null;
  provider_account_id: string | null;
}

async function connectionRow({ connectionId }: Connecting): Promise<ConnectionRow> {
  const { rows } = await stack().admin.query<ConnectionRow>('select status, status_code, key_prefix, key_last_four, provider_account_id from public.connections where id = $1', [connectionId]);
  return rows[0] as ConnectionRow;
}

async function stored(connectionId: string): Promise<{ sealed: number; envelopes: string[] }> {
  const { rows } = await stack().admin.query<{ sealed: number; envelopes: string[] }>(
    `select (select count(*)::int from custody.intake where connection_id = $1) as sealed,
       array(select envelope from custody.envelopes where connection_id = $1) as envelopes`,
    [connectionId],
  );
  return rows[0] as { sealed: number; envelopes: string[] };
}

async function refused(user: TestUser, provider: ProviderName, key: string): Promise<{ connection: Connecting; code: string | null }> {
  const connection = await handIn(user, provider, key);
  const end = await requestEnded(connection);
  expect(end.state).toBe('failed');
  return { connection, code: end.code };
}

describe('a pasted key', () => {
  it('that works leaves prefix, last four and an envelope, and nothing sealed', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: world() });
    const connection = await connected(user, 'anthropic', key);
    expect(await connectionRow(connection)).toMatchObject({ status: 'active', status_code: null, key_prefix: 'sk-ant-admin01-', key_last_four: key.slice(-4) });
    const { sealed, envelopes } = await stored(connection.connectionId);
    expect(sealed).toBe(0);
    expect(envelopes).toHaveLength(1);
    expect(envelopes[0]).toMatch(/^km1:/);
    const { rows } = await stack().admin.query('select name, provider_org_ref is not null as named from public.provider_accounts where org_id = $1', [user.orgId]);
    expect(rows).toEqual([{ name: expect.any(String), named: true }]);
  });

  it('that the provider rejects is destroyed, and the audit trail says why', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'openai', org: world(), behaviour: { kind: 'unauthorized' } });
    const { connection, code } = await refused(user, 'openai', key);
    expect(code).toBe('key_rejected');
    expect(await connectionRow(connection)).toMatchObject({ status: 'needs_attention', status_code: 'key_rejected' });
    expect(await stored(connection.connectionId)).toEqual({ sealed: 0, envelopes: [] });
    expect(await runsOf(connection.connectionId)).toEqual([]);
    const outcome = (await auditOf(user.orgId, 'key.open.outcome')).map(({ body }) => [body.outcome, body.code]);
    expect(outcome).toEqual([['failure', 'key_rejected']]);
    expect((await auditOf(user.orgId, 'key.refused')).map(({ body }) => body.code)).toEqual(['key_rejected']);
  });

  it.each(['project', 'ordinary'] as const)('of the wrong kind (%s) is refused without being shown to the provider', async (kind) => {
    const user = await createUser();
    const key = await issueKey({ provider: 'openai', org: world(), kind });
    expect((await refused(user, 'openai', key)).code).toBe('key_wrong_kind');
    expect(await requestsWith(key)).toEqual([]);
  });

  it('without the scope to read usage is refused by that name', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'openai', org: world(), scopes: ['api.management.read'] });
    expect((await refused(user, 'openai', key)).code).toBe('key_scope_missing');
  });

  it('that is connected already is refused before the provider is asked', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: world() });
    await connected(user, 'anthropic', key);
    const before = (await requestsWith(key)).length;
    expect((await refused(user, 'anthropic', key)).code).toBe('key_already_connected');
    expect((await requestsWith(key)).length).toBe(before);
  });

  it('of a provider organisation that is connected already is refused', async () => {
    const org = world();
    const user = await createUser();
    await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org }));
    expect((await refused(user, 'anthropic', await issueKey({ provider: 'anthropic', org }))).code).toBe('organization_already_connected');
  });

  it('handed in twice at the same moment becomes one connection', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: world() });
    const both = await Promise.all([handIn(user, 'anthropic', key, 'first'), handIn(user, 'anthropic', key, 'second')]);
    const ends = await Promise.all(both.map((one) => requestEnded(one)));
    expect(ends.map(({ state }) => state).sort()).toEqual(['done', 'failed']);
    expect(ends.find(({ state }) => state === 'failed')?.code).toMatch(/^(key|organization)_already_connected$/);
    const { rows } = await stack().admin.query('select count(*)::int as accounts from public.provider_accounts where org_id = $1', [user.orgId]);
    expect(rows).toEqual([{ accounts: 1 }]);
  });

  it('that opens for nobody (sealed to a retired key) is refused with the advice to load the page again', async () => {
    const user = await createUser();
    const retired = stack().secrets.INTAKE_PUBLIC_KEY.replace(/^\d+/, '999');
    const connection = await handIn(user, 'anthropic', await issueKey({ provider: 'anthropic', org: world() }), 'late', retired);
    const end = await requestEnded(connection);
    expect([end.state, end.code]).toEqual(['failed', 'intake_key_retired']);
  });
});

describe('a provider that is away while a key is checked', () => {
  it('is asked again, the page seeing that it waits, and the key is accepted then', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: world(), behaviour: { kind: 'server_error', status: 529, times: 1 } });
    const connection = await handIn(user, 'anthropic', key);
    const waiting = await eventually('a second try', async () => {
      const row = await requestRow(connection.requestId);
      return row.state === 'waiting' && row.attempts === 1 && row.code !== null ? row : null;
    });
    expect(waiting.code).toBe('provider_unavailable');
    expect((await requestEnded(connection)).state).toBe('done');
    await runsEnded(connection.connectionId);
  });

  it('for good costs the sealed key its place: nothing waits in the database for ever', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: world(), behaviour: { kind: 'server_error', status: 503 } });
    const connection = await handIn(user, 'anthropic', key);
    const impatient = setInterval(() => void stack().admin.query(`update public.work_requests set not_before = now() where id = $1 and state = 'waiting'`, [connection.requestId]), 300);
    try {
      const end = await requestEnded(connection);
      expect(end).toMatchObject({ state: 'failed', code: 'provider_unavailable', attempts: 4 });
    } finally {
      clearInterval(impatient);
    }
    expect(await stored(connection.connectionId)).toEqual({ sealed: 0, envelopes: [] });
  });
});

describe('replacing a key', () => {
  it('destroys the old envelope, keeps the history, and reads on with the new key', async () => {
    const org = world();
    const user = await createUser();
    const first = await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org }));
    const [old] = (await stored(first.connectionId)).envelopes;
    const replacement = await issueKey({ provider: 'anthropic', org });
    expect((await requestEnded(await handInReplacement(user, first, 'anthropic', replacement))).state).toBe('done');
    const { sealed, envelopes } = await stored(first.connectionId);
    expect([sealed, envelopes.length]).toEqual([0, 1]);
    expect(envelopes[0]).not.toBe(old);
    const runs = await eventually('a run with the new key', async () => {
      const all = await runsEnded(first.connectionId);
      return all.some(({ kind }) => kind === 'scheduled') ? all : null;
    });
    expect(runs.filter(({ kind }) => kind === 'backfill')).toHaveLength(3);
    expect((await requestsWith(replacement)).length).toBeGreaterThan(0);
    expect((await auditOf(user.orgId, 'key.replaced')).length).toBe(1);
  });

  it('by a key of another provider organisation is refused, and the old key goes on working', async () => {
    const user = await createUser();
    const first = await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org: world() }));
    const [old] = (await stored(first.connectionId)).envelopes;
    const end = await requestEnded(await handInReplacement(user, first, 'anthropic', await issueKey({ provider: 'anthropic', org: world() })));
    expect([end.state, end.code]).toEqual(['failed', 'different_organization']);
    expect((await stored(first.connectionId)).envelopes).toEqual([old]);
    expect(await connectionRow(first)).toMatchObject({ status: 'active', status_code: null });
  });

  it('after a first key that was refused makes the connection whole, with its backfill', async () => {
    const org = world();
    const user = await createUser();
    const bad = await issueKey({ provider: 'anthropic', org, behaviour: { kind: 'unauthorized' } });
    const { connection } = await refused(user, 'anthropic', bad);
    await behave(bad);
    const good = await issueKey({ provider: 'anthropic', org });
    expect((await requestEnded(await handInReplacement(user, connection, 'anthropic', good))).state).toBe('done');
    const runs = await runsEnded(connection.connectionId);
    expect(runs.filter(({ kind, state }) => kind === 'backfill' && state === 'done')).toHaveLength(3);
    expect(await connectionRow(connection)).toMatchObject({ status: 'active' });
    await misbehave(good, { kind: 'unauthorized' });
  });
});
