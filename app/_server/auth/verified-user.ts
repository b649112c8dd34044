import { AuthUnknownError, isAuthError, isAuthRetryableFetchError } from '@supabase/supabase-js';
import { AppError } from '#lib/errors.ts';
import { authClient } from '../supabase.ts';

/** Auth's answer was none: it is down, overloaded, limiting us, or another server spoke in its place. Anything else is Auth saying no. */
export function isAuthOutage(error: unknown): boolean {
  if (!isAuthError(error) || isAuthRetryableFetchError(error) || error instanceof AuthUnknownError) return true;
  return error.status !== undefined && (error.status >= 500 || error.status === 429);
}

/**
 * Asks Auth who this token belongs to: signature, expiry, audience and whether the session still stands. null when Auth
 * says no. @throws AppError `auth_unavailable` when it does not answer: nobody is signed out because of an outage.
 */
export async function verifiedUser(accessToken: string): Promise<{ id: string; email: string } | null> {
  const { data, error } = await authClient().getUser(accessToken);
  if (error) {
    if (isAuthOutage(error)) throw new AppError('auth_unavailable', { cause: error });
    return null;
  }
  return data.user.aud === 'authenticated' && data.user.email ? { id: data.user.id, email: data.user.email } : null;
}
