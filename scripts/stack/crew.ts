/**
 * The parts of a running stack, in the order they were started: watched while they run, stopped in reverse. A part that
 * is started again keeps its place in the order.
 */
import { startChild, tail, type Child, type ChildOptions, type Start } from './child.ts';
import type { StackLock } from './lock.ts';

export interface Crew {
  /** Starts a process that belongs to the stack. @throws Error once the crew is stopping. */
  readonly start: Start;
  /** Adds a part that runs inside this process. */
  add(name: string, stop: () => Promise<void>): void;
  /** Rejects when a process ends by itself. It never resolves. */
  readonly failure: Promise<never>;
  /** Stops everything, also what is just starting. Can be called again; later calls wait for the first. */
  stop(): Promise<void>;
}

export function gatherCrew(lock: StackLock): Crew {
  const parts = new Map<string, () => Promise<void>>();
  let stopping: Promise<void> | undefined;
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => (fail = reject));
  // Whoever does not look at it must not be brought down by it.
  failure.catch(() => {});

  function enlist(child: Child, options: ChildOptions): void {
    parts.set(options.name, () => child.stop());
    void lock.child(options.name, child.pid).catch(() => {});
    void child.ended.then(async ({ code, signal }) => {
      if (child.stopping || stopping || (options.finishes && code === 0)) return;
      fail(new Error(`${child.name} ended by itself (${signal ?? `code ${code}`}). The end of ${child.logFile}:\n${await tail(child.logFile)}`));
    });
  }

  return {
    start(options) {
      if (stopping) return Promise.reject(new Error('The stack is stopping.'));
      return startChild(options, (child) => {
        enlist(child, options);
        // Stopped between the decision and the start.
        if (stopping) void child.stop();
      });
    },
    add: (name, stop) => void parts.set(name, stop),
    failure,
    stop: () => (stopping ??= stopAll([...parts.values()].reverse())),
  };
}

async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  // A part that cannot be stopped must not keep the others running.
  for (const stop of stops) await stop().catch(() => {});
}
