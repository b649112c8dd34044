/** The worker's parts, put together: from a checked context to a running process that can be stopped. */
import { RunInterrupted } from '#lib/usage/outcome.ts';
import { startClock, type Clock } from '#worker/clock.ts';
import type { WorkerContext } from '#worker/context.ts';
import { keepQueue, type QueueKeeper } from '#worker/queue-keeper.ts';
import { quietly } from '#worker/quiet-log.ts';
import { reconcileCheckpoints, reconcileSources } from '#worker/reconcile.ts';
import { handleJob } from '#worker/registry.ts';
import { createRelay, type Relay } from '#worker/relay.ts';
import type { Vitals } from '#worker/vitals.ts';
import { assertDatabaseReady, untilItWorks } from '#worker/wait.ts';

export interface RunningWorker {
  vitals(): Vitals;
  /** Resolves when running jobs have ended, by themselves or by being told to, at the latest after 23 seconds. */
  stop(): Promise<void>;
}

export interface Stops {
  /** Fired at once by `stop`: nothing new begins. */
  ending: AbortController;
  /** Fired a little later: what still runs has to end. Its signal is the context's `stopping`. */
  stopping: AbortController;
}

/** Mails leave at a rate that the mail service takes from one account. */
const MAILS_PER_SECOND = 2;
const MAILS_AT_A_TIME = 2;
/** A database that hangs fails nothing for a minute. */
const DATABASE_SILENT_MS = 15_000;
const GRACE_MS = 10_000;
const LAST_CALL_MS = 23_000;

/** Returns at once; what is not there yet is waited for in the background, and the vitals say so. */
export function startWorker(context: WorkerContext, { ending, stopping }: Stops): RunningWorker {
  const { env, log } = context;
  const keeper = keepQueue({
    log,
    ending: ending.signal,
    job: {
      settings: env,
      concurrency: { work: env.WORKER_CONCURRENCY, mail: MAILS_AT_A_TIME },
      mailsPerSecond: MAILS_PER_SECOND,
      async handle(job, jobId) {
        await handleJob(context, job, jobId);
        // What this job made due (the next chunk, a mail) need not wait for the next second.
        if (job.name !== 'pulse' && !ending.signal.aborted) void relay.tick();
      },
      onError: quietly(log, 'queue_error'),
      onMalformed: (name) => log.warn({ job: name.slice(0, 60) }, 'job_malformed'),
    },
  });
  const relay = createRelay({ pool: context.pool, offer: (jobs) => keeper.offer(jobs), log });
  let answeredAt = Number.NEGATIVE_INFINITY;
  let clock: Clock | null = null;

  async function begin(): Promise<void> {
    await untilItWorks(log, 'database_not_reached', ending.signal, () => assertDatabaseReady(context.pool));
    answeredAt = performance.now();
    clock = startClock(tasks(context, keeper, async () => {
      answeredAt = (await relay.tick()) ? performance.now() : Number.NEGATIVE_INFINITY;
    }), log);
    log.info('ready');
    await reconcileSources(context);
  }
  const begun = begin().catch((err: unknown) => {
    if (!ending.signal.aborted) log.error({ err }, 'worker_not_started');
  });

  async function stop(): Promise<void> {
    ending.abort(new RunInterrupted('worker_stopping'));
    const hurry = setTimeout(() => stopping.abort(new RunInterrupted('worker_stopping')), GRACE_MS);
    try {
      await within(LAST_CALL_MS, stopParts({ begun, clock: () => clock, relay, keeper, context }));
    } finally {
      clearTimeout(hurry);
    }
  }

  return { vitals: () => ({ database: performance.now() - answeredAt < DATABASE_SILENT_MS, queue: keeper.healthy, clock: clock?.ticking ?? false }), stop };
}

function tasks(context: WorkerContext, keeper: QueueKeeper, tick: () => Promise<void>): Parameters<typeof startClock>[0] {
  return [
    { name: 'relay', pattern: '* * * * * *', run: tick },
    { name: 'pulse', pattern: '*/15 * * * * *', run: () => keeper.beat() },
    { name: 'sources', pattern: '0 */5 * * * *', run: () => reconcileSources(context) },
    { name: 'checkpoints', pattern: '30 7 * * * *', run: () => reconcileCheckpoints(context) },
    { name: 'clean', pattern: '0 37 * * * *', run: () => keeper.clean() },
  ];
}

async function stopParts({ begun, clock, relay, keeper, context }: { begun: Promise<void>; clock: () => Clock | null; relay: Relay; keeper: QueueKeeper; context: WorkerContext }): Promise<void> {
  const { log } = context;
  const quiet = (step: string) => (err: unknown) => log.warn({ err, step }, 'stop_step_failed');
  await begun;
  await clock()?.stop().catch(quiet('clock'));
  await relay.idle().catch(quiet('relay'));
  await keeper.drain().catch(quiet('drain'));
  await keeper.close().catch(quiet('queue'));
  await context.close().catch(quiet('connections'));
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
