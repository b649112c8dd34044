import { describe, expect, it } from 'vitest';
import { cookieName, cookieSettings, type CookieSettings } from '#app/_server/cookie-options.ts';
import { clearSession, type CookieJar, readSession, type StoredSession, writeSession } from '#app/_server/session-cookie.ts';

/** A browser: keeps what is set, forgets what expires, refuses what is too large. */
class Browser implements CookieJar {
  readonly kept = new Map<string, { value: string; settings: CookieSettings }>();
  getAll() {
    return [...this.kept].map(([name, { value }]) => ({ name, value }));
  }
  set(name: string, value: string, settings: CookieSettings) {
    if (name.length + value.length > 4_000) throw new Error('a browser would refuse this cookie');
    if (settings.maxAge === 0) this.kept.delete(name);
    else this.kept.set(name, { value, settings });
  }
}

const session = (accessToken: string): StoredSession => ({ accessToken, refreshToken: 'refresh', expiresAt: 1_795_000_000 });

describe('cookies', () => {
  it('are HttpOnly, SameSite=Lax and for the whole host; over https also Secure and __Host-', () => {
    expect(cookieSettings(true, 60)).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure: true, maxAge: 60 });
    expect(cookieSettings(false, 60)).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', secure: false });
    expect(cookieName('session', true)).toBe('__Host-km-session');
    expect(cookieName('session', false)).toBe('km-session');
  });

  it('name no domain, as __Host- demands', () => {
    expect(cookieSettings(true, 60)).not.toHaveProperty('domain');
  });

  it('are removed by date as well as by age', () => {
    expect(cookieSettings(true, 0)).toMatchObject({ maxAge: 0, expires: new Date(0) });
  });
});

describe.each([true, false])('a session in the browser (https: %s)', (https) => {
  it('comes back as it was written', () => {
    const browser = new Browser();
    writeSession(browser, session('aaa.bbb.ccc'), https);
    expect(readSession(browser, https)).toEqual(session('aaa.bbb.ccc'));
    expect([...browser.kept.values()].every(({ settings }) => settings.httpOnly && settings.sameSite === 'lax' && settings.secure === https)).toBe(true);
  });

  it('survives a token larger than one cookie, and leaves nothing of it when a shorter one follows', () => {
    const browser = new Browser();
    writeSession(browser, session('a'.repeat(9_000)), https);
    expect(browser.kept.size).toBeGreaterThan(2);
    expect(readSession(browser, https)?.accessToken).toHaveLength(9_000);
    writeSession(browser, session('b.b.b'), https);
    expect(browser.kept.size).toBe(1);
    expect(readSession(browser, https)?.accessToken).toBe('b.b.b');
  });

  it('is gone after clearing', () => {
    const browser = new Browser();
    writeSession(browser, session('a'.repeat(9_000)), https);
    clearSession(browser, https);
    expect(browser.kept.size).toBe(0);
    expect(readSession(browser, https)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no base64', '!!!'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['another shape', Buffer.from('{"accessToken":"a"}').toString('base64url')],
    ['a token with a line break', Buffer.from(JSON.stringify(['a\r\nx: y', 'r', 1])).toString('base64url')],
    ['a null', Buffer.from('null').toString('base64url')],
  ])('is none when the cookie holds %s', (_what, value) => {
    expect(readSession({ getAll: () => [{ name: `${cookieName('session', https)}.0`, value }] }, https)).toBeNull();
  });

  it('is not read from a cookie of the other scheme', () => {
    const browser = new Browser();
    writeSession(browser, session('a.b.c'), !https);
    expect(readSession(browser, https)).toBeNull();
  });
});
