/** What pages read, as the signed-in user over the REST API: nothing lost at a page's edge, and unknown told from zero. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlerts, readBudgets, readBudgetSpends, readDeliveries, readTestRequest } from '#lib/alerts/read-alerts.ts';
import { budgetInput, deleteBudget, requestTestAlert, saveBudget } from '#lib/alerts/save-budget.ts';
import type { Ctx } from '#lib/ctx.ts';
import { addDays, dayOf } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { Pool } from '#lib/db/pool.ts';
import { AppError } from '#lib/errors.ts';
import { readDailySpend, readSpendGaps, readTop } from '#lib/usage/read-spend.ts';
import { addBudget, addSource, meteredOrg, setSpend, workerPool } from '#tests/support/metered-org.ts';
import type { MeteredOrg } from '#tests/support/metered-org.ts';
import { stack } from '#tests/support/stack.ts';
import { addMember } from '#tests/support/tenant-rows.ts';
import { createUser } from '#tests/support/users.ts';
import type { TestUser } from '#tests/support/users.ts';

let pool: Pool;
beforeAll(() => {
  pool = workerPool();
});
afterAll(() => pool?.end());

function ctxOf(user: TestUser, orgId = user.orgId, role: Ctx['role'] = 'owner'): Ctx {
  return { userId: user.id, email: user.email, orgId, role, supabase: user.client, requestId: randomUUID(), ip: null, userAgent: null };
}
const today = (): Day => dayOf(new Date());
const ago = (days: number): Day => addDays(today(), -days);
const spendOf = (org: MeteredOrg, rows: Parameters<typeof setSpend>[3], source = org.source) => inTransaction(pool, (tx) => setSpend(tx, org.orgId, source, rows));

describe('days that nobody answered for', () => {
  it('are named by provider, up to today; a day of zero is not among them', async () => {
    const org = await meteredOrg();
    await spendOf(org, [[0, 'gpt', '5'], [1, 'gpt', '0'], [3, 'gpt', '7']]);
    const gaps = await readSpendGaps(ctxOf(org.user), { from: ago(4), to: addDays(today(), 10) });
    expect([...gaps].map(([provider, days]) => [provider, [...days]])).toEqual([['openai', [ago(4), ago(2)]]]);
  });

  it('are days on which any of a provider’s organisations has not answered', async () => {
    const org = await meteredOrg();
    const second = await addSource(org.orgId, 'openai', 'second');
    await spendOf(org, [[0, 'gpt', '5'], [1, 'gpt', '5']]);
    await spendOf(org, [[0, 'gpt', '5']], second);
    expect([...((await readSpendGaps(ctxOf(org.user), { from: ago(1), to: addDays(today(), 1) })).get('openai') ?? [])]).toEqual([ago(1)]);
  });

  it('end with the key: what was read of it stays, and nothing of it is expected any more', async () => {
    const org = await meteredOrg();
    await spendOf(org, [[1, 'gpt', '5']]);
    await stack().admin.query(`update public.connections set status = 'purged' where org_id = $1`, [org.orgId]);
    expect((await readSpendGaps(ctxOf(org.user), { from: ago(9), to: today() })).size).toBe(0);
    expect((await readDailySpend(ctxOf(org.user), { from: ago(9), to: today() })).map(({ amount }) => amount.toDecimal())).toEqual(['5']);
  });

  it('are asked for a year at most', async () => {
    const org = await meteredOrg();
    await expect(readSpendGaps(ctxOf(org.user), { from: ago(400), to: today() })).rejects.toThrow(new AppError('range_too_long'));
  });
});

describe('what cost most', () => {
  it('is compared over as many days as there are to compare with', async () => {
    const org = await meteredOrg();
    await spendOf(org, [[0, 'a', '100'], [1, 'a', '3'], [2, 'a', '4'], [3, 'a', '1.5'], [4, 'a', '0.5'], [4, 'b', '9']]);
    const [first, second] = await readTop(ctxOf(org.user), 'model', { from: ago(2), to: addDays(today(), 1) }, { from: ago(4), to: ago(2) });
    expect([first?.ref, first?.amount.toDecimal(), first?.amountComparable.toDecimal(), first?.amountBefore.toDecimal(), first?.shareBasisPoints]).toEqual(['a', '107', '7', '2', 10_000]);
    expect([second?.ref, second?.amount.toDecimal(), second?.amountBefore.toDecimal()]).toEqual(['b', '0', '9']);
  });
});

describe('budgets', () => {
  it('are each judged over their own days, in one question', async () => {
    const org = await meteredOrg();
    await addSource(org.orgId, 'anthropic');
    await spendOf(org, [[0, 'gpt', '1.000000000001'], [1, 'gpt', '2']]);
    const [all, none] = [await addBudget(org.orgId, '100'), await addBudget(org.orgId, '100', { scopeKind: 'provider', scopeRef: 'anthropic' })];
    const ctx = ctxOf(org.user);
    const budgets = await readBudgets(ctx);
    const ask = (id: string, from: Day, to: Day) => {
      const budget = budgets.find((b) => b.id === id);
      if (!budget) throw new Error('the budget is not there');
      return { budget, from, to };
    };
    const spends = await readBudgetSpends(ctx, [ask(all, today(), addDays(today(), 1)), ask(none, ago(5), addDays(today(), 1))]);
    expect(spends.get(all)?.billed?.toDecimal()).toBe('1.000000000001');
    // Nothing was ever read of it: unknown.
    expect(spends.get(none)?.billed).toBeNull();
    expect((await readBudgetSpends(ctx, [ask(all, ago(1), addDays(today(), 1))])).get(all)?.billed?.toDecimal()).toBe('3.000000000001');
  });

  it('do not answer for an id of somebody else', async () => {
    const [mine, others] = await Promise.all([meteredOrg(), meteredOrg()]);
    const foreign = await addBudget(others.orgId, '100');
    const [theirs] = await readBudgets(ctxOf(others.user));
    if (!theirs) throw new Error('no budget');
    expect(theirs.id).toBe(foreign);
    expect((await readBudgetSpends(ctxOf(mine.user), [{ budget: theirs, from: today(), to: addDays(today(), 1) }])).size).toBe(0);
  });

  it('are refused when days and budgets do not go together', async () => {
    const org = await meteredOrg();
    const id = await addBudget(org.orgId, '100');
    const { error } = await org.user.client.rpc('budget_spends', { p_org: org.orgId, p_budgets: [id, id], p_from: [today()], p_to: [today()] });
    expect(error?.message).toContain('invalid_input');
  });

  it('are made, changed and deleted by an admin and by no viewer', async () => {
    const [owner, viewer] = await Promise.all([meteredOrg(), createUser()]);
    await addMember(owner.orgId, viewer.id, 'viewer');
    const given = (over: object) => budgetInput.parse({ name: 'All', amount: '1,500.50', scope: 'organization', thresholds: ['80'], ...over });
    const ctx = ctxOf(owner.user);
    const id = await saveBudget(ctx, given({ amountThresholds: ['actual:usd:412.5'] }));
    expect((await readBudgets(ctx))[0]).toMatchObject({ id, thresholds: ['actual:bp:8000', 'actual:usd:412.5'], scopeKind: 'organization' });
    expect(await saveBudget(ctx, given({ budgetId: id, name: 'Renamed', thresholds: ['100', '50'] }))).toBe(id);
    expect((await readBudgets(ctx))[0]).toMatchObject({ id, name: 'Renamed', thresholds: ['actual:bp:5000', 'actual:bp:10000'] });

    const asViewer = ctxOf(viewer, owner.orgId, 'viewer');
    expect(await readBudgets(asViewer)).toHaveLength(1);
    await expect(saveBudget(asViewer, given({}))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(saveBudget(asViewer, given({ budgetId: id }))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(deleteBudget(asViewer, { budgetId: id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(requestTestAlert(asViewer)).rejects.toMatchObject({ code: 'forbidden' });
    await deleteBudget(ctx, { budgetId: id });
    await expect(deleteBudget(ctx, { budgetId: id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('have at least one threshold and at most ten', async () => {
    const ctx = ctxOf(await createUser());
    const given = (thresholds: string[]) => budgetInput.parse({ name: 'All', amount: '5', scope: 'organization', thresholds });
    await expect(saveBudget(ctx, given([]))).rejects.toMatchObject({ code: 'invalid_input', fields: { thresholds: 'Choose at least one threshold: without one nobody is ever told.' } });
    await expect(saveBudget(ctx, given(Array.from({ length: 11 }, (_, i) => String(i + 1))))).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('alerts, page by page', () => {
  it('come each once and in one order, also when many share an instant', async () => {
    const org = await meteredOrg();
    const instants = ['2026-11-01 10:00:00.000001+00', '2026-11-01 10:00:00.000002+00'];
    for (let i = 0; i < 12; i += 1) {
      await stack().admin.query(
        `insert into public.alert_events (org_id, rule, scope, period_start, threshold, kind, message, raised_at) values ($1, 'r', 's', '2026-11-01', $2, 'budget', $3, $4)`,
        [org.orgId, `actual:bp:${i + 1}`, i % 3 === 0, instants[i % 2]],
      );
    }
    const ctx = ctxOf(org.user);
    const whole = await readAlerts(ctx, { limit: 100 });
    const paged: typeof whole = [];
    for (;;) {
      const before = paged.at(-1)?.id;
      const page = await readAlerts(ctx, { limit: 5, ...(before ? { before } : {}) });
      paged.push(...page);
      if (page.length < 5) break;
    }
    expect(whole).toHaveLength(12);
    expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    // Of one instant those that were told come first.
    expect(whole.map(({ message }) => message)).toEqual([true, true, false, false, false, false, true, true, false, false, false, false]);
  });

  it('end at an event that is not there, instead of starting over', async () => {
    const org = await meteredOrg();
    await stack().admin.query(`insert into public.alert_events (org_id, rule, scope, period_start, threshold, kind, message) values ($1, 'r', 's', '2026-11-01', 'x', 'test', true)`, [org.orgId]);
    expect(await readAlerts(ctxOf(org.user), { before: randomUUID() })).toEqual([]);
  });

  it('name everybody who was told, however many they are', async () => {
    const org = await meteredOrg();
    const { rows } = await stack().admin.query<{ id: string }>(`insert into public.alert_events (org_id, rule, scope, period_start, threshold, kind, message) values ($1, 'r', 's', '2026-11-01', 'x', 'test', true) returning id`, [org.orgId]);
    const eventId = rows[0]?.id ?? '';
    await stack().admin.query(
      `insert into public.messages (org_id, event_id, template, recipient, idempotency_key, state) select $1, $2, 'budget_alert', 'p' || n || '@example.test', 'k' || n, 'sent' from generate_series(1, 1203) n`,
      [org.orgId, eventId],
    );
    const deliveries = await readDeliveries(ctxOf(org.user), [eventId]);
    expect(new Set(deliveries.map(({ recipient }) => recipient)).size).toBe(1203);
    expect(await readDeliveries(ctxOf(org.user), [])).toEqual([]);
  });

  it('know the newest test that somebody asked for', async () => {
    const user = await createUser();
    expect(await readTestRequest(ctxOf(user))).toBeNull();
    const id = await requestTestAlert(ctxOf(user));
    expect((await readTestRequest(ctxOf(user)))?.id).toBe(id);
  });
});
