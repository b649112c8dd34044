/**
 * One run: the key opened under audit, the provider asked for the range, everything committed in one transaction with
 * the run's end. The plaintext lives only while the provider is asked; the database is written afterwards.
 */
import { callRows } from '#lib/db/call.ts';
import { inTransaction, type Pool, type Tx } from '#lib/db/pool.ts';
import { ProviderError, type NamedEntity, type ProviderAdapter, type ProviderHttp, type RangeReading, type RevealableKey } from '#lib/providers/contract.ts';
import { finishRun, holdFence, type ClaimedRun } from '#lib/usage/claim.ts';
import { writeNames, writeReading } from '#lib/usage/ingest.ts';
import { keepLease } from '#lib/usage/keep-lease.ts';
import { RunInterrupted, WrongOrganization } from '#lib/usage/outcome.ts';
import { PURPOSE_OF, readPlan } from '#lib/usage/plan.ts';
import type { Opening, OpenRequest } from '#lib/vault/open.ts';

/** An opening of a key, already tied to the ledger and the keys (lib/vault/open.ts). */
export type OpenKey = <T>(request: OpenRequest, use: (secret: RevealableKey, opening: Opening) => Promise<T>) => Promise<T>;
/** A provider as one run may reach it: pinned to the connection's host, ended by the signal. */
export type ReachProvider = (provider: ClaimedRun['provider'], host: string, signal: AbortSignal) => { adapter: ProviderAdapter; http: ProviderHttp };

export interface SyncDependencies {
  pool: Pool;
  openKey: OpenKey;
  reachProvider: ReachProvider;
  workerId: string;
  /** What belongs into the transaction that commits usage: budgets, the end of a connection's trouble. */
  alsoCommit: (tx: Tx, run: ClaimedRun) => Promise<void>;
  onLeaseError: (error: unknown) => void;
}

export interface SyncResult {
  calls: number;
  rows: number;
  notes: string[];
}

interface Reading {
  range: RangeReading;
  /** Of the provider, those for names included. */
  calls: number;
  /** null when they were not asked for, or not told. */
  names: NamedEntity[] | null;
  notes: string[];
}

/** After this long an opening without an outcome counts as unfinished; a run that takes longer only looks so meanwhile. */
const OPENING_LEASE_SECONDS = 900;

/**
 * @param stopping ends the run with its reason
 * @throws what `outcomeOf` reads; nothing was written then
 */
export async function syncClaimedRun(deps: SyncDependencies, run: ClaimedRun, jobId: string, stopping: AbortSignal): Promise<SyncResult> {
  const lease = keepLease(deps.pool, run, deps.onLeaseError);
  try {
    const signal = AbortSignal.any([stopping, lease.signal]);
    const reading = await readRange(deps, run, jobId, signal);
    await lease.stop();
    signal.throwIfAborted();
    return await commit(deps, run, reading);
  } finally {
    await lease.stop();
  }
}

async function readRange(deps: SyncDependencies, run: ClaimedRun, jobId: string, signal: AbortSignal): Promise<Reading> {
  const request: OpenRequest = {
    orgId: run.orgId,
    connectionId: run.connectionId,
    field: 'admin_key',
    form: 'envelope',
    purpose: PURPOSE_OF[run.kind],
    jobId,
    workerId: deps.workerId,
    leaseSeconds: OPENING_LEASE_SECONDS,
  };
  return deps.openKey(request, async (key, opening) => {
    const { adapter, http } = deps.reachProvider(run.provider, opening.host, signal);
    let calls = 0;
    const counted: ProviderHttp = {
      get: (call) => {
        calls += 1;
        opening.countCall();
        return http.get(call);
      },
    };
    try {
      const range = await adapter.read(counted, key, readPlan(run, run.clock.now()));
      const named = run.namesDue ? await readNames(adapter, counted, key) : { names: null, note: null };
      return { range, calls, names: named.names, notes: named.note ? [...range.notes, named.note] : range.notes };
    } catch (error) {
      // Whatever an aborted call says of itself, the reason is that the run was ended.
      if (signal.aborted && signal.reason instanceof RunInterrupted) throw signal.reason;
      throw error;
    }
  });
}

/** Names only label what was read: without them the reading stands. A key that is refused is another matter. */
async function readNames(adapter: ProviderAdapter, http: ProviderHttp, key: RevealableKey): Promise<{ names: NamedEntity[] | null; note: string | null }> {
  try {
    return { names: await adapter.readNames(http, key), note: null };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code === 'key_rejected') throw error;
    // Not allowed today is not allowed in an hour: counts as asked.
    return error.code === 'key_scope_missing' ? { names: [], note: 'names_scope_missing' } : { names: null, note: 'names_not_read' };
  }
}

async function commit(deps: SyncDependencies, run: ClaimedRun, { range, calls, names, notes }: Reading): Promise<SyncResult> {
  return inTransaction(deps.pool, async (tx) => {
    await holdFence(tx, run);
    const accountId = await settleAccount(tx, run, range.organizationRef, names);
    const { orgId, runId } = run;
    const rows = await writeReading(tx, { orgId, accountId, runId }, range);
    if (names) await writeNames(tx, { orgId, accountId }, names);
    await finishRun(tx, run, { kind: 'done' }, { calls, rows, notes });
    await deps.alsoCommit(tx, run);
    return { calls, rows, notes };
  });
}

/**
 * Whose figures are these? Asked before anything is written, so that no organisation is counted twice.
 * @throws WrongOrganization
 */
async function settleAccount(tx: Tx, run: ClaimedRun, ref: string | null, names: readonly NamedEntity[] | null): Promise<string> {
  const projects = (names ?? []).filter((name) => name.kind === 'project').map((name) => name.ref);
  if (run.accountId !== null && ref === null && projects.length === 0) return run.accountId;
  const args = [run.orgId, run.connectionId, run.provider, ref, null, projects];
  const [row] = await callRows<{ account_id: string; verdict: 'ok' | WrongOrganization['code'] }>(tx, 'worker_settle_account', args);
  if (row?.verdict === 'ok') return row.account_id;
  throw new WrongOrganization(row?.verdict ?? 'different_organization');
}
