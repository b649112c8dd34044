/** How long to wait before the next try. Pure; `random` gives 0 to 1, so that a fleet never comes back as one. */

/** Tries of a scheduled run before its connection shows as degraded and the next planned start tries again. */
export const GIVE_UP_AFTER = 5;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LONGEST_RATE_LIMIT_MS = 15 * MINUTE_MS;
const AFTER_FAILURES_MS = [10 * SECOND_MS, 45 * SECOND_MS, 3 * MINUTE_MS, 10 * MINUTE_MS] as const;
/** Only a backfill comes here. */
const AFTER_MANY_FAILURES_MS = 6 * 60 * MINUTE_MS;

/** @param failures counted before this one. @returns milliseconds, a quarter more or less than planned */
export function failureDelayMs(failures: number, random: () => number): number {
  const planned = AFTER_FAILURES_MS[failures] ?? AFTER_MANY_FAILURES_MS;
  return Math.round(planned * (0.75 + random() / 2));
}

/**
 * What the provider asked for and up to a fifth more, 15 minutes at most; without a wish 30 s, doubling with every try.
 * @param attempts this one included
 */
export function rateLimitDelayMs(retryAfterMs: number | null, attempts: number, random: () => number): number {
  const wanted = retryAfterMs ?? 30 * SECOND_MS * 2 ** Math.min(attempts - 1, 5);
  if (wanted >= LONGEST_RATE_LIMIT_MS) return Math.round(LONGEST_RATE_LIMIT_MS * (1 - random() / 10));
  return Math.min(LONGEST_RATE_LIMIT_MS, Math.round(wanted * (1 + random() / 5)));
}

/** Around half a minute, for trouble of our own that somebody is probably working on. */
export function soonMs(random: () => number): number {
  return Math.round(20 * SECOND_MS + random() * 20 * SECOND_MS);
}
