/** Supabase as web uses it: always with the publishable key, always as the user or as nobody. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { webEnv } from './env.ts';

const AUTH_TIMEOUT_MS = 15_000;

/**
 * Auth's client for one request. It keeps nothing: no storage, no timer, no address bar. The caller reads and writes the
 * session's cookie.
 */
export function authClient(via: typeof fetch = withDeadline): SupabaseClient['auth'] {
  const env = webEnv();
  return createClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: via },
  }).auth;
}

/** The database as this user, under row-level security. Without a token: as nobody. */
export function databaseClient(accessToken?: string): SupabaseClient {
  const env = webEnv();
  return createClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY, {
    global: { fetch: withDeadline },
    ...(accessToken ? { accessToken: async () => accessToken } : { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } }),
  });
}

/** A database that hangs must become an error page, not a request that hangs with it. */
export const withDeadline: typeof fetch = (input, init) =>
  fetch(input, { ...init, cache: 'no-store', signal: init?.signal ? AbortSignal.any([init.signal, AbortSignal.timeout(AUTH_TIMEOUT_MS)]) : AbortSignal.timeout(AUTH_TIMEOUT_MS) });
