import { after } from 'next/server';
import { AppError } from '#lib/errors.ts';
import { requireAllowed } from '../answer.ts';
import { log } from '../log.ts';
import { consume } from '../rate-limit.ts';
import { authClient } from '../supabase.ts';
import type { Visit } from '../visit.ts';
import { exactlyAfter } from './steady.ts';

/** Auth sends a mail for a new address and nothing for a known one; the answer comes at this moment either way. */
const ANSWER_MS = 1_200;

/** @throws AppError `password_too_weak` or `auth_unavailable`; never says whether the address is known */
export async function signUp(visit: Visit, { email, password }: { email: string; password: string }): Promise<void> {
  requireAllowed(await consume('signUpMail', email));
  const work = authClient().signUp({ email, password });
  after(() => work);
  const answer = await exactlyAfter(ANSWER_MS, work);
  const error = answer?.error;
  if (!error || error.code === 'user_already_exists' || error.code === 'email_exists') return;
  log().warn({ requestId: visit.requestId, code: error.code, status: error.status }, 'sign-up refused by Auth');
  if (error.code === 'weak_password') throw new AppError('password_too_weak', { fields: { password: 'Choose a stronger password.' } });
  // Auth's limit on mails strikes for addresses that get one: told apart it would tell them apart.
  if (error.code === 'over_email_send_rate_limit') return;
  throw new AppError('auth_unavailable');
}
