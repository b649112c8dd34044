/** A session of Auth's in the form in which web keeps it in a browser. */
import { writeSession } from '#app/_server/session-cookie.ts';
import { anonymousClient, type TestUser } from './users.ts';

export interface CookieSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Cookie names and values. */
  readonly jar: ReadonlyMap<string, string>;
}

/** Signs in at Auth anew, so that each caller has a session of its own to end. */
export async function sessionCookies(user: Pick<TestUser, 'email' | 'password'>, https = false): Promise<CookieSession> {
  const { data, error } = await anonymousClient().auth.signInWithPassword({ email: user.email, password: user.password });
  if (error) throw error;
  const { access_token: accessToken, refresh_token: refreshToken, expires_at: expiresAt = 0 } = data.session;
  const jar = new Map<string, string>();
  writeSession({ getAll: () => [], set: (name, value) => jar.set(name, value) }, { accessToken, refreshToken, expiresAt }, https);
  return { accessToken, refreshToken, jar };
}
