/** Budgets are evaluated in the transaction that commits usage; these are the promises that hold however it is run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateBudgets } from '#lib/alerts/evaluate.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { Pool } from '#lib/db/pool.ts';
import { addBudget, addSource, APP_URL, evaluateAfterEdit, messagesOf, meteredOrg, raisedIn, runWith, setSpend, short, workerPool } from '#tests/support/metered-org.ts';
import type { MeteredOrg } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { stack } from '#tests/support/stack.ts';
import { asUser } from '#tests/support/users.ts';

restStackWorker();
let pool: Pool;
beforeAll(() => {
  pool = workerPool(20);
});
afterAll(() => pool.end());

const admin = () => stack().admin;
const runCause = (org: MeteredOrg) => ({ kind: 'run', runKind: 'scheduled', connectionId: org.source.connectionId }) as const;

describe('one alert', () => {
  it('is raised by a hundred evaluators at once, with one message', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await inTransaction(pool, (tx) => setSpend(tx, org.orgId, org.source, [[0, 'gpt-5', '55']]));
    const summaries = await Promise.all(
      Array.from({ length: 100 }, () => inTransaction(pool, (tx) => evaluateBudgets(tx, { orgId: org.orgId, cause: runCause(org) }, { appUrl: APP_URL }))),
    );
    expect(summaries.reduce((sum, { raised }) => sum + raised, 0)).toBe(1);
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 open message']);
    expect(await messagesOf(org.orgId)).toHaveLength(1);
  });

  it('of a jump names the highest threshold and marks the lower ones passed', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 open', '8000#0 open message']);
    const messages = await messagesOf(org.orgId);
    expect(messages.map(({ template }) => template)).toEqual(['budget_alert']);
    expect(messages[0]?.facts.headline).toContain('80%');
  });

  it('goes to every owner and admin with a confirmed address, and to no viewer', async () => {
    const org = await meteredOrg();
    const people = await Promise.all([meteredOrg(), meteredOrg(), meteredOrg()]);
    const roles = ['admin', 'viewer', 'owner'];
    for (const [i, person] of people.entries()) await admin().query('insert into public.memberships (org_id, user_id, role) values ($1, $2, $3)', [org.orgId, person.user.id, roles[i]]);
    await admin().query('update auth.users set email_confirmed_at = null where id = $1', [people[2]?.user.id]);
    await addBudget(org.orgId, '100');
    await runWith(pool, org, [[0, 'gpt-5', '55']]);
    expect((await messagesOf(org.orgId)).map(({ recipient }) => recipient).sort()).toEqual([org.user.email, people[0]?.user.email].sort());
  });

  it('and the usage that raised it are committed together or not at all', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await expect(
      inTransaction(pool, async (tx) => {
        await setSpend(tx, org.orgId, org.source, [[0, 'gpt-5', '85']]);
        expect((await evaluateBudgets(tx, { orgId: org.orgId, cause: runCause(org) }, { appUrl: APP_URL })).raised).toBe(2);
        throw new Error('the worker dies here');
      }),
    ).rejects.toThrow('the worker dies here');
    expect(await raisedIn(org.orgId)).toEqual([]);
    expect(await messagesOf(org.orgId)).toEqual([]);
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 open', '8000#0 open message']);
    expect(await messagesOf(org.orgId)).toHaveLength(1);
  });

  it('keeps what the page and the mail say, as exact text', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { name: 'Research' });
    await runWith(pool, org, [[0, 'gpt-5', '50.000000000001'], [0, 'gpt-5-mini', '3.5'], [0, 'o9', '2'], [0, 'tiny', '0.5']]);
    const [event] = await raisedIn(org.orgId);
    expect(event?.facts).toMatchObject({
      budget: 'Research', scope: 'all providers', amount: '56.000000000001', budget_amount: '100', currency: 'USD', percent: '56%', threshold: '50%',
      kind: 'billed', sources: ['OpenAI'], unknown: [], on_connect: false, after_end: false, estimated_at_edges: false,
      contributors: [{ name: 'gpt-5', amount: '50.000000000001' }, { name: 'gpt-5-mini', amount: '3.5' }, { name: 'o9', amount: '2' }],
    });
    expect(event?.facts.link).toMatch(/^\/alerts/);
    expect(event?.facts.how_computed).not.toHaveLength(0);
    expect(Number.isNaN(Date.parse(String(event?.facts.data_through)))).toBe(false);
  });

  it('covers the scope of its budget and nothing else', async () => {
    const org = await meteredOrg();
    const other = await addSource(org.orgId, 'anthropic');
    await addBudget(org.orgId, '100', { scopeKind: 'provider', scopeRef: 'anthropic', name: 'Claude' });
    await addBudget(org.orgId, '100', { scopeKind: 'model', scopeRef: 'gpt-5', name: 'GPT' });
    await runWith(pool, org, [[0, 'gpt-5', '49'], [0, 'gpt-4', '500']]);
    expect(await raisedIn(org.orgId)).toEqual([]);
    await runWith(pool, org, [[0, 'claude', '60']], { source: other });
    const events = await raisedIn(org.orgId);
    expect(events.map(short)).toEqual(['5000#0 open message']);
    expect(events[0]?.facts).toMatchObject({ budget: 'Claude', scope: 'Anthropic', sources: ['Anthropic'], amount: '60' });
  });

  it('is not kept from being raised by a name that must not stand in a subject', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { name: 'Evil \u202egnp.exe \u2028 line' });
    const summary = await runWith(pool, org, [[0, 'gpt-5', '60']]);
    expect(summary).toMatchObject({ raised: 1, messages: 1, failed: [] });
    expect((await messagesOf(org.orgId))[0]?.facts.subject).not.toMatch(/[\u2028\u202e\r\n]/);
  });
});

describe('the first load of a source', () => {
  const planLoad = (org: MeteredOrg, state: string, plannedAgo = '0 minutes') =>
    admin().query(
      `insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to, state, planned_at)
       values ($1, $2, 'backfill', gen_random_uuid()::text, current_date - 29, current_date + 1, $3, now() - $4::interval) returning id`,
      [org.orgId, org.source.connectionId, state, plannedAgo],
    );

  it('raises nothing before its days are complete, then once, marked on connect', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await planLoad(org, 'running');
    await runWith(pool, org, [[0, 'gpt-5', '85']], { runKind: 'backfill' });
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    expect(await raisedIn(org.orgId)).toEqual([]);
    await admin().query(`update public.sync_runs set state = 'done' where org_id = $1`, [org.orgId]);
    await runWith(pool, org, [[0, 'gpt-5', '85']], { runKind: 'backfill' });
    await runWith(pool, org, [[0, 'gpt-5', '86']]);
    const events = await raisedIn(org.orgId);
    expect(events.map(short)).toEqual(['5000#0 open', '8000#0 open message']);
    expect(events.map(({ on_connect }) => on_connect)).toEqual([true, true]);
    expect(await messagesOf(org.orgId)).toHaveLength(1);
  });

  it('raises nothing for a period that had ended before, not even by a later ordinary run', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { period: 'day' });
    await planLoad(org, 'done');
    await runWith(pool, org, [[2, 'gpt-5', '500'], [1, 'gpt-5', '500'], [0, 'gpt-5', '60']], { runKind: 'backfill' });
    await runWith(pool, org, [[2, 'gpt-5', '500'], [1, 'gpt-5', '500'], [0, 'gpt-5', '60']]);
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 open message']);
    expect((await raisedIn(org.orgId))[0]?.on_connect).toBe(true);
  });

  it('that is stuck does not silence what is known already', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await planLoad(org, 'queued', '7 hours');
    await runWith(pool, org, [[0, 'gpt-5', '120']]);
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 open', '8000#0 open', '10000#0 open message']);
  });

  it('of a source that waits for a new key does not silence the others', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await planLoad(org, 'queued');
    await admin().query(`update public.connections set status = 'needs_attention', status_code = 'key_rejected' where org_id = $1`, [org.orgId]);
    const other = await addSource(org.orgId, 'anthropic');
    await runWith(pool, org, [[0, 'claude', '60']], { source: other });
    const [event] = await raisedIn(org.orgId);
    expect(event && short(event)).toBe('5000#0 open message');
    expect(event?.facts.unknown).toMatchObject([{ source: 'OpenAI “openai main”' }]);
  });
});

describe('a period that is over', () => {
  it('still raises what its last days bring while they are reported', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { period: 'day' });
    await runWith(pool, org, [[1, 'gpt-5', '85'], [0, 'gpt-5', '1']]);
    const events = await raisedIn(org.orgId);
    expect(events.map(short)).toEqual(['5000#0 open', '8000#0 open message']);
    expect(events[1]?.facts).toMatchObject({ after_end: true, amount: '85' });
  });

  it('raises nothing once it is closed', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { period: 'day' });
    expect((await runWith(pool, org, [[5, 'gpt-5', '500'], [0, 'gpt-5', '1']])).raised).toBe(0);
  });

  it('is not judged by a budget that was made after it', async () => {
    const org = await meteredOrg();
    const budget = await addBudget(org.orgId, '100', { period: 'day' });
    await admin().query('update public.budgets set settings_changed_at = now() where id = $1', [budget]);
    await runWith(pool, org, [[1, 'gpt-5', '500'], [0, 'gpt-5', '1']]);
    expect(await raisedIn(org.orgId)).toEqual([]);
  });
});

describe('spend that is unknown', () => {
  it('raises nothing and is not taken for zero', async () => {
    const org = await meteredOrg();
    const budget = await addBudget(org.orgId, '0');
    expect(await inTransaction(pool, (tx) => evaluateBudgets(tx, { orgId: org.orgId, cause: runCause(org) }, { appUrl: APP_URL }))).toMatchObject({ budgets: 1, raised: 0 });
    const { rows } = await pool.query('select billed from private.worker_budget_state($1, $2, current_date, current_date + 1)', [org.orgId, budget]);
    expect(rows).toEqual([{ billed: null }]);
  });
});

describe('a restatement', () => {
  async function told(): Promise<MeteredOrg> {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await runWith(pool, org, [[0, 'gpt-5', '82']]);
    await runWith(pool, org, [[0, 'gpt-5', '88']]);
    return org;
  }

  it('below a threshold resolves it with one message that names what was seen last', async () => {
    const org = await told();
    await runWith(pool, org, [[0, 'gpt-5', '70']]);
    const events = await raisedIn(org.orgId);
    expect(events.map(short)).toEqual(['5000#0 open', '8000#0 resolved message']);
    expect(events[1]?.facts).toMatchObject({ ended_by: 'restatement', restated_from: '88', restated_to: '70', amount: '82' });
    const messages = await messagesOf(org.orgId);
    expect(messages.map(({ template }) => template).sort()).toEqual(['alert_resolved', 'budget_alert']);
    expect(messages.find(({ template }) => template === 'alert_resolved')?.facts.subject).toMatch(/\$88\.00.*\$70\.00/);
  });

  it('then crossing again stays silent, until a day has passed or it is ten points more', async () => {
    const org = await told();
    await runWith(pool, org, [[0, 'gpt-5', '70']]);
    await runWith(pool, org, [[0, 'gpt-5', '91.99']]);
    expect((await raisedIn(org.orgId)).filter(({ threshold }) => threshold === 'actual:bp:8000').map(short)).toEqual(['8000#0 resolved message']);
    await runWith(pool, org, [[0, 'gpt-5', '92']]);
    expect((await raisedIn(org.orgId)).filter(({ threshold }) => threshold === 'actual:bp:8000').map(short)).toEqual(['8000#0 resolved message', '8000#1 open message']);

    const later = await told();
    await runWith(pool, later, [[0, 'gpt-5', '70']]);
    await admin().query(`update public.alert_events set raised_at = raised_at - interval '24 hours' where org_id = $1`, [later.orgId]);
    await runWith(pool, later, [[0, 'gpt-5', '81']]);
    expect((await raisedIn(later.orgId)).filter(({ threshold }) => threshold === 'actual:bp:8000').map(short)).toEqual(['8000#0 resolved message', '8000#1 open message']);
  });
});

describe('an edit', () => {
  const setAmount = (org: MeteredOrg, amount: string) => asUser(org.user.id, (client) => client.query('update public.budgets set amount = $2 where org_id = $1', [org.orgId, amount]));

  it('that raises the budget clears what is below now, and one that lowers it fires at the next evaluation', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    await setAmount(org, '1000');
    expect(await evaluateAfterEdit(pool, org.orgId)).toMatchObject({ cleared: 2, raised: 0, messages: 0 });
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 cleared', '8000#0 cleared message']);
    await setAmount(org, '120');
    expect(await evaluateAfterEdit(pool, org.orgId)).toMatchObject({ raised: 1, messages: 1 });
    expect((await raisedIn(org.orgId)).map(short)).toEqual(['5000#0 cleared', '8000#0 cleared message', '5000#1 open message']);
  });

  it('is audited, and its wish to be looked at is fulfilled once', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await setAmount(org, '90');
    const wishes = () => admin().query('select enqueued_at from public.evaluations where org_id = $1', [org.orgId]);
    expect((await wishes()).rows).toHaveLength(1);
    await admin().query('update public.evaluations set enqueued_at = now() where org_id = $1', [org.orgId]);
    await evaluateAfterEdit(pool, org.orgId);
    expect((await wishes()).rows).toHaveLength(0);
    const { rows } = await admin().query(`select body from audit.entries where org_id = $1 and action = 'budget.changed'`, [org.orgId]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0].body).changes).toEqual({ amount: ['100.000000000000', '90.000000000000'] });
  });

  it('that takes the budget away leaves nothing open and keeps what was said', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await runWith(pool, org, [[0, 'gpt-5', '85']]);
    await asUser(org.user.id, (client) => client.query('delete from public.budgets where org_id = $1', [org.orgId]));
    const events = await raisedIn(org.orgId);
    expect(events.map(short)).toEqual(['5000#0 cleared', '8000#0 cleared message']);
    expect(events[1]?.facts).toMatchObject({ ended_by: 'deleted', amount: '85' });
    expect(await evaluateAfterEdit(pool, org.orgId)).toMatchObject({ budgets: 0, raised: 0 });
  });

  it('that comes while an evaluation runs is looked at again', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100');
    await admin().query('update public.evaluations set enqueued_at = now() where org_id = $1', [org.orgId]);
    let edited: Promise<unknown> | undefined;
    await inTransaction(pool, async (tx) => {
      await evaluateBudgets(tx, { orgId: org.orgId, cause: { kind: 'edit' } }, { appUrl: APP_URL });
      edited = setAmount(org, '80');
      await new Promise((done) => setTimeout(done, 100));
    });
    await edited;
    const { rows } = await admin().query('select enqueued_at from public.evaluations where org_id = $1', [org.orgId]);
    expect(rows).toEqual([{ enqueued_at: null }]);
  });
});

describe('a zone other than UTC', () => {
  it('counts every provider day in exactly one period and says that the edges are estimated', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { period: 'day', zone: 'Pacific/Auckland' });
    await runWith(pool, org, [[2, 'gpt-5', '60'], [1, 'gpt-5', '61'], [0, 'gpt-5', '62']]);
    const events = await raisedIn(org.orgId);
    const amounts = events.map(({ facts }) => facts.amount);
    expect(new Set(amounts).size).toBe(amounts.length);
    for (const amount of amounts) expect(['60', '61', '62']).toContain(amount);
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events.every(({ facts }) => facts.estimated_at_edges === true)).toBe(true);
  });
});
