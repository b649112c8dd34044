/**
 * What may be in the queue: a name and one id. The queue keeps data in clear text and can be emptied at any time, so a
 * job is only a hint that a row in Postgres is due; everything else is read there.
 */
import { z } from 'zod';

/** Mail has a queue of its own because its rate is limited. */
export type QueueName = 'work' | 'mail';

interface JobKind {
  queue: QueueName | 'both';
  data: z.ZodType<Readonly<Record<string, string>>>;
}

export const JOBS = {
  /** A row of `work_requests`. */
  request: { queue: 'work', data: z.strictObject({ requestId: z.uuid() }) },
  /** A row of `sync_runs`. */
  run: { queue: 'work', data: z.strictObject({ runId: z.uuid() }) },
  /** An organisation whose budgets were edited. */
  evaluation: { queue: 'work', data: z.strictObject({ orgId: z.uuid() }) },
  /** A row of `messages`. */
  message: { queue: 'mail', data: z.strictObject({ messageId: z.uuid() }) },
  /** Does nothing: that it comes back shows that the queue delivers. */
  pulse: { queue: 'both', data: z.strictObject({}) },
} as const satisfies Record<string, JobKind>;

export type JobName = keyof typeof JOBS;
export type JobData<N extends JobName> = z.output<(typeof JOBS)[N]['data']>;

/** A job as a handler gets it. */
export type Job = { [N in JobName]: { name: N; data: JobData<N> } }[JobName];

/** null when it is not a job of this version: it is dropped, and the row behind it is offered again. */
export function parseJob(name: string, data: unknown): Job | null {
  if (!Object.hasOwn(JOBS, name)) return null;
  const parsed = JOBS[name as JobName].data.safeParse(data);
  return parsed.success ? ({ name, data: parsed.data } as Job) : null;
}

/** How long the queue drops a second offer of the same row. After it a row that hangs in the queue gets a new job. */
const SAME_OFFER_MS = 10 * 60_000;

/**
 * A courtesy that keeps a long queue from filling with copies; what decides is the claim in Postgres. No colon, and not
 * digits alone: both mean something to the queue.
 */
export function jobId({ name, data }: Job, now: number): string {
  return [name, ...Object.values(data), Math.floor(now / SAME_OFFER_MS).toString(36)].join('-');
}
