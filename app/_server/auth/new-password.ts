import { cookies } from 'next/headers';
import { AppError } from '#lib/errors.ts';
import { cookieName, cookieSettings } from '../cookie-options.ts';
import { isHttps } from '../env.ts';
import { log } from '../log.ts';
import { forget } from '../rate-limit.ts';
import { clearSession } from '../session-cookie.ts';
import { authClient } from '../supabase.ts';
import { endAtAuth } from './session-writes.ts';
import { isAuthOutage } from './verified-user.ts';

/** Whether a link was used a moment ago and a new password may be chosen. Auth checks the proof when it is used. */
export async function mayChoosePassword(): Promise<boolean> {
  return (await readProof()) !== null;
}

/**
 * Sets the password and ends every session of the user, wherever it is: whoever was in with the old one is out.
 * @throws AppError `link_invalid`, `password_too_weak` or `auth_unavailable`
 */
export async function setNewPassword(password: string): Promise<void> {
  const proof = await readProof();
  if (!proof) throw new AppError('link_invalid');
  const auth = authClient();
  const { data, error } = await auth.setSession(proof);
  if (error || !data.session) throw new AppError(error && isAuthOutage(error) ? 'auth_unavailable' : 'link_invalid');
  const changed = await auth.updateUser({ password });
  if (changed.error) {
    const { code } = changed.error;
    if (code === 'weak_password') throw new AppError('password_too_weak', { fields: { password: 'Choose a stronger password.' } });
    if (code === 'same_password') throw new AppError('invalid_input', { fields: { password: 'This is the password you have already. Choose another.' } });
    log().warn({ code, status: changed.error.status }, 'new password refused by Auth');
    throw new AppError(isAuthOutage(changed.error) ? 'auth_unavailable' : 'link_invalid');
  }
  // Whoever guessed at the old password must not keep its owner out of the new one.
  if (changed.data.user.email) await forget('signInMail', changed.data.user.email.toLowerCase());
  await endAtAuth(data.session.access_token, 'global');
  const jar = await cookies();
  jar.set(cookieName('reset', isHttps()), '', cookieSettings(isHttps(), 0));
  clearSession(jar, isHttps());
}

async function readProof(): Promise<{ access_token: string; refresh_token: string } | null> {
  const text = (await cookies()).get(cookieName('reset', isHttps()))?.value;
  if (!text) return null;
  try {
    const [access_token, refresh_token] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    return typeof access_token === 'string' && typeof refresh_token === 'string' ? { access_token, refresh_token } : null;
  } catch {
    return null;
  }
}
