import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { JOBS, jobId, parseJob, type Job } from '#lib/jobs/contract.ts';
import { QueueError, withinQueueTime } from '#lib/jobs/queue-error.ts';

const id = randomUUID();
const jobs: Job[] = [
  { name: 'request', data: { requestId: id } },
  { name: 'run', data: { runId: id } },
  { name: 'evaluation', data: { orgId: id } },
  { name: 'message', data: { messageId: id } },
  { name: 'pulse', data: {} },
];

describe('a job', () => {
  it('carries one id and nothing else', () => {
    expect(jobs.map(({ name }) => name).sort()).toEqual(Object.keys(JOBS).sort());
    for (const job of jobs) expect(parseJob(job.name, job.data)).toEqual(job);
    for (const job of jobs) expect(parseJob(job.name, { ...job.data, key: 'sk-admin-secret' })).toBeNull();
    expect(parseJob('run', { runId: 'not an id' })).toBeNull();
    expect(parseJob('run', null)).toBeNull();
    expect(parseJob('toString', {})).toBeNull();
  });

  it('has an id that both queues take: no colon, not digits alone', () => {
    for (const job of jobs) {
      expect(jobId(job, Date.now())).not.toContain(':');
      expect(jobId(job, Date.now())).not.toMatch(/^\d+$/);
    }
  });

  it('offered twice is one job for ten minutes, and a new one after that', () => {
    const [, run] = jobs as [Job, Job];
    const start = 600_000 * 3;
    expect(jobId(run, start)).toBe(jobId(run, start + 599_999));
    expect(jobId(run, start)).not.toBe(jobId(run, start + 600_000));
  });
});

describe('an offer', () => {
  it('that the queue does not answer ends in time', async () => {
    await expect(withinQueueTime(10, new Promise(() => {}))).rejects.toMatchObject({ code: 'queue_timeout' });
  });

  it('that fails says so by a code of its own', async () => {
    await expect(withinQueueTime(1_000, Promise.reject(new Error('OOM command not allowed')))).rejects.toBeInstanceOf(QueueError);
    await expect(withinQueueTime(1_000, Promise.resolve(7))).resolves.toBe(7);
  });
});
