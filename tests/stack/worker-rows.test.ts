import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callRows, callValue, DatabaseRefusal } from '#lib/db/call.ts';
import { inTransaction, type Pool } from '#lib/db/pool.ts';
import { claimRun, finishRun, holdFence } from '#lib/usage/claim.ts';
import { runsOf } from '#tests/support/connected.ts';
import { addSource, meteredOrg, workerPool } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { stack } from '#tests/support/stack.ts';

restStackWorker();

let pool: Pool;
beforeAll(() => {
  pool = workerPool();
});
afterAll(async () => {
  await pool.end();
});

async function queuedRun(orgId: string, connectionId: string, kind: 'scheduled' | 'backfill' | 'sync_now' = 'scheduled'): Promise<string> {
  const { rows } = await stack().admin.query<{ id: string }>(
    `insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to) values ($1, $2, $3, $4, current_date - 2, current_date + 1) returning id`,
    [orgId, connectionId, kind, randomBytes(8).toString('hex')],
  );
  return rows[0]?.id as string;
}

const dueFor = async (orgId: string): Promise<string[]> => (await callRows<{ org_id: string; run_id: string }>(pool, 'worker_due_runs', [1000])).filter((row) => row.org_id === orgId).map((row) => row.run_id);

describe('runs that are due', () => {
  it('are handed over two at a time for one organisation, however many it has, and each once', async () => {
    const { orgId, source } = await meteredOrg();
    const sources = [source, ...(await Promise.all(Array.from({ length: 4 }, (_, i) => addSource(orgId, 'openai', `more ${i}`))))];
    for (const { connectionId } of sources) await queuedRun(orgId, connectionId);
    const first = await dueFor(orgId);
    expect(first).toHaveLength(2);
    expect(await dueFor(orgId)).toEqual([]);
    const run = await claimRun(pool, first[0] as string, 'test');
    expect(run).not.toBeNull();
    expect(await dueFor(orgId)).toEqual([]);
    await inTransaction(pool, (tx) => finishRun(tx, run as NonNullable<typeof run>, { kind: 'done' }, { calls: 1, rows: 1, notes: [] }));
    expect(await dueFor(orgId)).toHaveLength(1);
  });

  it('are what a person asked for first, then the planned start, then the newest days of a backfill', async () => {
    const { orgId, source } = await meteredOrg();
    const backfill = await queuedRun(orgId, source.connectionId, 'backfill');
    const scheduled = await queuedRun(orgId, source.connectionId, 'scheduled');
    const asked = await queuedRun(orgId, source.connectionId, 'sync_now');
    for (const expected of [asked, scheduled, backfill]) {
      expect(await dueFor(orgId)).toEqual([expected]);
      const run = await claimRun(pool, expected, 'test');
      await inTransaction(pool, (tx) => finishRun(tx, run as NonNullable<typeof run>, { kind: 'done' }, { calls: 0, rows: 0, notes: null }));
    }
  });

  it('are not held up by a backfill that waits for its next try', async () => {
    const { orgId, source } = await meteredOrg();
    const waiting = await queuedRun(orgId, source.connectionId, 'backfill');
    await stack().admin.query(`update public.sync_runs set not_before = now() + interval '6 hours', window_to = window_to + 1 where id = $1`, [waiting]);
    const older = await queuedRun(orgId, source.connectionId, 'backfill');
    expect(await dueFor(orgId)).toEqual([older]);
  });

  it('are offered again when nobody took them, so that an emptied queue loses nothing', async () => {
    const { orgId, source } = await meteredOrg();
    const run = await queuedRun(orgId, source.connectionId);
    expect(await dueFor(orgId)).toEqual([run]);
    expect(await dueFor(orgId)).toEqual([]);
    await stack().admin.query(`update public.sync_runs set enqueued_at = now() - interval '3 minutes' where id = $1`, [run]);
    expect(await dueFor(orgId)).toEqual([run]);
  });
});

describe('a planned start', () => {
  it('becomes one run when eight dispatchers look at once, and days of silence become one run by range', async () => {
    const { orgId, source } = await meteredOrg();
    await stack().admin.query(`update public.connections set next_run_at = now() - interval '3 days', settled_day = current_date - 5 where id = $1`, [source.connectionId]);
    await Promise.all(Array.from({ length: 8 }, () => callValue(pool, 'worker_plan_due', [100])));
    const runs = await runsOf(source.connectionId);
    expect(runs).toHaveLength(1);
    const { rows } = await stack().admin.query<{ ahead: boolean }>('select next_run_at > now() as ahead from public.connections where org_id = $1 and id = $2', [orgId, source.connectionId]);
    expect(rows).toEqual([{ ahead: true }]);
  });

  it('reads 30 days back once a day and three otherwise', async () => {
    const { source } = await meteredOrg();
    const plan = async () => {
      await stack().admin.query(`update public.connections set next_run_at = now() where id = $1`, [source.connectionId]);
      await callValue(pool, 'worker_plan_due', [100]);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    };
    for (let i = 0; i < 3; i += 1) await plan();
    const { rows } = await stack().admin.query<{ days: number }>('select window_to - window_from as days from public.sync_runs where connection_id = $1 order by planned_at', [source.connectionId]);
    expect(rows.map(({ days }) => days)).toEqual([30, 3, 3]);
  });
});

describe('the fence', () => {
  it('lets the newest holder write and nobody else', async () => {
    const { orgId, source } = await meteredOrg();
    const id = await queuedRun(orgId, source.connectionId);
    const old = await claimRun(pool, id, 'slow');
    expect(await claimRun(pool, id, 'early')).toBeNull();
    await stack().admin.query(`update public.sync_runs set lease_until = now() - interval '1 second' where id = $1`, [id]);
    const next = await claimRun(pool, id, 'next');
    expect(next).toMatchObject({ abandoned: true, failures: 1, attempts: 2 });
    await expect(inTransaction(pool, (tx) => holdFence(tx, old as NonNullable<typeof old>))).rejects.toMatchObject({ code: 'fence_lost' });
    await inTransaction(pool, async (tx) => {
      await holdFence(tx, next as NonNullable<typeof next>);
      expect(await finishRun(tx, old as NonNullable<typeof old>, { kind: 'done' }, { calls: 0, rows: 0, notes: null })).toBeNull();
      expect(await finishRun(tx, next as NonNullable<typeof next>, { kind: 'done' }, { calls: 0, rows: 0, notes: null })).toBe('done');
    });
  });

  it('keeps a refused old key from closing the door to the new one', async () => {
    const { orgId, source } = await meteredOrg();
    const statusNow = async () => (await stack().admin.query<{ status: string }>('select status from public.connections where id = $1', [source.connectionId])).rows[0]?.status;
    const refused = { kind: 'dead', code: 'key_rejected', attention: true } as const;
    const run = await claimRun(pool, await queuedRun(orgId, source.connectionId), 'test');
    await stack().admin.query('update public.connections set key_set_at = clock_timestamp() where id = $1', [source.connectionId]);
    expect(await inTransaction(pool, (tx) => finishRun(tx, run as NonNullable<typeof run>, refused, { calls: 1, rows: 0, notes: null }))).toBe('release');
    expect(await statusNow()).toBe('active');
    const again = await claimRun(pool, (run as NonNullable<typeof run>).runId, 'test');
    expect(await inTransaction(pool, (tx) => finishRun(tx, again as NonNullable<typeof again>, refused, { calls: 1, rows: 0, notes: null }))).toBe('dead');
    expect(await statusNow()).toBe('needs_attention');
  });

  it('refuses an end that is none', async () => {
    await expect(callValue(pool, 'worker_finish_run', [randomUUID(), randomUUID(), 1, 'sometime', null, null, 0, 0, null, false])).rejects.toBeInstanceOf(DatabaseRefusal);
  });

  it('of a run beside another of its connection is not given: the second waits its turn', async () => {
    const { orgId, source } = await meteredOrg();
    const [first, second] = [await queuedRun(orgId, source.connectionId, 'scheduled'), await queuedRun(orgId, source.connectionId, 'sync_now')];
    expect(await claimRun(pool, first, 'one')).not.toBeNull();
    expect(await claimRun(pool, second, 'two')).toBeNull();
    expect((await runsOf(source.connectionId)).find(({ id }) => id === second)).toMatchObject({ state: 'queued', attempts: 0 });
  });
});
