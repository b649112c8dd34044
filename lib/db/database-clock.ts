/**
 * The database's clock, carried on by this machine's monotonic one. Leases, windows and waits are measured by it: the
 * wall clock of a worker may be an hour wrong, or be set while a run is under way.
 */
export interface DatabaseClock {
  now(): Date;
}

/** @param databaseNow what the database answered just now */
export function databaseClock(databaseNow: Date, monotonicMs: () => number = () => performance.now()): DatabaseClock {
  const start = monotonicMs();
  return { now: () => new Date(databaseNow.getTime() + (monotonicMs() - start)) };
}
