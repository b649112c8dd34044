/** A key as error texts and lists show it. */

/** The visible prefix and the last four characters, the rest as stars. */
export function maskKey(key: string): string {
  const prefix = /^sk-(?:ant-)?[a-z]+(?:\d\d)?-/.exec(key)?.[0] ?? key.slice(0, 3);
  const tail = key.length > prefix.length + 8 ? key.slice(-4) : '';
  return `${prefix}${'*'.repeat(20)}${tail}`;
}
