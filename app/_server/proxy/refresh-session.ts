import type { NextRequest, NextResponse } from 'next/server';
import { needsRefresh, refreshed } from '../auth/refresh.ts';
import type { CookieSettings } from '../cookie-options.ts';
import { isHttps } from '../env.ts';
import { clearSession, readSession, writeSession } from '../session-cookie.ts';

/**
 * Renews a session that is about to end, for this request (its pages see the new token) and for the browser.
 * @returns null when there is nothing to write
 */
export async function refreshSessionCookie(request: NextRequest, requestHeaders: Headers): Promise<{ writeTo(response: NextResponse): void } | null> {
  const https = isHttps();
  const stored = readSession(request.cookies, https);
  if (!stored || !needsRefresh(stored)) return null;
  const fresh = await refreshed(stored);
  if (fresh === null) return null;
  const written: [string, string, CookieSettings][] = [];
  const jar = {
    getAll: () => request.cookies.getAll(),
    set: (name: string, value: string, settings: CookieSettings) => {
      written.push([name, value, settings]);
      if (settings.maxAge > 0) request.cookies.set(name, value);
      else request.cookies.delete(name);
    },
  };
  if (fresh === 'ended') clearSession(jar, https);
  else writeSession(jar, fresh, https);
  requestHeaders.set('cookie', request.cookies.toString());
  return {
    writeTo(response) {
      for (const [name, value, settings] of written) response.cookies.set(name, value, settings);
      // An answer that carries a session belongs to one person.
      response.headers.set('Cache-Control', 'private, no-store');
    },
  };
}
