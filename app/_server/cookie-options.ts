export type CookieSettings = {
  readonly httpOnly: true;
  readonly sameSite: 'lax';
  readonly path: '/';
  readonly secure: boolean;
  readonly maxAge: number;
  /** Beside maxAge when a cookie is removed: Next loses a Max-Age of 0 when it repeats a cookie on a redirect. */
  readonly expires?: Date;
};

/** Over https every cookie is `__Host-`: bound to this host and path, so that a sibling domain can neither set nor read it. */
export function cookieName(name: string, https: boolean): string {
  return https ? `__Host-km-${name}` : `km-${name}`;
}

/** No script reads any of our cookies. @param maxAgeSeconds 0 removes the cookie. */
export function cookieSettings(https: boolean, maxAgeSeconds: number): CookieSettings {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: https, maxAge: maxAgeSeconds, ...(maxAgeSeconds === 0 ? { expires: new Date(0) } : {}) };
}
