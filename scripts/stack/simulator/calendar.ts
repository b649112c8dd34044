/**
 * How busy a calendar day is. Everything here depends on the date only, never on "now": a date has one history.
 */
import { type Day, day, daysBetween, startOf } from '#lib/day.ts';

/** `office` sleeps at night and at weekends, `always` hardly does, `night` runs batches, `constant` never varies. */
export type Pattern = 'office' | 'always' | 'night' | 'constant';

/** Whether a model is being adopted or left behind. */
export type Trend = 'steady' | 'rising' | 'falling';

/** Sunday first, as `getUTCDay` counts. */
const WEEKDAY: Record<Pattern, readonly number[]> = {
  office: [0.31, 1, 1.06, 1.1, 1.04, 0.93, 0.37],
  always: [0.82, 1, 1.02, 1.05, 1.03, 0.98, 0.86],
  night: [0.7, 1, 1, 1, 1, 1, 0.8],
  constant: [1, 1, 1, 1, 1, 1, 1],
};

/** Relative activity per hour of the UTC day. */
const HOURS: Record<Pattern, readonly number[]> = {
  office: [1, 1, 1, 1, 1, 2, 4, 9, 14, 17, 18, 17, 14, 16, 18, 17, 15, 11, 7, 5, 4, 3, 2, 1],
  always: [5, 4, 4, 4, 4, 5, 6, 8, 9, 10, 10, 10, 10, 10, 11, 11, 11, 11, 10, 10, 9, 8, 7, 6],
  night: [2, 18, 24, 24, 20, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
  constant: Array.from({ length: 24 }, () => 1),
};

/** A runaway evaluation every seventh Tuesday; 17 November 2026 is one of them. */
const SPIKE_ORIGIN = day('2026-11-17');
const SPIKE_EVERY_DAYS = 49;

/** Spend climbs for ten months, then a clean-up brings it back within two: bounded, so that totals stay plausible for years. */
const GROWTH = { origin: day('2026-06-25'), cycleDays: 360, riseDays: 300 };
const ADOPTION = { origin: day('2026-06-25'), cycleDays: 200, riseDays: 170 };

/** Share of the day's activity that falls into each hour; sums to 1. */
export function hourShares(pattern: Pattern): readonly number[] {
  const weights = HOURS[pattern];
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Factor around 1 for a whole day: weekday, growth of the company, fashion of the model. */
export function activityOn(d: Day, pattern: Pattern, trend: Trend): number {
  const weekday = WEEKDAY[pattern][startOf(d).getUTCDay()] ?? 1;
  return weekday * growthOn(d) * trendOn(d, trend);
}

export function growthOn(d: Day): number {
  return 0.78 + 0.46 * phase(d, GROWTH);
}

export function isSpikeDay(d: Day): boolean {
  return modulo(daysBetween(SPIKE_ORIGIN, d), SPIKE_EVERY_DAYS) === 0;
}

function trendOn(d: Day, trend: Trend): number {
  if (trend === 'steady') return 1;
  const adopted = phase(d, ADOPTION);
  return trend === 'rising' ? 0.6 + 0.8 * adopted : 1.4 - 0.8 * adopted;
}

/** 0 at the origin, rising smoothly to 1, then back to 0 at the end of the cycle. */
function phase(d: Day, wave: { origin: Day; cycleDays: number; riseDays: number }): number {
  const at = modulo(daysBetween(wave.origin, d), wave.cycleDays);
  const x = at < wave.riseDays ? at / wave.riseDays : (wave.cycleDays - at) / (wave.cycleDays - wave.riseDays);
  return x * x * (3 - 2 * x);
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by;
}
