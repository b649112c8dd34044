/** What a list of measurements comes down to. Pure; every function wants at least one finite number. */

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** The middle one, or the mean of the two in the middle. @throws RangeError */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * By nearest rank: the smallest measurement that at least `percent` of all do not exceed. Always one that was measured;
 * with few of them a high percentile is the largest.
 * @param percent above 0, at most 100. @throws RangeError
 */
export function percentile(values: readonly number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError('a percentile is above 0 and at most 100');
  const sorted = ascending(values);
  // Multiplied first: 0.95 * 20 is more than 19 in binary, and would take the next rank.
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1] as number;
}

/** @throws RangeError */
export function summarise(values: readonly number[]): Summary {
  const sorted = ascending(values);
  return { count: sorted.length, min: sorted[0] as number, median: median(sorted), p95: percentile(sorted, 95), max: sorted.at(-1) as number };
}

/** How many times the one is the other. @throws RangeError when there is nothing to compare with */
export function ratio(value: number, to: number): number {
  if (!Number.isFinite(value) || !(to > 0)) throw new RangeError('a ratio needs something above zero to compare with');
  return value / to;
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('nothing was measured');
  if (!values.every(Number.isFinite)) throw new RangeError('a measurement is no number');
  return [...values].sort((a, b) => a - b);
}
