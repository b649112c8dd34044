/**
 * The headers of every response. Three layers send them, so that no answer goes out bare: `boot.ts` puts the fixed ones
 * on each response before anything else sees it (even Next's own 400), `next.config.ts` repeats them for hosts that run
 * Next behind their own server, and `proxy.ts` replaces the policy of pages with one that carries the request's nonce.
 */

const TWO_YEARS_SECONDS = 63_072_000;

/** For files and for answers without markup: nothing may be loaded, run or framed. */
export const CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * HSTS is sent over http as well: browsers ignore it there, and a proxy that ends TLS in front of us passes it on.
 * Referrer-Policy is same-origin and not no-referrer, because the latter turns the Origin of our own forms into "null".
 */
export const FIXED_HEADERS: Readonly<Record<string, string>> = {
  'Strict-Transport-Security': `max-age=${TWO_YEARS_SECONDS}; includeSubDomains`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy':
    'accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Permitted-Cross-Domain-Policies': 'none',
};

/** All fixed headers with the closed policy, as pairs. */
export function closedHeaders(): [string, string][] {
  return [...Object.entries(FIXED_HEADERS), ['Content-Security-Policy', CLOSED_POLICY]];
}

type PolicyOptions = {
  nonce: string;
  https: boolean;
  /** Next's development server needs eval for its stack traces, a socket for its reloads and styles for its overlay. */
  development: boolean;
};

/** The policy of a page: scripts by nonce only; what a trusted script loads is trusted; nothing from elsewhere. */
export function pagePolicy({ nonce, https, development }: PolicyOptions): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    // Widths of bars are style attributes; they cannot run anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}
