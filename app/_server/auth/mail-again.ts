import { after } from 'next/server';
import { requireAllowed } from '../answer.ts';
import { log } from '../log.ts';
import { consume } from '../rate-limit.ts';
import { authClient } from '../supabase.ts';
import type { Visit } from '../visit.ts';

/**
 * Asks Auth for a mail: a link to set a new password, or the confirmation once more. Happens after the answer went out,
 * so that neither its words nor its time depend on whether the address is known.
 */
export async function requestMail(visit: Visit, kind: 'reset' | 'confirmation', email: string): Promise<void> {
  requireAllowed(await consume('resetMail', email));
  after(async () => {
    const auth = authClient();
    const { error } = kind === 'reset' ? await auth.resetPasswordForEmail(email) : await auth.resend({ type: 'signup', email });
    if (error) log().warn({ requestId: visit.requestId, kind, code: error.code, status: error.status }, 'mail was not asked for');
  });
}
