/** A connection made the way a browser makes one, and waiting for what the worker does with it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealForIntake } from '#lib/vault/seal.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { stack } from './stack.ts';
import type { TestUser } from './users.ts';

export const HOSTS: Readonly<Record<ProviderName, string>> = { openai: 'api.openai.com', anthropic: 'api.anthropic.com' };

export interface Connecting {
  readonly orgId: string;
  readonly connectionId: string;
  readonly requestId: string;
}

/**
 * Seals the key as the page does and hands it in as this user.
 * @param publicKey the stack's own unless told
 */
export async function handIn(user: TestUser, provider: ProviderName, key: string, label = `${provider} key`, publicKey?: string): Promise<Connecting> {
  const { orgId } = user;
  const connectionId = randomUUID();
  const sealed = await seal(orgId, connectionId, provider, key, publicKey);
  const { data, error } = await user.client.rpc('connect_key', {
    p_org: orgId, p_connection: connectionId, p_provider: provider, p_host: HOSTS[provider], p_label: label, p_sealed: sealed, p_ip: '203.0.113.7', p_user_agent: 'test',
  });
  if (error) throw error;
  return { orgId, connectionId, requestId: data as string };
}

/** Another key in the place of the first. */
export async function handInReplacement(user: TestUser, { connectionId }: Connecting, provider: ProviderName, key: string): Promise<Connecting> {
  const sealed = await seal(user.orgId, connectionId, provider, key);
  const { data, error } = await user.client.rpc('replace_key', { p_org: user.orgId, p_connection: connectionId, p_sealed: sealed, p_ip: '203.0.113.7', p_user_agent: 'test' });
  if (error) throw error;
  return { orgId: user.orgId, connectionId, requestId: data as string };
}

export async function askSyncNow(user: TestUser, connectionId: string): Promise<string> {
  const { data, error } = await user.client.rpc('request_sync', { p_org: user.orgId, p_connection: connectionId });
  if (error) throw error;
  return data as string;
}

function seal(orgId: string, connectionId: string, provider: ProviderName, key: string, publicKey = stack().secrets.INTAKE_PUBLIC_KEY): Promise<string> {
  return sealForIntake({ orgId, connectionId, provider, host: HOSTS[provider], publicKey }, key);
}

/** Until the condition gives something; its last words are part of the failure. */
export async function eventually<T>(what: string, look: () => Promise<T | null | undefined | false>, withinMs = 60_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`${what} did not happen within ${withinMs / 1000} s`);
    await sleep(100);
  }
}

export interface RequestRow {
  state: string;
  step: string | null;
  code: string | null;
  attempts: number;
}

export async function requestRow(requestId: string): Promise<RequestRow> {
  const { rows } = await stack().admin.query<RequestRow>('select state, step, code, attempts from public.work_requests where id = $1', [requestId]);
  return rows[0] as RequestRow;
}

/** @returns the request once it is done or failed */
export function requestEnded({ requestId }: Pick<Connecting, 'requestId'>, withinMs = 60_000): Promise<RequestRow> {
  return eventually(`the end of request ${requestId}`, async () => {
    const row = await requestRow(requestId);
    return row.state === 'done' || row.state === 'failed' ? row : null;
  }, withinMs);
}

export interface RunRow {
  id: string;
  kind: string;
  state: string;
  code: string | null;
  attempts: number;
  failures: number;
  window_from: string;
  window_to: string;
  not_before: Date;
  lease_until: Date | null;
  rows_written: number;
  calls: number;
  notes: string[];
}

/** Newest days first. */
export async function runsOf(connectionId: string): Promise<RunRow[]> {
  const { rows } = await stack().admin.query<RunRow>(
    `select id, kind, state, code, attempts, failures, window_from::text, window_to::text, not_before, lease_until, rows_written, calls, notes
     from public.sync_runs where connection_id = $1 order by planned_at, window_from desc`,
    [connectionId],
  );
  return rows;
}

/** @returns all runs, once none of them is open */
export function runsEnded(connectionId: string, withinMs = 90_000): Promise<RunRow[]> {
  return eventually(`the end of all runs of ${connectionId}`, async () => {
    const runs = await runsOf(connectionId);
    return runs.length > 0 && runs.every(({ state }) => state === 'done' || state === 'dead') ? runs : null;
  }, withinMs);
}

/** Handed in, verified and read for 90 days. @throws when any of it fails */
export async function connected(user: TestUser, provider: ProviderName, key: string): Promise<Connecting> {
  const connecting = await handIn(user, provider, key);
  const end = await requestEnded(connecting);
  if (end.state !== 'done') throw new Error(`the key was not accepted: ${end.code}`);
  const runs = await runsEnded(connecting.connectionId);
  if (runs.some(({ state }) => state !== 'done')) throw new Error(`the backfill ended ${runs.map(({ state, code }) => `${state} ${code ?? ''}`).join(', ')}`);
  return connecting;
}

export interface AuditRow {
  seq: string;
  action: string;
  body: Record<string, unknown>;
}

/** The organisation's chain, oldest first, entries of this action or of all. */
export async function auditOf(orgId: string, action?: string): Promise<AuditRow[]> {
  const { rows } = await stack().admin.query<{ seq: string; action: string; body: string }>(
    'select seq::text, action, body from audit.entries e where org_id = $1 and ($2::text is null or action = $2) order by e.seq',
    [orgId, action ?? null],
  );
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as Record<string, unknown> }));
}

/** A planned start that is due now, as the dispatcher finds it. */
export async function makeDue(connectionId: string): Promise<void> {
  await stack().admin.query(`update public.connections set next_run_at = now() where id = $1`, [connectionId]);
}

/** The waits of a connection's runs are over. */
export async function skipWaits(connectionId: string): Promise<void> {
  await stack().admin.query(`update public.sync_runs set not_before = now() where connection_id = $1 and state = 'queued'`, [connectionId]);
}
