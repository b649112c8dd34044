import { z } from 'zod';
import { cookies } from 'next/headers';
import { AppError } from '#lib/errors.ts';
import { cookieName, cookieSettings } from '../cookie-options.ts';
import { isHttps } from '../env.ts';
import { authClient } from '../supabase.ts';
import { endAtAuth } from './session-writes.ts';
import { isAuthOutage } from './verified-user.ts';

/** The kinds of link that Auth's mails carry. */
export const linkKind = z.enum(['signup', 'email', 'recovery', 'email_change', 'magiclink', 'invite']);
export const linkSchema = z.object({ token_hash: z.string().regex(/^[\w-]{16,256}$/), type: linkKind });
export type Link = z.output<typeof linkSchema>;

const RESET_SECONDS = 15 * 60;

/**
 * Uses a link up. For a new password the proof waits in a cookie of its own until the password is chosen. In every other
 * case nobody is signed in by a link: a link that somebody else sent must not put a person, and the key they paste next,
 * into a stranger's account.
 * @returns where to go next
 * @throws AppError `link_invalid` or `auth_unavailable`
 */
export async function confirmLink({ token_hash, type }: Link): Promise<string> {
  const { data, error } = await authClient().verifyOtp({ token_hash, type });
  if (error) throw new AppError(isAuthOutage(error) ? 'auth_unavailable' : 'link_invalid');
  const session = data.session;
  if (type === 'recovery' || type === 'invite') {
    if (!session) throw new AppError('link_invalid');
    const proof = Buffer.from(JSON.stringify([session.access_token, session.refresh_token])).toString('base64url');
    (await cookies()).set(cookieName('reset', isHttps()), proof, cookieSettings(isHttps(), RESET_SECONDS));
    return '/reset-password';
  }
  if (session) await endAtAuth(session.access_token, 'local');
  return type === 'email_change' ? '/sign-in?notice=address-changed' : '/sign-in?notice=confirmed';
}
