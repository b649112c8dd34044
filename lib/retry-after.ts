/** How long a server asked us to wait. */

export const MAX_RETRY_AFTER_MS = 15 * 60_000;

/**
 * Reads `retry-after-ms` (milliseconds), else `retry-after` (seconds or an HTTP date). The wait is capped at 15 minutes,
 * because 1e9 seconds from a broken proxy must not park a connection for 30 years; a date that has passed means 0.
 * @param headers lower-case names.
 * @returns milliseconds, null when nothing usable was sent.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: Date): number | null {
  const exact = headers['retry-after-ms']?.trim();
  if (exact && /^\d+(\.\d+)?$/.test(exact)) return capped(Number(exact));
  const text = headers['retry-after']?.trim();
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return capped(Number(text) * 1000);
  // An HTTP date starts with its weekday; `Date.parse` alone would take far too much for a date.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : capped(at - now.getTime());
}

function capped(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), MAX_RETRY_AFTER_MS);
}
