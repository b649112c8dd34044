/** A session begins and ends. */
import type { Session as AuthSession } from '@supabase/supabase-js';
import { cookies } from 'next/headers';
import { after } from 'next/server';
import { isHttps } from '../env.ts';
import { log } from '../log.ts';
import { clearSession, readSession, type StoredSession, writeSession } from '../session-cookie.ts';
import { authClient } from '../supabase.ts';

export function storedForm(session: AuthSession): StoredSession {
  return {
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    expiresAt: session.expires_at ?? Math.floor(Date.now() / 1000) + session.expires_in,
  };
}

/** A new session in a new cookie; the one that was there before is ended at Auth too, so that nobody can go on with it. */
export async function beginSession(session: AuthSession): Promise<void> {
  const jar = await cookies();
  const before = readSession(jar, isHttps());
  writeSession(jar, storedForm(session), isHttps());
  if (before) after(() => endAtAuth(before.accessToken, 'local'));
}

/** Ends this browser's session at Auth and removes the cookie, the latter even when Auth does not answer. */
export async function endSession(): Promise<void> {
  const jar = await cookies();
  const stored = readSession(jar, isHttps());
  clearSession(jar, isHttps());
  if (stored) await endAtAuth(stored.accessToken, 'local');
}

/** @param scope `local` this session, `global` every session of the user */
export async function endAtAuth(accessToken: string, scope: 'local' | 'global'): Promise<void> {
  const { error } = await authClient().admin.signOut(accessToken, scope);
  // An expired or unknown session is ended already.
  if (error && (error.status === undefined || error.status >= 500)) log().warn({ err: error, scope }, 'session could not be ended at Auth');
}
