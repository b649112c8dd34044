/** From the session's cookie to who asks, for which organisation. Authorisation starts here and nowhere else. */
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Ctx, Role } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { verifiedUser } from './auth/verified-user.ts';
import { cookieName } from './cookie-options.ts';
import { isHttps } from './env.ts';
import { type Membership, readMemberships } from './memberships.ts';
import { readSession } from './session-cookie.ts';
import { databaseClient } from './supabase.ts';
import { currentVisit, PATH_HEADER } from './visit.ts';

/** A Ctx with what the page frame shows of it. */
export type Session = Ctx & { readonly orgName: string; readonly memberships: readonly Membership[] };

/**
 * Who is signed in, once per request; null when nobody is. The token is checked by Auth each time, so that a session
 * that was ended elsewhere is over at the next request.
 * @throws AppError `auth_unavailable` or `database_unavailable`
 */
export const currentSession = cache(async (): Promise<Session | null> => {
  const jar = await cookies();
  const https = isHttps();
  const stored = readSession(jar, https);
  if (!stored) return null;
  const user = await verifiedUser(stored.accessToken);
  if (!user) return null;
  const supabase = databaseClient(stored.accessToken);
  const memberships = await readMemberships(supabase, user.id);
  const membership = chooseMembership(memberships, jar.get(cookieName('org', https))?.value);
  if (!membership) redirect('/no-organisation');
  const { requestId, ip, userAgent } = await currentVisit();
  return {
    userId: user.id,
    email: user.email,
    orgId: membership.orgId,
    orgName: membership.orgName,
    role: membership.role,
    memberships,
    supabase,
    requestId,
    ip,
    userAgent,
  };
});

/** The organisation that the cookie names, if it is one of theirs, else the first. */
export function chooseMembership(memberships: readonly Membership[], wanted: string | undefined): Membership | undefined {
  return memberships.find((m) => m.orgId === wanted) ?? memberships[0];
}

/** First line of every page under (dashboard). Sends people without a session to sign in, and back here afterwards. */
export async function requireCtx(): Promise<Session> {
  const session = await currentSession();
  if (session) return session;
  const path = (await headers()).get(PATH_HEADER);
  redirect(path && path !== '/' ? `/sign-in?next=${encodeURIComponent(path)}` : '/sign-in');
}

/** @throws AppError `forbidden`. The database checks the role again; this is for a clear sentence. */
export function requireRole(ctx: Ctx, roles: readonly Role[]): void {
  if (!roles.includes(ctx.role)) throw new AppError('forbidden');
}
