/** Callers that mean harm, or only meet at the wrong moment: with the worker's own login, over the REST API, many at once. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchSources } from '#lib/alerts/watch-sources.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import { createPool, inTransaction, type Pool } from '#lib/db/pool.ts';
import { refusalOf } from '#lib/refusal.ts';
import { auditOf, handIn, requestEnded } from '#tests/support/connected.ts';
import { addBudget, addSource, meteredOrg, setSpend, workerPool } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { startWorker, stack, stopWorker } from '#tests/support/stack.ts';
import { seedTenant } from '#tests/support/tenant-rows.ts';
import { asUser, createUser, type TestUser } from '#tests/support/users.ts';

restStackWorker();

let pool: Pool;
beforeAll(() => {
  pool = workerPool(10);
});
afterAll(() => pool.end());

const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: { code?: string }) => error.code ?? 'no code');

describe('with the worker’s login', () => {
  it('nothing can be put in pg_temp that a definer function would find before the real thing', async () => {
    expect(await codeOf(pool.query('create temporary table loot (t text)'))).toBe('42501');
    expect(await codeOf(pool.query('create domain pg_temp.jsonb as pg_catalog.jsonb'))).toBe('42501');
  });

  describe('a key is given', () => {
    let orgId: string;
    let connectionId: string;
    const begin = (over: { form?: string | null; purpose?: string | null; job?: string | null; worker?: string | null; field?: string | null } = {}) => {
      const asked = { field: 'admin_key', form: 'envelope', purpose: 'scheduled_sync', job: 'job', worker: 'worker', ...over };
      return callValue<bigint>(pool, 'worker_begin_opening', [orgId, connectionId, asked.field, asked.form, asked.purpose, asked.job, asked.worker, 900]);
    };
    const take = (seq: bigint | null) => callRows(pool, 'worker_take_sealed', [orgId, seq]);
    const set = (sql: string) => stack().admin.query(`update public.connections set ${sql} where org_id = $1`, [orgId]);

    beforeAll(async () => {
      orgId = (await createUser()).orgId;
      connectionId = (await seedTenant(orgId)).connectionId;
      const hex = (bytes: number) => 'ab'.repeat(bytes);
      await stack().admin.query(`insert into custody.envelopes (org_id, connection_id, kek_id, envelope) values ($1, $2, 1, $3)`, [
        orgId, connectionId, `km1:1:${hex(12)}:${hex(16)}:${hex(32)}:${hex(12)}:${hex(16)}:${hex(40)}`,
      ]);
    });

    it('to nobody who leaves out what for, or who they are', async () => {
      await set('paused = true');
      const before = await stack().admin.query('select seq from audit.heads where org_id = $1', [orgId]);
      for (const over of [{ purpose: null }, { purpose: 'verify_key' }, { form: null }, { purpose: 'sync_now', job: null }, { purpose: 'sync_now', worker: '' }, { purpose: 'sync_now', job: 'x'.repeat(201) }, { purpose: 'sync_now', field: 'x' }]) {
        expect(await codeOf(begin(over)), JSON.stringify(over).slice(0, 80)).toMatch(/^(unknown_purpose|invalid_input)$/);
      }
      expect((await stack().admin.query('select seq from audit.heads where org_id = $1', [orgId])).rows).toEqual(before.rows);
    });

    it('not after the connection was paused or its key rejected, though the attempt was allowed before', async () => {
      await set('paused = false');
      const seqs = [await begin(), await begin({ purpose: 'sync_now' }), await begin()];
      await set('paused = true');
      expect(await codeOf(take(seqs[0] as bigint))).toBe('connection_paused');
      await set(`paused = false, status = 'needs_attention'`);
      expect(await codeOf(take(seqs[1] as bigint))).toBe('connection_needs_attention');
      await set(`status = 'active'`);
      expect(await take(seqs[2] as bigint)).toHaveLength(1);
      expect(await codeOf(take(seqs[2] as bigint))).toBe('opening_already_used');
      expect(await codeOf(callValue(pool, 'worker_end_opening', [orgId, seqs[2], null, null, 1, 1]))).toBe('invalid_input');
    });
  });
});

describe('many calls at the same moment', () => {
  /** Every call in a session and transaction of its own, as from as many API servers. */
  async function atOnce(user: TestUser, calls: number, sql: string, values: () => unknown[]): Promise<string[]> {
    const sessions = createPool({ connectionString: stack().adminUrl, applicationName: 'test', max: calls });
    try {
      return await Promise.all(
        Array.from({ length: calls }, () =>
          inTransaction(sessions, async (tx) => {
            await tx.query(`select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true), set_config('role', 'authenticated', true)`, [
              JSON.stringify({ sub: user.id, role: 'authenticated' }), user.id,
            ]);
            await tx.query(sql, values());
          }).then(() => 'done', (error: Error) => error.message),
        ),
      );
    } finally {
      await sessions.end();
    }
  }
  const done = (answers: string[]) => answers.filter((answer) => answer === 'done').length;

  it('cannot ask for more test alerts than one after the other', async () => {
    const user = await createUser();
    const answers = await atOnce(user, 30, 'select public.request_test_alert($1)', () => [user.orgId]);
    expect(done(answers)).toBe(10);
    expect(new Set(answers)).toEqual(new Set(['done', 'too_many_requests']));
  });

  it('cannot connect more keys', async () => {
    const user = await createUser();
    const sealed = `kmi1:1:${'A'.repeat(120)}`;
    const answers = await atOnce(user, 36, `select public.connect_key($1, $2, 'openai', 'api.openai.com', 'Key', $3, '', '')`, () => [user.orgId, randomUUID(), sealed]);
    expect(done(answers)).toBe(30);
  });

  it('cannot write more sign-ins', async () => {
    const user = await createUser();
    for (const part of [40, 40]) await atOnce(user, part, `select public.record_sign_in('', '')`, () => []);
    const { rows } = await stack().admin.query<{ n: number }>(`select count(*)::int as n from audit.entries where org_id = $1 and action = 'session.signed_in'`, [user.orgId]);
    expect(rows[0]?.n).toBe(60);
  });
});

describe('over the REST API', () => {
  it('pausing and resuming over and over does not read more often', async () => {
    const { orgId, source, user } = await meteredOrg();
    for (let i = 0; i < 3; i += 1) {
      for (const paused of [true, false]) expect((await user.client.from('connections').update({ paused }).eq('id', source.connectionId)).error).toBeNull();
      await callValue(pool, 'worker_plan_due', [500]);
      // A planned start is known by its second.
      await sleep(1_100);
    }
    const { rows } = await stack().admin.query<{ n: number; next: boolean }>(
      `select (select count(*)::int from public.sync_runs r where r.connection_id = c.id) as n, c.next_run_at < now() + interval '5 minutes' as next from public.connections c where c.org_id = $1`,
      [orgId],
    );
    expect(rows).toEqual([{ n: 1, next: true }]);
  });

  it('an element of thresholds is one threshold, so that no text of any length reaches the audit trail', async () => {
    const user = await createUser();
    const add = (thresholds: string[], scope?: string) =>
      user.client.from('budgets').insert({ org_id: user.orgId, name: 'All', amount: '10', thresholds, ...(scope ? { scope_kind: 'model', scope_ref: scope } : {}) });
    for (const thresholds of [[Array(11).fill('actual:bp:5000').join(',')], ['actual:bp:5000', ''], ['', 'actual:bp:5000'], ['actual:bp:5000,']]) {
      expect((await add(thresholds)).error, thresholds.join('|')).not.toBeNull();
    }
    expect((await add(['actual:bp:5000'], 'a\nb')).error).not.toBeNull();
    expect((await add(Array.from({ length: 10 }, (_, i) => `actual:usd:${i + 1}.5`))).error).toBeNull();
  });

  it('a range without an end, or of thousands of years, is refused before anything is read', async () => {
    const user = await createUser();
    await addSource(user.orgId, 'openai');
    for (const [p_from, p_to] of [['-infinity', null], ['4713-01-01 BC', null], [null, '2026-01-01'], ['0001-01-01', '2026-01-01'], ['2026-02-01', '2026-01-01']]) {
      for (const name of ['spend_gaps', 'spend_by_day']) {
        expect(refusalOf((await user.client.rpc(name, { p_org: user.orgId, p_from, p_to })).error), `${name} ${p_from} ${p_to}`).toBe('range_too_long');
      }
    }
    const spends = await user.client.rpc('budget_spends', { p_org: user.orgId, p_budgets: null, p_from: ['2026-01-01'], p_to: null });
    expect(refusalOf(spends.error)).toBe('invalid_input');
  });

  it('a bill that credits reduce to almost nothing still has its shares', async () => {
    const { orgId, source, user } = await meteredOrg();
    await inTransaction(pool, (tx) => setSpend(tx, orgId, source, [[1, 'large', '300000'], [1, 'credit', '-299999.999999']]));
    const today = new Date().toISOString().slice(0, 10);
    const { data, error } = await user.client.rpc('spend_top', { p_org: orgId, p_by: 'model', p_from: '2020-01-01', p_to: today, p_before_from: '2019-01-01', p_before_to: '2019-02-01', p_limit: 5 });
    expect(error).toBeNull();
    expect((data as { ref: string }[]).map(({ ref }) => ref)).toEqual(['large', 'credit']);
  });
});

describe('an id that a browser made', () => {
  it('names a connection within one organisation only: nobody silences another’s alert with it', async () => {
    const [victim, attacker] = [await meteredOrg(), await createUser()];
    const { connectionId } = victim.source;
    const { admin } = stack();
    await admin.query(
      `insert into public.connections (org_id, id, provider, host, label, status, paused, key_fingerprint, key_set_at) values ($1, $2, 'openai', 'api.openai.com', 'Same id', 'active', true, $3, now())`,
      [attacker.orgId, connectionId, createHash('sha256').update(attacker.orgId).digest('hex')],
    );
    const again = (org: string) => callRows<{ org_id: string }>(pool, 'worker_sources', [10, null, null, org, connectionId]);
    await admin.query(`update public.connections set last_success_at = now() - interval '2 days', key_set_at = now() - interval '9 days' where id = $1`, [connectionId]);
    expect((await again(victim.orgId)).map((row) => row.org_id)).toEqual([victim.orgId]);
    await watchSources({ pool, appUrl: stack().appUrl, log: { info: () => {}, error: () => {} } });
    const { rows } = await admin.query<{ org_id: string }>(`select distinct org_id from public.alert_events where connection_id = $1`, [connectionId]);
    expect(rows.map((row) => row.org_id)).toEqual([victim.orgId]);
  });
});

describe('at the wrong moment', () => {
  it('a purge waits for the worker that ends a request, and the other way round, without a deadlock', async () => {
    const { orgId, source, user } = await meteredOrg();
    const { data: requestId } = await user.client.rpc('request_sync', { p_org: orgId, p_connection: source.connectionId });
    await callRows(pool, 'worker_claim_request', [requestId, 45]);
    let purged: Promise<unknown> = Promise.resolve();
    await inTransaction(pool, async (tx) => {
      await callValue(tx, 'worker_finish_request', [orgId, requestId, 'running', null, null]);
      purged = asUser(user.id, (c) => c.query(`select public.purge_connection($1, $2, true, $3, '', '')`, [orgId, source.connectionId, source.label]));
      purged.catch(() => {});
      await sleep(300);
      await callValue(tx, 'worker_plan_sync_now', [orgId, requestId, source.connectionId]);
    });
    await purged;
    const { rows } = await stack().admin.query(`select r.state, q.state as request from public.sync_runs r join public.work_requests q on q.id::text = r.run_key where r.org_id = $1`, [orgId]);
    expect(rows).toEqual([{ state: 'dead', request: 'failed' }]);
  });

  it('a key that is stored while a run of the same connection commits waits its turn', async () => {
    const { orgId, source } = await meteredOrg();
    const settle = [orgId, source.connectionId, 'openai', source.accountId, null, ['p1']];
    const runId = randomUUID();
    await stack().admin.query(
      `insert into public.sync_runs (org_id, id, connection_id, kind, run_key, window_from, window_to, state, fence) values ($1, $2, $3, 'scheduled', 'x', '2026-01-01', '2026-01-02', 'running', 7)`,
      [orgId, runId, source.connectionId],
    );
    const other = workerPool(2);
    try {
      let second: Promise<unknown> = Promise.resolve();
      await inTransaction(pool, async (tx) => {
        await callValue(tx, 'worker_hold_fence', [orgId, runId, 7]);
        second = inTransaction(other, (key) => callRows(key, 'worker_settle_account', settle));
        second.catch(() => {});
        await sleep(300);
        await callRows(tx, 'worker_settle_account', settle);
      });
      expect(await second).toMatchObject([{ account_id: source.accountId, verdict: 'ok' }]);
    } finally {
      await other.end();
    }
  });

  it('nothing stays open of a budget that is deleted while it is evaluated', async () => {
    const { orgId, user } = await meteredOrg();
    const budgetId = await addBudget(orgId, '10');
    let deleted: Promise<unknown> = Promise.resolve();
    await inTransaction(pool, async (tx) => {
      await callValue(tx, 'worker_lock_evaluation', [orgId]);
      deleted = asUser(user.id, (c) => c.query('delete from public.budgets where id = $1', [budgetId]));
      deleted.catch(() => {});
      await sleep(300);
      await callValue(tx, 'worker_raise', [orgId, budgetId, 'organization', new Date(), 'actual:bp:5000', 'budget', 0, true, false, budgetId, null, '6', '10', 'USD', '{}']);
    });
    await deleted;
    const { rows } = await stack().admin.query('select state from public.alert_events where budget_id = $1', [budgetId]);
    expect(rows).toEqual([{ state: 'cleared' }]);
  });

  it('a connection that the database ends between two statements does not end the process', async () => {
    const own = createPool({ connectionString: stack().workerUrl, applicationName: 'test' });
    const unheard: Error[] = [];
    const hear = (error: Error) => void unheard.push(error);
    process.prependListener('uncaughtException', hear);
    try {
      const work = inTransaction(own, async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await stack().admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await sleep(300);
        await tx.query('select 1');
      });
      await expect(work).rejects.toThrow(/terminat|connection error/i);
      expect(unheard).toEqual([]);
    } finally {
      process.off('uncaughtException', hear);
      await own.end();
    }
  });
});

describe('a pasted key', () => {
  it('that ended several workers is refused instead of being handed to the next', async () => {
    const user = await createUser();
    // No worker is running: as if each had taken it and died.
    const request = await handIn(user, 'openai', 'sk-admin-not-a-key-that-works-0000000000000000');
    for (let vanished = 0; vanished < 3; vanished += 1) {
      expect(await callRows(pool, 'worker_claim_request', [request.requestId, 45])).toMatchObject([{ abandoned: vanished }]);
      await stack().admin.query(`update public.work_requests set lease_until = now() - interval '1 second' where id = $1`, [request.requestId]);
    }
    await startWorker();
    try {
      expect(await requestEnded(request)).toMatchObject({ state: 'failed', code: 'internal' });
    } finally {
      await stopWorker();
    }
    expect(await auditOf(user.orgId, 'key.open.attempt')).toEqual([]);
    expect(await auditOf(user.orgId, 'key.refused')).toHaveLength(1);
    expect((await stack().admin.query('select 1 from custody.intake where org_id = $1', [user.orgId])).rowCount).toBe(0);
  });
});

describe('a provider organisation', () => {
  const settle = (orgId: string, connectionId: string, ref: string | null, projects: string[]) =>
    callRows<{ account_id: string; verdict: string }>(pool, 'worker_settle_account', [orgId, connectionId, 'openai', ref, null, projects]);
  const connect = async (orgId: string) => {
    const id = randomUUID();
    await stack().admin.query(`insert into public.connections (org_id, id, provider, host, label, status) values ($1, $2, 'openai', 'api.openai.com', 'Again', 'active')`, [orgId, id]);
    return id;
  };

  it('that is recognised only after it was connected again goes on with its history', async () => {
    const { orgId, source } = await meteredOrg();
    await stack().admin.query(`update public.connections set status = 'purged', key_fingerprint = null where id = $1`, [source.connectionId]);
    const again = await connect(orgId);
    const [unnamed] = await settle(orgId, again, null, []);
    expect(unnamed).toMatchObject({ verdict: 'ok' });
    expect(unnamed?.account_id).not.toBe(source.accountId);
    expect(await settle(orgId, again, source.accountId, [])).toEqual([{ account_id: source.accountId, verdict: 'ok' }]);
    const { rows } = await stack().admin.query('select id from public.provider_accounts where org_id = $1', [orgId]);
    expect(rows).toEqual([{ id: source.accountId }]);
  });

  it('is refused when it is connected, also when only its projects tell', async () => {
    const { orgId, source } = await meteredOrg();
    const late = await connect(orgId);
    await settle(orgId, late, null, ['proj_late']);
    expect(await settle(orgId, late, source.accountId, [])).toMatchObject([{ verdict: 'organization_already_connected' }]);
    const named = await connect(orgId);
    expect(await settle(orgId, named, 'org-new', ['proj_late'])).toMatchObject([{ verdict: 'organization_already_connected' }]);
  });
});
