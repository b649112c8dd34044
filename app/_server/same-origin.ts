/**
 * Whether a request that changes something comes from our own pages. Lax cookies already stay behind on foreign posts;
 * this is the second lock, and it does not depend on the Host header that Next's own check goes by.
 */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** APP_URL's origin; on loopback under each of its names, since people type either. */
export function ownOrigins(appUrl: string): ReadonlySet<string> {
  const { protocol, hostname, port, origin } = new URL(appUrl);
  if (!LOOPBACK.has(hostname)) return new Set([origin]);
  return new Set([...LOOPBACK].map((name) => `${protocol}//${name}${port ? `:${port}` : ''}`));
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/** Neither an Origin nor Fetch Metadata means no browser of the last years, and no page of ours: refused. */
export function comesFromOwnPage(headers: Pick<Headers, 'get'>, origins: ReadonlySet<string>): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return origins.has(origin);
  return headers.get('sec-fetch-site') === 'same-origin';
}
