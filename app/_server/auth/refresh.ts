import type { StoredSession } from '../session-cookie.ts';
import { log } from '../log.ts';
import { authClient } from '../supabase.ts';
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
  const { data, error } = await authClient().refreshSession({ refresh_token: session.refreshToken });
  if (data.session) return storedForm(data.session);
  if (error && isAuthOutage(error)) {
    log().warn({ err: error }, 'session could not be refreshed');
    return null;
  }
  return 'ended';
}
