import { createClient } from '@supabase/supabase-js';
import type { WebEnv } from '#lib/env.ts';
import { refusalOf } from '#lib/refusal.ts';
import { fails, ok, reasonOf, warns, type Finding } from './finding.ts';

export async function checkSupabase({ SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY }: WebEnv): Promise<Finding[]> {
  try {
    return [await auth(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY), await rest(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY)];
  } catch (error) {
    return [fails('SUPABASE_URL', `cannot be reached: ${reasonOf(error)}`)];
  }
}

async function auth(url: string, key: string): Promise<Finding> {
  const response = await fetch(`${url}/auth/v1/settings`, { headers: { apikey: key }, signal: AbortSignal.timeout(8_000), redirect: 'error' });
  if (response.status === 401) return fails('SUPABASE_PUBLISHABLE_KEY', 'is not accepted by Auth');
  if (!response.ok) return fails('Auth', `answers ${response.status}`);
  const settings = (await response.json()) as { mailer_autoconfirm?: boolean; external?: { email?: boolean } };
  if (settings.external?.email === false) return fails('Auth', 'sign-in by e-mail is off');
  return settings.mailer_autoconfirm ? fails('Auth', 'confirms addresses by itself: switch e-mail confirmation on, or alerts go to addresses nobody proved') : ok('Auth', 'answers, and confirms addresses by mail');
}

async function rest(url: string, key: string): Promise<Finding> {
  const client = createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
  const { error } = await client.from('organizations').select('id').limit(1);
  if (!error) return fails('REST', 'shows organisations to nobody in particular: run select private.apply_privileges() as postgres');
  if (error.code === '42501') return ok('REST', 'answers, and refuses who is not signed in');
  return refusalOf(error) || error.code === 'PGRST205' ? fails('REST', 'does not know our tables: apply the migrations') : warns('REST', `answers with ${error.code || 'an unknown error'}`);
}
