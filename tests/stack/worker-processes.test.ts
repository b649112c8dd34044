import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '#lib/day.ts';
import { askSyncNow, auditOf, connected, eventually, handIn, makeDue, requestEnded, requestRow, runsEnded, runsOf, type Connecting, type RunRow } from '#tests/support/connected.ts';
import { startExtraWorker, startRedis, type ExtraWorker, type RedisServer } from '#tests/support/processes.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { behave, issueKey, misbehave, simulatedTotals } from '#tests/support/simulator.ts';
import { restartPostgres, stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

restStackWorker();

const running: ExtraWorker[] = [];
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.kill()));
});
afterAll(async () => {
  await redis.stop();
});

const queues: ReadonlyArray<[name: string, settings: () => Record<string, string>]> = [
  ['Postgres', () => ({})],
  ['Redis', () => ({ REDIS_URL: redis.url })],
];

async function worker(settings: Record<string, string>, startedWhen?: 'answering'): Promise<ExtraWorker> {
  const one = await startExtraWorker(settings, startedWhen);
  running.push(one);
  return one;
}

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

/** The provider keeps the next reading waiting; the key is open meanwhile. */
const hold = ({ key }: Source): Promise<number> => misbehave(key, { kind: 'no_headers', path: '/v1/organizations/cost_report' });

async function underWay({ connection: { connectionId } }: Source, attempts: number): Promise<RunRow> {
  return eventually(`try ${attempts} under way`, async () => (await runsOf(connectionId)).find((run) => run.kind === 'scheduled' && run.state === 'running' && run.attempts === attempts));
}

async function scheduledDone({ connection: { connectionId } }: Source, withinMs = 60_000): Promise<RunRow> {
  return eventually('the run', async () => (await runsOf(connectionId)).find((run) => run.kind === 'scheduled' && run.state === 'done'), withinMs);
}

/** Every day before today is what the provider billed. */
async function expectTotals({ user, org }: Source): Promise<void> {
  const today = dayOf(new Date());
  const totals = await simulatedTotals({ provider: 'anthropic', org, from: addDays(today, -89), to: today });
  const { rows } = await stack().admin.query<{ billed: string }>(
    `select trim_scale(sum(amount))::text as billed from metering.daily_spend where org_id = $1 and kind = 'billed' and day < $2`, [user.orgId, today]);
  expect(rows[0]?.billed).toBe(totals.billed);
}

/** Outcomes of the openings for scheduled runs; null = unfinished. */
async function openings({ user }: Source): Promise<(string | null)[]> {
  const attempts = (await auditOf(user.orgId, 'key.open.attempt')).filter(({ body }) => body.purpose === 'scheduled_sync');
  const outcomes = new Map((await auditOf(user.orgId, 'key.open.outcome')).map(({ body }) => [String(body.attempt), String(body.outcome)]));
  return attempts.map(({ seq }) => outcomes.get(seq) ?? null);
}

const health = async (one: ExtraWorker): Promise<Record<string, boolean>> => (await (await fetch(one.healthUrl)).json()) as Record<string, boolean>;

describe.each(queues)('a worker on %s', (name, settings) => {
  it('that is killed with a key open is succeeded by another; figures stand once, and the trail shows both attempts and one success', async () => {
    await worker(settings());
    const one = await source();
    await hold(one);
    await makeDue(one.connection.connectionId);
    await underWay(one, 1);
    await running.pop()?.kill();
    await behave(one.key);
    await worker(settings());
    expect(await scheduledDone(one, 60_000)).toMatchObject({ attempts: 2, failures: 1 });
    expect((await runsOf(one.connection.connectionId)).filter(({ kind }) => kind === 'scheduled')).toHaveLength(1);
    expect(await openings(one)).toEqual([null, 'success']);
    await expectTotals(one);
  }, 300_000);

  it('that is told to stop in the middle of a run ends with code 0 and gives the run back uncounted', async () => {
    const first = await worker(settings());
    const one = await source();
    await hold(one);
    await makeDue(one.connection.connectionId);
    await underWay(one, 1);
    const asked = Date.now();
    await first.stop('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - asked).toBeLessThan(25_000);
    const [run] = (await runsOf(one.connection.connectionId)).filter(({ kind }) => kind === 'scheduled');
    expect(run).toMatchObject({ state: 'queued', code: 'worker_stopping', failures: 0, lease_until: null });
    expect(await openings(one)).toEqual(['failure']);
    running.length = 0;
    await behave(one.key);
    await worker(settings());
    expect(await scheduledDone(one)).toMatchObject({ failures: 0 });
    await expectTotals(one);
  }, 300_000);

  it('beside three others runs a planned start once', async () => {
    await Promise.all([worker(settings()), worker(settings()), worker(settings()), worker(settings())]);
    const one = await source();
    const pressed = [makeDue(one.connection.connectionId), askSyncNow(one.user, one.connection.connectionId), askSyncNow(one.user, one.connection.connectionId)];
    await Promise.all(pressed);
    const runs = await eventually('both runs', async () => {
      const all = await runsEnded(one.connection.connectionId);
      return all.length >= 5 ? all : null;
    });
    expect(runs.map(({ kind, attempts, state }) => [kind, attempts, state]).sort()).toEqual([
      ['backfill', 1, 'done'],
      ['backfill', 1, 'done'],
      ['backfill', 1, 'done'],
      ['scheduled', 1, 'done'],
      ['sync_now', 1, 'done'],
    ]);
    await expectTotals(one);
  }, 300_000);

  it(`reports that all is well, ${name === 'Redis' ? 'and with Redis away that the queue is not' : 'in booleans alone'}`, async () => {
    const first = await worker(settings());
    await eventually('health', async () => (await health(first)).ok);
    expect(await health(first)).toEqual({ ok: true, database: true, queue: true, clock: true });
    if (name !== 'Redis') return;
    const other = await startRedis();
    const second = await worker({ REDIS_URL: other.url });
    await eventually('health', async () => (await health(second)).ok);
    await other.stop();
    await eventually('degraded health', async () => (await health(second)).queue === false, 30_000);
    expect(await health(second)).toMatchObject({ ok: false, database: true, clock: true });
  }, 120_000);
});

describe('a worker on Postgres', () => {
  it('repeats nothing when it is killed between its commit and the end of the job', async () => {
    await worker({});
    const one = await source();
    await stack().admin.query(`insert into public.budgets (org_id, name, amount) values ($1, 'All', 0.01)`, [one.user.orgId]);
    await eventually('the alert', async () => (await stack().admin.query('select 1 from public.messages where org_id = $1', [one.user.orgId])).rowCount === 1);
    const lock = await stack().admin.connect();
    try {
      // The worker signs a checkpoint between its commit and the end of the job.
      await lock.query('begin; lock table audit.checkpoints in share row exclusive mode');
      await makeDue(one.connection.connectionId);
      const run = await scheduledDone(one);
      await running.pop()?.kill();
      await lock.query('rollback');
      await worker({});
      // Long enough for the queue to notice the job that nobody ended.
      await new Promise((resolve) => setTimeout(resolve, 50_000));
      expect((await runsOf(one.connection.connectionId)).find(({ id }) => id === run.id)).toMatchObject({ state: 'done', attempts: 1 });
    } finally {
      lock.release();
    }
    expect(await openings(one)).toEqual(['success']);
    expect((await stack().admin.query('select 1 from public.messages where org_id = $1', [one.user.orgId])).rowCount).toBe(1);
    await expectTotals(one);
  }, 300_000);
});

describe('a worker on Redis', () => {
  it('that stood still for longer than its lease writes nothing when it wakes up: another has done the run', async () => {
    const first = await worker({ REDIS_URL: redis.url });
    const one = await source();
    const delay = await misbehave(one.key, { kind: 'delay', ms: 5_000, path: '/v1/organizations/cost_report', times: 1 });
    await makeDue(one.connection.connectionId);
    await underWay(one, 1);
    process.kill(first.pid, 'SIGSTOP');
    try {
      await worker({ REDIS_URL: redis.url });
      const run = await scheduledDone(one, 90_000);
      expect(run).toMatchObject({ attempts: 2, failures: 1 });
    } finally {
      process.kill(first.pid, 'SIGCONT');
    }
    await behave(one.key, delay).catch(() => {});
    await eventually('the outcome of the one that woke up', async () => (await openings(one)).every((outcome) => outcome !== null), 30_000);
    const [run, ...others] = (await runsOf(one.connection.connectionId)).filter(({ kind }) => kind === 'scheduled');
    expect(others).toEqual([]);
    expect(run).toMatchObject({ state: 'done', attempts: 2 });
    await expectTotals(one);
  }, 300_000);
});

describe('a Redis that loses everything', () => {
  it('by a restart without persistence costs no slot and no request', async () => {
    const own = await startRedis();
    try {
      await worker({ REDIS_URL: own.url });
      const one = await source();
      await misbehave(one.key, { kind: 'delay', ms: 3_000, path: '/v1/organizations/cost_report', times: 1 });
      await makeDue(one.connection.connectionId);
      await underWay(one, 1);
      const request = await askSyncNow(one.user, one.connection.connectionId);
      await own.restart();
      expect((await requestEnded({ requestId: request }, 120_000)).state).toBe('done');
      expect((await scheduledDone(one, 120_000)).state).toBe('done');
      await expectTotals(one);
    } finally {
      await own.stop();
    }
  }, 300_000);

  it('or has no memory left refuses loudly: what was asked stays a row that waits, and runs when there is room', async () => {
    const own = await startRedis();
    try {
      const first = await worker({ REDIS_URL: own.url });
      const one = await source();
      const limit = new Redis(own.url);
      await limit.config('SET', 'maxmemory', '1mb');
      await expect(limit.set('anything', randomBytes(500))).rejects.toThrow(/OOM/);
      const request = await askSyncNow(one.user, one.connection.connectionId);
      await eventually('a refusal', async () => !(await health(first)).queue, 60_000);
      expect(await requestRow(request)).toMatchObject({ state: 'waiting' });
      await limit.config('SET', 'maxmemory', '0');
      limit.disconnect();
      expect((await requestEnded({ requestId: request }, 120_000)).state).toBe('done');
    } finally {
      await own.stop();
    }
  }, 300_000);

  it('or is not there when the worker starts is waited for', async () => {
    const own = await startRedis();
    await own.stop();
    const user = await createUser();
    const first = await worker({ REDIS_URL: own.url }, 'answering');
    await eventually('a worker that is up and degraded', async () => {
      const vitals = await health(first);
      return vitals.database && vitals.clock && !vitals.queue;
    });
    const key = await issueKey({ provider: 'anthropic', org: `t${randomBytes(8).toString('hex')}` });
    const asked = await handIn(user, 'anthropic', key);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await requestRow(asked.requestId)).toMatchObject({ state: 'waiting', attempts: 0 });
  }, 120_000);
});

describe('a database that crashes in the middle of a run', () => {
  it('leaves no half day: the run is done again, and the worker comes back by itself', async () => {
    const first = await worker({});
    const one = await source();
    await misbehave(one.key, { kind: 'delay', ms: 3_000, path: '/v1/organizations/cost_report', times: 1 });
    await makeDue(one.connection.connectionId);
    await underWay(one, 1);
    await restartPostgres('crash');
    expect((await scheduledDone(one, 120_000)).state).toBe('done');
    await expectTotals(one);
    await eventually('health', async () => (await health(first)).ok, 60_000);
  }, 300_000);
});
