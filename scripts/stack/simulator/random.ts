/**
 * Randomness that depends on a text alone, so that a date of the world has the same data on every machine, in every
 * order of asking and whatever the clock says.
 */

/** 32 bits of a text: FNV-1a, then a final mix, because FNV's high bits are weak on short texts that share a prefix. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A mulberry32 stream of numbers in [0, 1) for a text. */
export function randomFrom(text: string): () => number {
  let state = hashText(text);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A provider-like identifier: the same text gives the same identifier. */
export function idFrom(text: string, prefix: string, length: number): string {
  const random = randomFrom(`id/${text}`);
  let id = prefix;
  for (let i = 0; i < length; i++) id += ALPHANUMERIC[Math.floor(random() * ALPHANUMERIC.length)];
  return id;
}

/** A version 4 UUID that depends on the text alone. */
export function uuidFrom(text: string): string {
  const random = randomFrom(`uuid/${text}`);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (slot) =>
    Math.floor(slot === 'x' ? random() * 16 : 8 + random() * 4).toString(16),
  );
}
