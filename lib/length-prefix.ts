/**
 * lp(s) = u16be byte length || utf8. Parts joined this way cannot be shifted into each other: `lp('ab') lp('c')` and
 * `lp('a') lp('bc')` differ, which plain concatenation would not tell apart. Runs in browsers too.
 * @throws RangeError when a part is longer than 65,535 bytes or is not well-formed UTF-16.
 */
export function lengthPrefixed(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoded = parts.map((part) => {
    // A lone surrogate would be written as U+FFFD, so that two different parts got the same bytes.
    if (!part.isWellFormed()) throw new RangeError('part is not well-formed text');
    const bytes = new TextEncoder().encode(part);
    if (bytes.length > 0xffff) throw new RangeError('part is longer than 65,535 bytes');
    return bytes;
  });
  const joined = new Uint8Array(encoded.reduce((total, bytes) => total + 2 + bytes.length, 0));
  let at = 0;
  for (const bytes of encoded) {
    new DataView(joined.buffer).setUint16(at, bytes.length);
    joined.set(bytes, at + 2);
    at += 2 + bytes.length;
  }
  return joined;
}
