/** Users made the way people become users, and sessions in the database that are held to what a user may do. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type pg from 'pg';
import { mails, waitForMail } from './mails.ts';
import { stack } from './stack.ts';

export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** The personal organisation every sign-up makes. */
  readonly orgId: string;
  /** Signed in as this user; row-level security applies. */
  readonly client: SupabaseClient;
}

/** A client without a session: what anybody on the internet has. */
export function anonymousClient(): SupabaseClient {
  const { supabaseUrl, publishableKey } = stack();
  return createClient(supabaseUrl, publishableKey, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } });
}

/** Signs up through Auth and confirms with the token of the mail, as a person would. */
export async function createUser(email = `user-${randomUUID()}@example.test`): Promise<TestUser> {
  const client = anonymousClient();
  const password = randomBytes(18).toString('base64url');
  const signUp = await client.auth.signUp({ email, password });
  if (signUp.error) throw signUp.error;
  const mail = await waitForMail(email, (candidate) => linkToken(candidate) !== undefined);
  const tokenHash = linkToken(mail) as string;
  const verified = await client.auth.verifyOtp({ token_hash: tokenHash, type: 'signup' });
  if (verified.error) throw verified.error;
  const id = verified.data.user?.id;
  if (!id) throw new Error('Auth confirmed nobody');
  const { rows } = await stack().admin.query<{ org_id: string }>('select org_id from public.memberships where user_id = $1', [id]);
  if (!rows[0]) throw new Error('The sign-up made no organisation');
  return { id, email, password, orgId: rows[0].org_id, client };
}

/** The token of a mail of Auth's: the `token_hash` its link carries. */
export function linkToken(mail: { html?: string | undefined; text?: string | undefined }): string | undefined {
  return /[?&](?:amp;)?token_hash=([\w-]+)/.exec(mail.html ?? mail.text ?? '')?.[1];
}

/**
 * One transaction as the given user: role `authenticated` with the claims that the API would set. It is committed when
 * the work succeeds and rolled back when it throws.
 */
export function asUser<T>(userId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return asRole('authenticated', { sub: userId, role: 'authenticated' }, work);
}

/** The same without a session: role `anon`. */
export function asAnon<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return asRole('anon', { role: 'anon' }, work);
}

export async function asRole<T>(role: string, claims: Readonly<Record<string, string>>, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await stack().admin.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true), set_config('request.jwt.claim.role', $3, true)`, [
      JSON.stringify(claims),
      claims.sub ?? '',
      claims.role ?? role,
    ]);
    await client.query(`set local role ${client.escapeIdentifier(role)}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

export { mails };
