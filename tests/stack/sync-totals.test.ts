import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addDays, dayOf } from '#lib/day.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { auditOf, connected, requestRow, runsOf } from '#tests/support/connected.ts';
import { issueKey, requestsWith, simulatedTotals } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser } from '#tests/support/users.ts';

const world = (): string => `t${randomBytes(8).toString('hex')}`;

async function billedByDay(orgId: string): Promise<{ day: string; amount: string }[]> {
  const { rows } = await stack().admin.query<{ day: string; amount: string }>(
    `select day::text, trim_scale(sum(amount))::text as amount from metering.daily_spend where org_id = $1 and kind = 'billed' group by day having sum(amount) <> 0 order by day`,
    [orgId],
  );
  return rows;
}

async function tokens(orgId: string, from: string, to: string): Promise<{ input: string; read: string; write: string; output: string }> {
  const { rows } = await stack().admin.query<{ input: string; read: string; write: string; output: string }>(
    `select coalesce(sum(input_tokens), 0)::text as input, coalesce(sum(cache_read_tokens), 0)::text as read, coalesce(sum(cache_write_tokens), 0)::text as write,
       coalesce(sum(output_tokens), 0)::text as output from metering.daily_tokens where org_id = $1 and day >= $2 and day < $3`,
    [orgId, from, to],
  );
  return rows[0] as { input: string; read: string; write: string; output: string };
}

describe.each<ProviderName>(['openai', 'anthropic'])('connecting %s', (provider) => {
  it('reads 90 days in three chunks, newest first, and every day equals what the provider billed', async () => {
    const org = world();
    const user = await createUser();
    const key = await issueKey({ provider, org });
    const connection = await connected(user, provider, key);

    expect(await requestRow(connection.requestId)).toMatchObject({ state: 'done', code: null, step: 'planning' });
    const today = dayOf(new Date());
    const runs = await runsOf(connection.connectionId);
    expect(runs.map(({ kind, window_from, window_to }) => [kind, window_from, window_to])).toEqual([
      ['backfill', addDays(today, -29), addDays(today, 1)],
      ['backfill', addDays(today, -59), addDays(today, -29)],
      ['backfill', addDays(today, -89), addDays(today, -59)],
    ]);

    // Today still grows while it is read; every day before it stands.
    const totals = await simulatedTotals({ provider, org, from: addDays(today, -89), to: today });
    const expected = totals.billedByDay.filter(({ amount }) => Number(amount) !== 0);
    expect(expected.length).toBeGreaterThan(60);
    const stored = (await billedByDay(user.orgId)).filter(({ day }) => day < today);
    expect(stored).toEqual(expected.map(({ day, amount }) => ({ day, amount })));

    const sum = (pick: (row: (typeof totals.usageRows)[number]) => number) => totals.usageRows.reduce((total, row) => total + BigInt(pick(row)), 0n).toString();
    expect(await tokens(user.orgId, addDays(today, -89), today)).toEqual({
      input: sum((row) => row.inputTokens),
      read: sum((row) => row.cacheReadTokens),
      write: sum((row) => row.cacheWriteTokens),
      output: sum((row) => row.outputTokens),
    });
  });

  it('opens the key once to verify and once per chunk, each with its outcome and calls', async () => {
    const user = await createUser();
    const key = await issueKey({ provider, org: world() });
    const connection = await connected(user, provider, key);
    const attempts = await auditOf(user.orgId, 'key.open.attempt');
    const outcomes = await auditOf(user.orgId, 'key.open.outcome');
    expect(attempts.map(({ body }) => [body.purpose, body.form, body.connection])).toEqual([
      ['verify_key', 'intake', connection.connectionId],
      ['backfill', 'envelope', connection.connectionId],
      ['backfill', 'envelope', connection.connectionId],
      ['backfill', 'envelope', connection.connectionId],
    ]);
    expect(outcomes.map(({ body }) => [String(body.attempt), body.outcome])).toEqual(attempts.map(({ seq }) => [seq, 'success']));
    const asked = await requestsWith(key);
    expect(asked.length).toBeGreaterThan(10);
    expect(outcomes.reduce((sum, { body }) => sum + Number(body.calls), 0)).toBe(asked.length);
    expect((await auditOf(user.orgId)).map(({ action }) => action)).toContain('key.stored');
    const { rows } = await stack().admin.query('select count(*)::int as sealed from custody.intake where org_id = $1', [user.orgId]);
    expect(rows).toEqual([{ sealed: 0 }]);
  });
});
