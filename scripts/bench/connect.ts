/** Keys of the simulated providers, handed over the way the browser does it, and what the worker makes of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { addDays, dayOf } from '#lib/day.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { adapterFor } from '#lib/providers/registry.ts';
import { sealForIntake } from '#lib/vault/seal.ts';
import type { Stack } from '#scripts/stack/supervise.ts';
import type { Account } from './account.ts';

/** What a first read fetches. */
export const BACKFILL_DAYS = 90;
const LOOK_MS = 50;

export interface Run {
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  readonly calls: number;
  readonly rows: number;
  /** Of the claim, by the database's clock. */
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/**
 * A key of a customer that nobody else has. Its history is made up before the clock starts: a provider has it already.
 */
export async function issueKey(stack: Stack, provider: ProviderName, customer: string): Promise<string> {
  const { key } = await simulator<{ key: string }>(stack, '/keys', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ provider, org: customer }) });
  const today = dayOf(new Date());
  await simulator(stack, `/totals?${new URLSearchParams({ provider, org: customer, from: addDays(today, -BACKFILL_DAYS), to: addDays(today, 1) })}`);
  return key;
}

async function simulator<T>(stack: Stack, path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${stack.env.SIMULATOR_URL}/_sim${path}`, init);
  if (!response.ok) throw new Error(`The simulator refused ${path.split('?')[0]}: ${response.status}`);
  return (await response.json()) as T;
}

/** Seals the key as the page does and hands it in. @returns the connection's id */
export async function handIn(stack: Stack, { client, orgId }: Account, provider: ProviderName, key: string): Promise<string> {
  const connectionId = randomUUID();
  const [host = ''] = adapterFor(provider).hosts;
  const sealed = await sealForIntake({ orgId, connectionId, provider, host, publicKey: stack.secrets.INTAKE_PUBLIC_KEY }, key);
  const { error } = await client.rpc('connect_key', {
    p_org: orgId, p_connection: connectionId, p_provider: provider, p_host: host, p_label: `${provider} key`, p_sealed: sealed, p_ip: '', p_user_agent: 'bench',
  });
  if (error) throw error;
  return connectionId;
}

/** "Sync now", as a person presses it. */
export async function askSyncNow({ client, orgId }: Account, connectionId: string): Promise<void> {
  const { error } = await client.rpc('request_sync', { p_org: orgId, p_connection: connectionId });
  if (error) throw error;
}

/**
 * Waits until a connection has this many runs of a kind that ended well; a backfill has three.
 * @throws Error when one dies or the key is not accepted
 */
export async function runsDone(database: pg.Pool, connectionId: string, kind: 'backfill' | 'sync_now', count: number): Promise<Run[]> {
  for (;;) {
    const { rows } = await database.query<Run & { refused: string | null }>(
      `select r.kind, r.state, r.code, r.calls, r.rows_written as rows, r.started_at as "startedAt", r.finished_at as "finishedAt",
         case c.status when 'needs_attention' then c.status_code end as refused
       from public.connections c left join public.sync_runs r on r.org_id = c.org_id and r.connection_id = c.id and r.kind = $2 where c.id = $1`,
      [connectionId, kind],
    );
    const dead = rows.find(({ state, refused }) => state === 'dead' || refused);
    if (dead) throw new Error(`The connection came to nothing: ${dead.refused ?? dead.code}`);
    if (rows.filter(({ state }) => state === 'done').length >= count) return rows;
    await sleep(LOOK_MS);
  }
}
