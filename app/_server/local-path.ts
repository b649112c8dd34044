/** Where to go after signing in: a path of ours or the fallback, never an address that somebody put into a link. */
export function localPath(wanted: string | null | undefined, fallback: string): string {
  if (!wanted || !wanted.startsWith('/') || /[\\\x00-\x1f]/.test(wanted)) return fallback;
  const base = 'http://here.invalid';
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null;
  if (!url || url.origin !== base || url.pathname.startsWith('//')) return fallback;
  return `${url.pathname}${url.search}`;
}
