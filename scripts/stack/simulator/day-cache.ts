/**
 * Generated days, the least recently used forgotten first. A customer's whole history takes 15 MB and comes back in a
 * tenth of a second, so that hundreds of test customers can share one process.
 */
import type { Day } from '#lib/day.ts';
import type { StreamDay } from './stream.ts';

/** About 125 MB. */
const DEFAULT_CAPACITY_DAYS = 2000;

export class DayCache {
  readonly #capacity: number;
  readonly #days = new Map<string, readonly StreamDay[]>();
  #owners = 0;

  constructor(capacityDays: number = DEFAULT_CAPACITY_DAYS) {
    this.#capacity = capacityDays;
  }

  /** A part of the cache of its own. */
  shelf(): { read(d: Day, generate: () => readonly StreamDay[]): readonly StreamDay[]; forget(d: Day): void } {
    const owner = this.#owners++;
    return {
      read: (d, generate) => this.#read(`${owner}/${d}`, generate),
      forget: (d) => void this.#days.delete(`${owner}/${d}`),
    };
  }

  #read(key: string, generate: () => readonly StreamDay[]): readonly StreamDay[] {
    const days = this.#days.get(key) ?? generate();
    // Inserted anew: a Map keeps the order of insertion, so that the first is the one unused for longest.
    this.#days.delete(key);
    this.#days.set(key, days);
    const oldest = this.#days.keys().next();
    if (this.#days.size > this.#capacity && !oldest.done) this.#days.delete(oldest.value);
    return days;
  }
}
