/**
 * The two queues and their workers as one thing that can be built, watched, and thrown away to be built anew. It holds
 * no truth: jobs carry ids, are tried once, and leave nothing behind; Postgres says what is due and when to try again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { assertQueueAnswers, createBackend, type QueueSettings } from '#lib/jobs/backend.ts';
import type { Job, QueueName } from '#lib/jobs/contract.ts';
import { addToLane, buildLane, type Lane, type LaneOptions } from '#lib/jobs/lane.ts';
import { QueueError, withinQueueTime } from '#lib/jobs/queue-error.ts';

export interface JobQueueOptions extends LaneOptions {
  settings: QueueSettings;
}

export interface JobQueue {
  /**
   * Puts jobs into their queues.
   * @throws QueueError when the queue does not take them within three seconds; some may be in it all the same
   */
  offer(jobs: readonly Job[]): Promise<void>;
  /** Milliseconds since a worker of this process last got a job of this queue (at first: since it was ready). */
  quietMs(queue: QueueName): number;
  /** Jobs that run in this process now. */
  running(): number;
  /** Removes what was left behind: finished jobs that an unclean end kept. */
  clean(): Promise<void>;
  /** Takes no new job; resolves when the running ones have ended, also while the server is away. */
  drain(): Promise<void>;
  /** @param force without waiting for running jobs */
  close(force: boolean): Promise<void>;
}

const OFFER_TIMEOUT_MS = 3_000;
const READY_TIMEOUT_MS = 10_000;
const LEFT_BEHIND_MS = 3_600_000;
/** A job that was just handed over, or just ended, has a second to be taken up or put away. */
const QUIET_CHECKS = 10;
const QUIET_CHECK_MS = 100;

/** @throws QueueError `queue_not_ready`, or what the server's refusal was; nothing stays open then */
export async function openJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  await assertQueueAnswers(options.settings);
  const backend = createBackend(options.settings, options.onError);
  const lanes: Record<QueueName, Lane> = { work: buildLane('work', backend, options), mail: buildLane('mail', backend, options) };
  const all = Object.values(lanes);
  const each = async (work: (lane: Lane) => Promise<unknown>) => void (await Promise.all(all.map(work)));
  const close = async (force: boolean): Promise<void> => {
    await each(({ worker }) => worker.close(force));
    await each(({ queue }) => queue.close());
    await backend.close();
  };
  try {
    await withinQueueTime(READY_TIMEOUT_MS, each(({ worker, queue }) => Promise.all([worker.waitUntilReady(), queue.waitUntilReady()])));
  } catch (error) {
    // Closing what never became ready may not end either.
    void close(true).catch(options.onError);
    throw new QueueError('queue_not_ready', error);
  }
  for (const lane of all) lane.lastJobAt = performance.now();
  return {
    offer: (jobs) => withinQueueTime(OFFER_TIMEOUT_MS, each((lane) => addToLane(lane, jobs))),
    quietMs: (name) => performance.now() - lanes[name].lastJobAt,
    running: () => all.reduce((sum, lane) => sum + lane.running, 0),
    clean: () => each(({ queue }) => Promise.all([queue.clean(LEFT_BEHIND_MS, 1000, 'completed'), queue.clean(LEFT_BEHIND_MS, 1000, 'failed')])),
    drain: () => Promise.race([each(({ worker }) => worker.close()), untilQuiet(all)]),
    close,
  };
}

/** Closing waits for a server that is away; what has nothing left to run need not. */
async function untilQuiet(lanes: readonly Lane[]): Promise<void> {
  for (let quiet = 0; quiet < QUIET_CHECKS; quiet = lanes.some((lane) => lane.running > 0) ? 0 : quiet + 1) await sleep(QUIET_CHECK_MS);
}
