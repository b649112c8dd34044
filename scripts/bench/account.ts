/** An account as a person makes one: sign-up, and the confirmation from the mailbox. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Mail } from '#scripts/stack/mailbox/mail.ts';
import type { Stack } from '#scripts/stack/supervise.ts';

export interface Account {
  readonly email: string;
  readonly password: string;
  readonly orgId: string;
  /** Speaks as this person, under row-level security. */
  readonly client: SupabaseClient;
}

const MAIL_TRIES = 300;

/** @throws Error when Auth refuses, or the mail does not arrive within half a minute. */
export async function makeAccount({ env }: Stack): Promise<Account> {
  const client = createClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false } });
  const [email, password] = [`bench-${randomUUID()}@keymeter.local`, randomBytes(18).toString('base64url')];
  const signedUp = await client.auth.signUp({ email, password });
  if (signedUp.error) throw signedUp.error;
  const confirmed = await client.auth.verifyOtp({ token_hash: await tokenFromMail(env.MAILBOX_URL, email), type: 'signup' });
  if (confirmed.error) throw confirmed.error;
  const { data, error } = await client.from('memberships').select('org_id').single<{ org_id: string }>();
  if (error) throw error;
  return { email, password, orgId: data.org_id, client };
}

async function tokenFromMail(mailboxUrl: string, to: string): Promise<string> {
  for (let tries = 0; tries < MAIL_TRIES; tries += 1) {
    const response = await fetch(`${mailboxUrl}/api/mails?to=${encodeURIComponent(to)}`);
    const { mails } = (await response.json()) as { mails: Mail[] };
    const token = /token_hash=([\w-]+)/.exec(mails[0]?.html ?? '')?.[1];
    if (token) return token;
    await sleep(100);
  }
  throw new Error('The confirmation mail did not arrive in the mailbox.');
}
