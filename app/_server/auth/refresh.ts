import type { StoredSession } from '../session-cookie.ts';
import { log } from '../log.ts';
import { authClient, withDeadline } from '../supabase.ts';
import { storedForm } from './session-writes.ts';
import { isAuthOutage } from './verified-user.ts';

/** Refreshed this long before its end, so that no page has to do it halfway through rendering. */
const MARGIN_SECONDS = 120;

export function needsRefresh(session: StoredSession, nowMs: number = Date.now()): boolean {
  return session.expiresAt - nowMs / 1000 < MARGIN_SECONDS;
}

/**
 * A fresh session; `ended` when Auth says that this one is over; null when Auth does not answer, so that an outage signs
 * nobody out.
 */
export async function refreshed(session: StoredSession): Promise<StoredSession | 'ended' | null> {
  const { data, error } = await authClient(askedOnce).refreshSession({ refresh_token: session.refreshToken });
  if (data.session) return storedForm(data.session);
  if (error && isAuthOutage(error)) {
    log().warn({ err: error }, 'session could not be refreshed');
    return null;
  }
  return 'ended';
}

/**
 * supabase-js repeats a refresh that got no answer for half a minute, and the page would wait as long. A 429 is final to
 * it, and an outage to us. An answer that is not Auth's JSON (a proxy's page) is none either.
 */
const askedOnce: typeof fetch = async (input, init) => {
  const answer = await withDeadline(input, init).catch(() => null);
  const spoke = answer && answer.status < 500 && answer.headers.get('content-type')?.includes('json');
  return spoke ? answer : Response.json({ msg: 'no answer' }, { status: 429 });
};
