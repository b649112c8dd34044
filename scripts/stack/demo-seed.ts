/**
 * Makes the demo account the way anybody becomes a customer: sign-up, confirmation through the mailbox, budgets, keys
 * sealed to the worker's public key and handed over the REST API as that user. Nothing is written behind the product's
 * back; the worker verifies, reads 90 days from the simulator over HTTP, and raises what there is to raise.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { adapterFor } from '#lib/providers/registry.ts';
import { sealForIntake } from '#lib/vault/seal.ts';
import type { Progress } from './progress.ts';
import type { Stack } from './supervise.ts';

export interface DemoAccount {
  readonly email: string;
  readonly password: string;
}

const EMAIL = 'demo@halcyon.example';
const PROVIDERS: readonly { provider: ProviderName; label: string }[] = [
  { provider: 'openai', label: 'OpenAI, all projects' },
  { provider: 'anthropic', label: 'Anthropic, all workspaces' },
];
const PATIENCE_MS = 10 * 60_000;

/** @returns the account; an earlier start's is found again and nothing is made twice. */
export async function seedDemo(stack: Stack, progress: Progress): Promise<DemoAccount> {
  const file = resolve(stack.dataDir, 'demo-account.json');
  const known = await readFile(file, 'utf8').then((text) => JSON.parse(text) as DemoAccount & { finished?: boolean }, () => null);
  if (known?.finished) return known;
  // Kept before the sign-up: a start that was stopped half-way goes on with the same account.
  const account = known ?? { email: EMAIL, password: randomBytes(12).toString('base64url') };
  await writeFile(file, JSON.stringify(account), { mode: 0o600 });
  const client = createClient(stack.env.SUPABASE_URL, stack.env.SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
  await progress.step('Signing up the demo account and confirming it through the mailbox', () => enter(stack, client, account));
  const orgId = await organizationOf(client);
  await rename(client, orgId);
  await progress.step('Making two monthly budgets', () => makeBudgets(stack, client, orgId));
  for (const { provider, label } of PROVIDERS) {
    await progress.step(`Connecting ${label}: sealing the key, verification by the worker`, (note) => connect(stack, client, { orgId, provider, label }, note));
  }
  await progress.step('Reading 90 days of usage and cost', (note) => watchBackfill(client, orgId, note));
  await progress.step('Waiting for the budget alerts in the mailbox', () => waitForAlerts(stack, client, orgId));
  await writeFile(file, JSON.stringify({ ...account, finished: true }), { mode: 0o600 });
  return account;
}

async function enter(stack: Stack, client: SupabaseClient, { email, password }: DemoAccount): Promise<void> {
  if (!(await client.auth.signInWithPassword({ email, password })).error) return;
  const { error } = await client.auth.signUp({ email, password });
  if (error) throw new Error(`The sign-up was refused: ${error.message}`);
  const token = await until('the confirmation mail', async () => {
    const mails = await mailsTo(stack, email);
    return mails.map((mail) => /[?&](?:amp;)?token_hash=([\w-]+)/.exec(mail.html ?? mail.text ?? '')?.[1]).find(Boolean);
  });
  const verified = await client.auth.verifyOtp({ token_hash: token, type: 'signup' });
  if (verified.error) throw new Error(`The confirmation was refused: ${verified.error.message}`);
}

async function organizationOf(client: SupabaseClient): Promise<string> {
  const { data, error } = await client.from('memberships').select('org_id').limit(1).single();
  if (error) throw new Error(`The demo account has no organisation: ${error.message}`);
  return data.org_id as string;
}

async function rename(client: SupabaseClient, orgId: string): Promise<void> {
  await must(client.from('organizations').update({ name: 'Halcyon Robotics' }).eq('id', orgId));
}

/** One budget a little over 80 % used by today and one just crossed, whatever day of the month it is. */
async function makeBudgets(stack: Stack, client: SupabaseClient, orgId: string): Promise<void> {
  const { data } = await client.from('budgets').select('id').limit(1);
  if (data && data.length > 0) return;
  const [openai, anthropic] = await Promise.all([monthSoFar(stack, 'openai'), monthSoFar(stack, 'anthropic')]);
  const whole = roundUp(openai.plus(anthropic).scale(100n, 84n), 50n);
  const one = roundUp(anthropic.scale(100n, 106n), 10n);
  await must(client.from('budgets').insert({ org_id: orgId, name: 'Everything', amount: whole.toDecimal() }));
  await must(client.from('budgets').insert({ org_id: orgId, name: 'Anthropic', scope_kind: 'provider', scope_ref: 'anthropic', amount: one.toDecimal() }));
}

function roundUp(amount: Money, step: bigint): Money {
  const unit = step * 10n ** 12n;
  return Money.fromPico(((amount.pico + unit - 1n) / unit) * unit, amount.currency);
}

/** What the provider itself says of this month, from the simulator's independent account. */
async function monthSoFar(stack: Stack, provider: ProviderName): Promise<Money> {
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.parse(`${today}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const response = await fetch(`${stack.env.SIMULATOR_URL}/_sim/totals?provider=${provider}&from=${today.slice(0, 7)}-01&to=${tomorrow}`);
  const { billed } = (await response.json()) as { billed: string };
  return Money.parse(billed, 'USD');
}

type Wanted = { orgId: string; provider: ProviderName; label: string };

async function connect(stack: Stack, client: SupabaseClient, { orgId, provider, label }: Wanted, note: (text: string) => void): Promise<void> {
  const existing = await client.from('connections').select('id').eq('provider', provider).eq('status', 'active');
  if (existing.data && existing.data.length > 0) return;
  const connectionId = randomUUID();
  const host = adapterFor(provider).hosts[0] ?? '';
  const sealed = await sealForIntake({ publicKey: stack.secrets.INTAKE_PUBLIC_KEY, orgId, connectionId, provider, host }, await issueKey(stack, provider));
  const { data: requestId, error } = await client.rpc('connect_key', {
    p_org: orgId, p_connection: connectionId, p_provider: provider, p_host: host, p_label: label, p_sealed: sealed, p_ip: '127.0.0.1', p_user_agent: 'npm run demo',
  });
  if (error) throw new Error(`The connection was refused: ${error.message}`);
  await until('the verification', async () => {
    const { data } = await client.from('work_requests').select('state, step, code').eq('id', requestId).single();
    if (data?.state === 'failed') throw new Error(`The key was refused: ${data.code}`);
    note(String(data?.step ?? 'waiting for the worker'));
    return data?.state === 'done' || undefined;
  });
}

async function issueKey(stack: Stack, provider: ProviderName): Promise<string> {
  const response = await fetch(`${stack.env.SIMULATOR_URL}/_sim/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider, org: 'demo' }),
  });
  return ((await response.json()) as { key: string }).key;
}

interface Source {
  readonly provider: string;
  readonly status: string;
  readonly status_code: string | null;
  readonly backfill_total: number;
  readonly backfill_done: number;
}

async function watchBackfill(client: SupabaseClient, orgId: string, note: (text: string) => void): Promise<void> {
  await until('the backfill', async () => {
    const { data, error } = await client.rpc('sources', { p_org: orgId });
    if (error) throw new Error(`The sources cannot be read: ${error.message}`);
    const sources = data as Source[];
    const stuck = sources.find((s) => s.status === 'needs_attention');
    if (stuck) throw new Error(`${stuck.provider} needs attention: ${stuck.status_code}`);
    note(sources.map((s) => `${s.provider} ${s.backfill_done} of ${s.backfill_total} chunks`).join(', '));
    return (sources.length === PROVIDERS.length && sources.every((s) => s.backfill_total > 0 && s.backfill_done === s.backfill_total)) || undefined;
  });
}

async function waitForAlerts(stack: Stack, client: SupabaseClient, orgId: string): Promise<void> {
  await until('the alert mails', async () => {
    const { data } = await client.from('messages').select('state').eq('org_id', orgId);
    if (!data || data.length === 0 || data.some((m) => m.state !== 'sent')) return undefined;
    return (await mailsTo(stack, EMAIL)).length >= data.length || undefined;
  });
}

async function mailsTo(stack: Stack, to: string): Promise<{ html?: string; text?: string }[]> {
  const response = await fetch(`${stack.env.MAILBOX_URL}/api/mails?to=${encodeURIComponent(to)}`);
  return ((await response.json()) as { mails: { html?: string; text?: string }[] }).mails;
}

async function must(request: PromiseLike<{ error: { message: string } | null }>): Promise<void> {
  const { error } = await request;
  if (error) throw new Error(`The demo could not be set up: ${error.message}`);
}

/** Asks again every 300 ms until there is an answer. @throws Error naming what was waited for. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Gave up waiting for ${what} after ${PATIENCE_MS / 60_000} minutes. The logs are in the data directory.`);
    await sleep(300);
  }
}
