/** What a user asked for, taken from its row and ended there. */
import { callRows, callValue } from '#lib/db/call.ts';
import { databaseClock, type DatabaseClock } from '#lib/db/database-clock.ts';
import type { Pool, Queryable } from '#lib/db/pool.ts';
import type { ProviderName } from '#lib/providers/contract.ts';

interface Asked {
  orgId: string;
  requestId: string;
  createdBy: string | null;
  /** Tries, this one included. */
  attempts: number;
  /** Workers that took it before and vanished. */
  abandoned: number;
  clock: DatabaseClock;
}

export interface KeyRequest extends Asked {
  kind: 'verify_key' | 'replace_key';
  connectionId: string;
  provider: ProviderName;
  host: string;
}
export interface SyncRequest extends Asked {
  kind: 'sync_now';
  connectionId: string;
}
export interface TestAlertRequest extends Asked {
  kind: 'test_alert';
}
export type ClaimedRequest = KeyRequest | SyncRequest | TestAlertRequest;

interface ClaimRow {
  org_id: string;
  kind: ClaimedRequest['kind'];
  connection_id: string | null;
  provider: ProviderName | null;
  host: string | null;
  created_by: string | null;
  attempts: number;
  abandoned: number;
  database_now: Date;
}

/** Every step renews it, and long steps are repeated three times as often as it ends. */
export const REQUEST_LEASE_SECONDS = 45;

/** null when the request is not due, done, or another worker has it. */
export async function claimRequest(pool: Pool, requestId: string): Promise<ClaimedRequest | null> {
  const [row] = await callRows<ClaimRow>(pool, 'worker_claim_request', [requestId, REQUEST_LEASE_SECONDS]);
  if (!row) return null;
  const asked: Asked = { orgId: row.org_id, requestId, createdBy: row.created_by, attempts: row.attempts, abandoned: row.abandoned, clock: databaseClock(row.database_now) };
  if (row.kind === 'test_alert') return { ...asked, kind: row.kind };
  if (row.connection_id === null || row.provider === null || row.host === null) return null;
  if (row.kind === 'sync_now') return { ...asked, kind: row.kind, connectionId: row.connection_id };
  return { ...asked, kind: row.kind, connectionId: row.connection_id, provider: row.provider, host: row.host };
}

/** Shown live on the page. */
export type RequestStep = 'opening' | 'asking_provider' | 'naming' | 'storing' | 'planning';

export async function showStep(db: Queryable, { orgId, requestId }: Asked, step: RequestStep): Promise<void> {
  await callValue(db, 'worker_step_request', [orgId, requestId, step, REQUEST_LEASE_SECONDS]);
}

export type RequestEnd =
  | { state: 'done' }
  | { state: 'failed'; code: string }
  | { state: 'waiting'; code: string; afterMs: number }
  /** Its run goes on and will end it. */
  | { state: 'running' };

/** False when the request is not the caller's any more (ended by another worker, or by a purge). */
export async function endRequest(db: Queryable, { orgId, requestId, clock }: Asked, end: RequestEnd): Promise<boolean> {
  const notBefore = end.state === 'waiting' ? new Date(clock.now().getTime() + end.afterMs) : null;
  const code = 'code' in end ? end.code : null;
  return (await callValue<boolean>(db, 'worker_finish_request', [orgId, requestId, end.state, code, notBefore])) === true;
}
