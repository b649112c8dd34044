/** What a provider shows of a key in its lists: `sk-abc...def`, `sk-admin-****wxyz`. */

const MASK = /\.{2,}|\u2026|\*{2,}/;

/** The text when it is a masked key; null when it could be a whole one, which must not be stored. */
export function maskedKey(shown: string | null): string | null {
  if (shown === null || shown.length > 60) return null;
  const parts = shown.split(MASK);
  return parts.length >= 2 && parts.every((part) => part.length <= 20) ? shown : null;
}

/** Whether `shown` can be the masked form of `key`: its visible beginning and end, the end being three or more characters. */
export function isMaskOf(shown: string | null, key: string): boolean {
  const parts = shown?.split(MASK) ?? [];
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  return parts.length >= 2 && tail.length >= 3 && key.startsWith(head) && key.endsWith(tail);
}
