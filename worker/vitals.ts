/** What the health address tells: booleans, so that nothing else can leak there. */
export interface Vitals {
  /** The last statement succeeded. */
  database: boolean;
  /** The queue took the last offer, and gives jobs to this process. */
  queue: boolean;
  /** The clock ticks. */
  clock: boolean;
}

export const notYet = (): Vitals => ({ database: false, queue: false, clock: false });
