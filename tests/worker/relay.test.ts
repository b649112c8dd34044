import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Pool } from '#lib/db/pool.ts';
import type { Job } from '#lib/jobs/contract.ts';
import { QueueError } from '#lib/jobs/queue-error.ts';
import { createLogger } from '#lib/log.ts';
import { createRelay } from '#worker/relay.ts';

const log = createLogger({ level: 'silent', name: 'test' });

/** A database that says which rows are due, and remembers what it was asked and how transactions ended. */
function database(due: Record<string, object[]>, fail?: Error) {
  const asked: string[] = [];
  const query = async (sql: string) => {
    if (fail) throw fail;
    const name = /private\.(worker_\w+)/.exec(sql)?.[1];
    asked.push(name ?? sql);
    return { rows: name === 'worker_plan_due' ? [{ worker_plan_due: 0 }] : (due[name ?? ''] ?? []) };
  };
  return { asked, pool: { query, connect: async () => ({ query, release() {} }) } as unknown as Pool };
}

const [requestId, runId, orgId, messageId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const everything = {
  worker_due_requests: [{ org_id: orgId, request_id: requestId }],
  worker_due_evaluations: [{ org_id: orgId }],
  worker_due_messages: [{ org_id: orgId, message_id: messageId }],
  worker_due_runs: [{ org_id: orgId, run_id: runId }],
};

describe('the relay', () => {
  it('plans what is due and offers every kind of row by its id alone', async () => {
    const offered: Job[] = [];
    const { pool, asked } = database(everything);
    expect(await createRelay({ pool, log, offer: async (jobs) => void offered.push(...jobs) }).tick()).toBe(true);
    expect(offered).toEqual([
      { name: 'request', data: { requestId } },
      { name: 'evaluation', data: { orgId } },
      { name: 'message', data: { messageId } },
      { name: 'run', data: { runId } },
    ]);
    expect(asked[0]).toBe('worker_plan_due');
    expect(asked.filter((one) => one === 'commit')).toHaveLength(4);
  });

  it('rolls the mark back when the queue refuses, so that the row stays due, and knows that the database answered', async () => {
    const { pool, asked } = database(everything);
    const relay = createRelay({ pool, log, offer: () => Promise.reject(new QueueError('queue_refused')) });
    expect(await relay.tick()).toBe(true);
    expect(asked).toContain('rollback');
    expect(asked).not.toContain('commit');
  });

  it('says so when the database does not answer, and goes on at the next tick', async () => {
    const { pool } = database({}, new Error('gone'));
    expect(await createRelay({ pool, log, offer: async () => {} }).tick()).toBe(false);
    expect(await createRelay({ pool: database({}).pool, log, offer: async () => {} }).tick()).toBe(true);
  });

  it('asks the queue nothing when nothing is due', async () => {
    let offers = 0;
    await createRelay({ pool: database({}).pool, log, offer: async () => void (offers += 1) }).tick();
    expect(offers).toBe(0);
  });

  it('never runs twice at once', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { pool, asked } = database(everything);
    const relay = createRelay({ pool, log, offer: () => gate });
    const [first, second] = [relay.tick(), relay.tick()];
    open();
    await Promise.all([first, second]);
    expect(asked.filter((one) => one === 'worker_plan_due')).toHaveLength(1);
    await relay.tick();
    expect(asked.filter((one) => one === 'worker_plan_due')).toHaveLength(2);
  });
});
