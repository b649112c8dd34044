/**
 * The clock: says when, decides nothing. Times are UTC, so that summer time neither skips nor repeats a beat. What is
 * missed is not made up for: every task looks at rows, not at how often it was called.
 */
import { schedule, type ScheduledTask } from 'node-cron';
import type { Logger } from '#lib/log.ts';

export interface ClockTask {
  name: string;
  /** Six fields, seconds first. */
  pattern: string;
  run: () => Promise<unknown>;
}

export interface Clock {
  /** A task was started within the last ten seconds. */
  readonly ticking: boolean;
  stop(): Promise<void>;
}

const SILENT_MS = 10_000;
const WATCH_MS = 5_000;

/** One of the tasks has to come every second, or the clock counts as standing still. */
export function startClock(tasks: readonly ClockTask[], log: Logger): Clock {
  const busy = new Set<ClockTask>();
  let lastAt = performance.now();
  let scheduled = scheduleAll();

  function scheduleAll(): ScheduledTask[] {
    return tasks.map((task) => schedule(task.pattern, () => beat(task), { name: task.name, timezone: 'UTC', suppressMissedWarning: true }));
  }

  /** Never waited for: a task that hangs must not make the clock look as if it stood still. */
  function beat(task: ClockTask): void {
    lastAt = performance.now();
    if (busy.has(task)) return;
    busy.add(task);
    void task
      .run()
      .catch((err: unknown) => log.error({ err, task: task.name }, 'clock_task_failed'))
      .finally(() => busy.delete(task));
  }

  const isSilent = (): boolean => performance.now() - lastAt > SILENT_MS;
  // The schedule follows the wall clock: set back by an hour it would wait for an hour. This timer cannot be set back.
  const watch = setInterval(() => {
    if (!isSilent()) return;
    log.warn('clock_restarted');
    const old = scheduled;
    scheduled = scheduleAll();
    lastAt = performance.now();
    void destroyAll(old);
  }, WATCH_MS);

  return {
    get ticking() {
      return !isSilent();
    },
    async stop() {
      clearInterval(watch);
      await destroyAll(scheduled);
    },
  };
}

async function destroyAll(tasks: readonly ScheduledTask[]): Promise<void> {
  for (const task of tasks) await task.destroy();
}
