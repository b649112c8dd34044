/** One queue with its worker. */
import { type Job as QueuedJob, type Processor, type Queue, UnrecoverableError, type Worker } from 'bullmq';
import type { Backend } from '#lib/jobs/backend.ts';
import { JOBS, jobId, parseJob, type Job, type QueueName } from '#lib/jobs/contract.ts';

export interface LaneOptions {
  /** Jobs at a time, per queue. */
  concurrency: Readonly<Record<QueueName, number>>;
  /** At most so many jobs of the queue `mail` in a second, over all workers. */
  mailsPerSecond: number;
  /** Must not throw: outcomes belong in Postgres. If it does, the queue hears `internal` and nothing else. */
  handle: (job: Job, jobId: string) => Promise<void>;
  onError: (error: Error) => void;
  /** A job of another version or shape; it is dropped. */
  onMalformed: (name: string) => void;
}

export interface Lane {
  readonly name: QueueName;
  readonly queue: Queue;
  readonly worker: Worker;
  /** On the monotonic clock. */
  lastJobAt: number;
  running: number;
}

/** `true` and nothing finer: keeping a number or an age deadlocks and repeats jobs on the Postgres backend. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1, stackTraceLimit: 0 } as const;
const WORKER_OPTIONS = { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1, drainDelay: 5, runRetryDelay: 2_000 } as const;

export function buildLane(name: QueueName, backend: Backend, options: LaneOptions): Lane {
  const process: Processor = async (queued) => {
    lane.lastJobAt = performance.now();
    lane.running += 1;
    try {
      await perform(queued, options);
    } finally {
      lane.running -= 1;
    }
  };
  const limiter = name === 'mail' ? { limiter: { max: options.mailsPerSecond, duration: 1000 } } : {};
  const lane: Lane = {
    name,
    queue: backend.queue(name, { defaultJobOptions: JOB_OPTIONS }),
    worker: backend.worker(name, process, { ...WORKER_OPTIONS, ...limiter, concurrency: options.concurrency[name] }),
    lastJobAt: performance.now(),
    running: 0,
  };
  // Without a listener an error event would end the process.
  lane.queue.on('error', options.onError);
  lane.worker.on('error', options.onError);
  return lane;
}

/** Offers those of the jobs that belong into this queue. */
export async function addToLane({ name, queue }: Lane, jobs: readonly Job[]): Promise<void> {
  const own = jobs.filter((job) => JOBS[job.name].queue === name || JOBS[job.name].queue === 'both');
  if (own.length === 0) return;
  const now = Date.now();
  await queue.addBulk(own.map((job) => ({ name: job.name, data: job.data, opts: { jobId: jobId(job, now) } })));
}

async function perform(queued: QueuedJob, { handle, onMalformed, onError }: LaneOptions): Promise<void> {
  const job = parseJob(queued.name, queued.data);
  if (!job) return onMalformed(queued.name);
  try {
    await handle(job, queued.id ?? '');
  } catch (error) {
    onError(error instanceof Error ? error : new Error('internal'));
    // The queue keeps reasons and stacks in clear text, so it hears a code and nothing else.
    throw new UnrecoverableError('internal');
  }
}
