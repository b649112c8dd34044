'use server';
/** Actions of the page frame: theme, organisation, signing out. */
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { AppError } from '#lib/errors.ts';
import { action } from './action.ts';
import { endSession } from './auth/session-writes.ts';
import { cookieName, cookieSettings } from './cookie-options.ts';
import { isHttps } from './env.ts';
import { publicAction } from './public-action.ts';
import { theme } from './theme.ts';

const YEAR_SECONDS = 365 * 86_400;

export const chooseTheme = publicAction(z.object({ theme }), 'lightAddress', async (_visit, input) => {
  (await cookies()).set(cookieName('theme', isHttps()), input.theme, cookieSettings(isHttps(), YEAR_SECONDS));
});

/** Another organisation of the same person. The cookie only chooses: membership is read anew on every request. */
export const chooseOrganisation = action(z.object({ orgId: z.uuid() }), { limit: 'mutation' }, async (ctx, { orgId }) => {
  if (!ctx.memberships.some((m) => m.orgId === orgId)) throw new AppError('not_found');
  (await cookies()).set(cookieName('org', isHttps()), orgId, cookieSettings(isHttps(), YEAR_SECONDS));
  redirect('/overview');
});

export const signOut = publicAction(z.object({}), 'lightAddress', async () => {
  await endSession();
  redirect('/sign-in?notice=signed-out');
});
