/**
 * Makes the demo account the way a person would: it signs up, and the confirmation arrives in the mailbox. Repeating it
 * on data that has the account changes nothing.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Mail } from './mailbox/mail.ts';
import type { Progress } from './progress.ts';
import type { Stack } from './supervise.ts';

export interface DemoAccount {
  readonly email: string;
  readonly password: string;
}

/** @returns how to sign in. */
export async function seedDemo(stack: Stack, progress: Progress): Promise<DemoAccount> {
  const file = resolve(stack.dataDir, 'demo.json');
  const known = await readFile(file, 'utf8').then((text) => JSON.parse(text) as DemoAccount, () => undefined);
  if (known) return known;
  const account: DemoAccount = { email: 'demo@keymeter.local', password: randomBytes(12).toString('base64url') };
  await progress.step('Making the demo account', () => signUp(stack, account));
  await writeFile(file, JSON.stringify(account), { mode: 0o600 });
  return account;
}

async function signUp(stack: Stack, account: DemoAccount): Promise<SupabaseClient> {
  const client = createClient(stack.env.SUPABASE_URL, stack.env.SUPABASE_PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false } });
  const signedUp = await client.auth.signUp(account);
  if (signedUp.error) throw new Error(`The demo account could not be made: ${signedUp.error.message}`);
  const confirmed = await client.auth.verifyOtp({ token_hash: await tokenFromMail(stack.env.MAILBOX_URL, account.email), type: 'signup' });
  if (confirmed.error) throw new Error(`The demo account could not be confirmed: ${confirmed.error.message}`);
  return client;
}

async function tokenFromMail(mailboxUrl: string, to: string): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const response = await fetch(`${mailboxUrl}/api/mails?to=${encodeURIComponent(to)}`);
    const { mails } = (await response.json()) as { mails: Mail[] };
    const token = /token_hash=([\w-]+)/.exec(mails[0]?.html ?? '')?.[1];
    if (token) return token;
    await sleep(100);
  }
  throw new Error('The confirmation mail did not arrive in the mailbox.');
}
