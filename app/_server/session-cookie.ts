/**
 * The session at rest in the browser: access and refresh token in HttpOnly cookies, cut into pieces that every browser
 * keeps. Nothing in it is believed: the tokens are checked by Auth on each request.
 */
import { type CookieSettings, cookieName, cookieSettings } from './cookie-options.ts';

export type StoredSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds since the epoch. Only says when to ask for a new one. */
  readonly expiresAt: number;
};

export interface CookieJar {
  getAll(): { name: string; value: string }[];
  set(name: string, value: string, settings: CookieSettings): unknown;
}

const THIRTY_DAYS_SECONDS = 30 * 86_400;
/** Browsers refuse a cookie above 4,096 bytes with its name and attributes. */
const PIECE_CHARACTERS = 3_400;

function pieces(jar: Pick<CookieJar, 'getAll'>, https: boolean): { name: string; value: string; index: number }[] {
  const prefix = `${cookieName('session', https)}.`;
  return jar
    .getAll()
    .filter(({ name }) => name.startsWith(prefix) && /^\d$/.test(name.slice(prefix.length)))
    .map(({ name, value }) => ({ name, value, index: Number(name.slice(prefix.length)) }))
    .sort((a, b) => a.index - b.index);
}

/** null when there is none, or when the pieces do not make one (then whoever sent them is signed out). */
export function readSession(jar: Pick<CookieJar, 'getAll'>, https: boolean): StoredSession | null {
  const text = pieces(jar, https)
    .map((piece) => piece.value)
    .join('');
  if (text === '') return null;
  try {
    const [accessToken, refreshToken, expiresAt] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof expiresAt !== 'number') return null;
    // It goes into an Authorization header: nothing but a token's characters may pass.
    return /^[\w.-]+$/.test(accessToken) ? { accessToken, refreshToken, expiresAt } : null;
  } catch {
    return null;
  }
}

/** Writes the session and removes pieces that a longer, earlier one left behind. */
export function writeSession(jar: CookieJar, session: StoredSession, https: boolean): void {
  const text = Buffer.from(JSON.stringify([session.accessToken, session.refreshToken, session.expiresAt])).toString('base64url');
  const count = Math.ceil(text.length / PIECE_CHARACTERS);
  for (const piece of pieces(jar, https)) {
    if (piece.index >= count) jar.set(piece.name, '', cookieSettings(https, 0));
  }
  for (let i = 0; i < count; i += 1) {
    jar.set(`${cookieName('session', https)}.${i}`, text.slice(i * PIECE_CHARACTERS, (i + 1) * PIECE_CHARACTERS), cookieSettings(https, THIRTY_DAYS_SECONDS));
  }
}

export function clearSession(jar: CookieJar, https: boolean): void {
  for (const piece of pieces(jar, https)) jar.set(piece.name, '', cookieSettings(https, 0));
}
