import type { Session as AuthSession } from '@supabase/supabase-js';
import { AppError } from '#lib/errors.ts';
import { requireAllowed } from '../answer.ts';
import { log } from '../log.ts';
import { consume, giveBack } from '../rate-limit.ts';
import { authClient, databaseClient } from '../supabase.ts';
import type { Visit } from '../visit.ts';
import { beginSession } from './session-writes.ts';
import { notBefore } from './steady.ts';
import { isAuthOutage } from './verified-user.ts';

/** A refusal takes at least this long: longer than Auth's password hash, so that "no such address" is no faster. */
const REFUSAL_MS = 700;

/**
 * Signs in with a password and sets the session's cookie.
 * @throws AppError `sign_in_failed` for an unknown address, a wrong password and an unconfirmed address alike
 */
export async function signIn(visit: Visit, { email, password }: { email: string; password: string }): Promise<void> {
  const started = performance.now();
  // Taken before the attempt and given back after a success: parallel guesses cannot slip through between.
  requireAllowed(await consume('signInMail', email));
  const { data, error } = await authClient().signInWithPassword({ email, password });
  if (error || !data.session) {
    await notBefore(Math.max(0, REFUSAL_MS - (performance.now() - started)), Promise.resolve());
    throw new AppError(error && isAuthOutage(error) ? 'auth_unavailable' : 'sign_in_failed');
  }
  await giveBack('signInMail', email);
  await beginSession(data.session);
  await recordSignIn(visit, data.session);
}

/** The sign-in stands even when it cannot be written down; then the log says so. */
async function recordSignIn(visit: Visit, session: AuthSession): Promise<void> {
  const { error, status } = await databaseClient(session.access_token).rpc('record_sign_in', { p_ip: visit.ip, p_user_agent: visit.userAgent });
  if (error) log().error({ requestId: visit.requestId, code: error.code, status }, 'sign-in could not be recorded');
}
