/** For how long a plaintext was held. Microseconds as text, as the audit has them: nothing is rounded away. */
import { groupDigits } from '#app/_components/figure-format.ts';

/** `84213` -> `84.213 ms` */
export function heldText(microseconds: string): string {
  const padded = microseconds.padStart(4, '0');
  return `${groupDigits(padded.slice(0, -3).replace(/^0+(?=\d)/, ''))}.${padded.slice(-3)} ms`;
}

export interface HeldSummary {
  /** Openings in which there was a plaintext. */
  count: number;
  /** Microseconds as text. */
  median: string;
  p95: string;
}

/** By nearest rank: each figure is one that was measured. null when no plaintext was held. */
export function heldSummary(held: readonly (string | null)[]): HeldSummary | null {
  const sorted = held
    .filter((value): value is string => value !== null)
    .map(BigInt)
    .filter((value) => value > 0n)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = (percent: number) => String(sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? '');
  return sorted.length === 0 ? null : { count: sorted.length, median: rank(50), p95: rank(95) };
}
