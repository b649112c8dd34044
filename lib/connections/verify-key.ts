/**
 * A pasted key becomes a connection: opened under audit, recognised, shown to the provider, encrypted again for rest,
 * and committed together with the first reads it needs. The plaintext exists within one callback; what leaves it is
 * an envelope, a fingerprint, and what may be shown.
 */
import type { KeyObject } from 'node:crypto';
import { endRequest, REQUEST_LEASE_SECONDS, showStep, type KeyRequest, type RequestStep } from '#lib/connections/claim-request.ts';
import { KeyRefused, RequestLost, VerificationStopped } from '#lib/connections/verdict.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import { inTransaction, type Pool, type Tx } from '#lib/db/pool.ts';
import type { ProviderAdapter, ProviderHttp, ProviderName, Verification } from '#lib/providers/contract.ts';
import { checkedKey } from '#lib/providers/key-header.ts';
import { encryptEnvelope } from '#lib/vault/envelope.ts';
import { fingerprint } from '#lib/vault/fingerprint.ts';
import { keyHint, type KeyHint } from '#lib/vault/hint.ts';
import type { Keyring } from '#lib/vault/keyring.ts';
import type { Opening, OpenRequest } from '#lib/vault/open.ts';
import type { Secret } from '#lib/vault/secret.ts';

export interface VerifyDependencies {
  pool: Pool;
  /** lib/vault/open.ts, tied to the ledger and the keys. */
  openKey: <T>(request: OpenRequest, use: (secret: Secret, opening: Opening) => Promise<T>) => Promise<T>;
  reachProvider: (provider: ProviderName, host: string, signal: AbortSignal) => { adapter: ProviderAdapter; http: ProviderHttp };
  keyring: Keyring;
  fingerprintKey: KeyObject;
  workerId: string;
}

interface AcceptedKey {
  envelope: string;
  fingerprint: string;
  hint: KeyHint;
  verification: Verification;
}

const BACKFILL_DAYS = 90;
const CHUNK_DAYS = 30;
const OPENING_LEASE_SECONDS = 300;

/**
 * @param stopping ends the verification; the request goes back to its row
 * @throws what `verdictOn` reads; nothing was written then
 */
export async function verifyKey(deps: VerifyDependencies, request: KeyRequest, jobId: string, stopping: AbortSignal): Promise<void> {
  const steps = liveSteps(deps.pool, request);
  try {
    await steps.show('opening');
    const accepted = await openAndAsk(deps, request, jobId, stopping, steps.show);
    await steps.show('storing');
    await inTransaction(deps.pool, (tx) => commit(deps, tx, request, accepted));
  } finally {
    steps.stop();
  }
}

async function openAndAsk(deps: VerifyDependencies, request: KeyRequest, jobId: string, stopping: AbortSignal, show: (step: RequestStep) => Promise<void>): Promise<AcceptedKey> {
  const { orgId, connectionId, kind } = request;
  const opened: OpenRequest = { orgId, connectionId, field: 'admin_key', form: 'intake', purpose: kind, jobId, workerId: deps.workerId, leaseSeconds: OPENING_LEASE_SECONDS };
  return deps.openKey(opened, async (secret, opening) => {
    checkedKey(request.provider, secret);
    const print = fingerprint(deps.fingerprintKey, orgId, secret);
    const owner = await callValue<string>(deps.pool, 'worker_fingerprint_owner', [orgId, connectionId, print]);
    if (owner !== null) throw new KeyRefused('key_already_connected');
    await show('asking_provider');
    const verification = await askProvider(deps, request, secret, opening, stopping);
    await show('naming');
    const binding = { orgId, connectionId, provider: request.provider, field: 'admin_key' as const, kdfSalt: opening.kdfSalt };
    return { envelope: encryptEnvelope(deps.keyring, binding, secret), fingerprint: print, hint: keyHint(secret), verification };
  });
}

async function askProvider(deps: VerifyDependencies, { provider, clock }: KeyRequest, secret: Secret, opening: Opening, stopping: AbortSignal): Promise<Verification> {
  const { adapter, http } = deps.reachProvider(provider, opening.host, stopping);
  const counted: ProviderHttp = {
    get: (call) => {
      opening.countCall();
      return http.get(call);
    },
  };
  try {
    return await adapter.verify(counted, secret, clock.now());
  } catch (error) {
    // Whatever an aborted call says of itself, the reason is that the worker ends.
    if (stopping.aborted) throw new VerificationStopped();
    throw error;
  }
}

async function commit(deps: VerifyDependencies, tx: Tx, request: KeyRequest, { envelope, fingerprint: print, hint, verification }: AcceptedKey): Promise<void> {
  const { orgId, connectionId, provider } = request;
  const { organizationRef, organizationName, projectRefs, keyExpiresAt, warnings } = verification;
  const [account] = await callRows<{ verdict: 'ok' | 'organization_already_connected' | 'different_organization' }>(tx, 'worker_settle_account', [
    orgId, connectionId, provider, organizationRef, organizationName, projectRefs,
  ]);
  if (account?.verdict !== 'ok') throw new KeyRefused(account?.verdict ?? 'different_organization');
  await callValue(tx, 'worker_store_envelope', [
    orgId, connectionId, 'admin_key', deps.keyring.primaryId, envelope, hint.prefix, hint.lastFour, print, keyExpiresAt, warnings, deps.workerId,
  ]);
  await showStep(tx, request, 'planning');
  await callValue(tx, 'worker_plan_backfill', [orgId, connectionId, BACKFILL_DAYS, CHUNK_DAYS]);
  // Rolled back: a key must not be stored for a request that somebody else ended.
  if (!(await endRequest(tx, request, { state: 'done' }))) throw new RequestLost();
}

/** Shows steps, and repeats the current one so that the lease lives as long as a slow provider needs. */
function liveSteps(pool: Pool, request: KeyRequest): { show: (step: RequestStep) => Promise<void>; stop: () => void } {
  let current: RequestStep = 'opening';
  const show = (step: RequestStep): Promise<void> => {
    current = step;
    return showStep(pool, request, step);
  };
  // One repetition that fails is made up for by the next.
  const timer = setInterval(() => void showStep(pool, request, current).catch(() => {}), (REQUEST_LEASE_SECONDS / 3) * 1000);
  return { show, stop: () => clearInterval(timer) };
}
