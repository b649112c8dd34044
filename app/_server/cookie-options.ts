export type CookieSettings = {
  readonly httpOnly: true;
  readonly sameSite: 'lax';
  readonly path: '/';
  readonly secure: boolean;
  readonly maxAge: number;
};

/** Over https every cookie is `__Host-`: bound to this host and path, so that a sibling domain can neither set nor read it. */
export function cookieName(name: string, https: boolean): string {
  return https ? `__Host-km-${name}` : `km-${name}`;
}

/** No script reads any of our cookies. @param maxAgeSeconds 0 removes the cookie. */
export function cookieSettings(https: boolean, maxAgeSeconds: number): CookieSettings {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: https, maxAge: maxAgeSeconds };
}
