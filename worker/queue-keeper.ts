/**
 * Keeps a queue open: opens it when its server answers, sends a pulse through it, and builds it anew when nothing comes
 * out any more. Some ways of losing its server leave a queue silent for ever, without an error.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, QueueName } from '#lib/jobs/contract.ts';
import { openJobQueue, type JobQueue, type JobQueueOptions } from '#lib/jobs/queue.ts';
import { QueueError } from '#lib/jobs/queue-error.ts';
import type { Logger } from '#lib/log.ts';
import { untilItWorks } from '#worker/wait.ts';

export interface QueueKeeper {
  /** @throws QueueError also while there is no queue */
  offer(jobs: readonly Job[]): Promise<void>;
  /** To be called every few seconds. */
  beat(): Promise<void>;
  readonly healthy: boolean;
  clean(): Promise<void>;
  /** Takes no new job; resolves when the running ones have ended. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface KeeperOptions {
  job: JobQueueOptions;
  log: Logger;
  /** Fires when no queue is wanted any more. */
  ending: AbortSignal;
  open?: typeof openJobQueue;
}

const QUEUES: readonly QueueName[] = ['work', 'mail'];
/** Several pulses later; other processes share them, so a short silence means nothing. */
const SILENT_MS = 120_000;
const CLOSE_MS = 2_000;

/** Opening goes on in the background; until then offers are refused. */
export function keepQueue({ job, log, ending, open = openJobQueue }: KeeperOptions): QueueKeeper {
  let queue: JobQueue | null = null;
  let accepting = false;
  let opening = start();

  async function start(): Promise<void> {
    try {
      queue = await untilItWorks(log, 'queue_not_reached', ending, () => open(job));
      accepting = true;
      log.info('queue_open');
    } catch {
      // Ended while it was waiting.
    }
  }

  function current(): JobQueue {
    if (!queue) throw new QueueError('queue_not_ready');
    return queue;
  }

  async function offer(jobs: readonly Job[]): Promise<void> {
    try {
      await current().offer(jobs);
      accepting = true;
    } catch (error) {
      accepting = false;
      throw error;
    }
  }

  /** Only when nothing runs here: then nothing is interrupted. */
  function isSilent(open: JobQueue): boolean {
    return open.running() === 0 && QUEUES.some((name) => open.quietMs(name) > SILENT_MS);
  }

  return {
    offer,
    async beat() {
      if (!queue) return;
      await offer([{ name: 'pulse', data: {} }]).catch((err: unknown) => log.warn({ err }, 'queue_refused_pulse'));
      if (!queue || !isSilent(queue) || !accepting || ending.aborted) return;
      log.error('queue_silent');
      const silent = queue;
      queue = null;
      // What hangs is left behind; the new queue has connections of its own.
      void silent.close(true).catch((err: unknown) => log.warn({ err }, 'queue_not_closed'));
      opening = start();
      await opening;
    },
    get healthy() {
      return queue !== null && accepting && (queue.running() > 0 || QUEUES.every((name) => (queue as JobQueue).quietMs(name) < SILENT_MS));
    },
    clean: async () => queue?.clean(),
    drain: async () => queue?.drain(),
    async close() {
      await opening;
      // A server that is away cannot be said goodbye to.
      await Promise.race([queue?.close(true), sleep(CLOSE_MS)]);
    },
  };
}
