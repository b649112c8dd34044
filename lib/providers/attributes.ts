/** The dimensions that are no column of their own: only what was sent, sorted by name so that equal sets are equal. */
export function attributes(pairs: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  const given = Object.entries(pairs).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}
