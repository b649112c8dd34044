/**
 * The vault's ledger, kept by the database. Each step is a transaction of its own: the database gives a ciphertext only
 * for an attempt that an earlier transaction committed, so a key cannot be read by a transaction that is rolled back.
 */
import { callRows, callValue, DatabaseRefusal } from '#lib/db/call.ts';
import type { Pool } from '#lib/db/pool.ts';
import type { KeyLedger, OpenRequest, SealedForm, SealedRow } from '#lib/vault/open.ts';
import type { SecretField } from '#lib/vault/seal.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

interface TakenRow {
  connection_id: string;
  provider: string;
  host: string;
  field: SecretField;
  form: SealedForm;
  sealed: string;
  kdf_salt: Buffer;
}

/**
 * A refusal of the database becomes `opening_refused` with the database's code as its detail (`connection_paused`,
 * `connection_purged`, `connection_needs_attention`, `nothing_sealed`, ...). Anything else passes through: nothing was
 * recorded or read then.
 */
export function databaseLedger(pool: Pool): KeyLedger {
  return {
    begin: (request) => refusing(async () => ({ seq: await begin(pool, request) })),
    take: (orgId, seq) => refusing(() => take(pool, orgId, seq)),
    end: (orgId, seq, { outcome, code, heldMicros, providerCalls }) =>
      refusing(async () => void (await callValue(pool, 'worker_end_opening', [orgId, seq, outcome, code, heldMicros, providerCalls]))),
  };
}

async function begin(pool: Pool, request: OpenRequest): Promise<string> {
  const { orgId, connectionId, field, form, purpose, jobId, workerId, leaseSeconds } = request;
  const args = [orgId, connectionId, field, form, purpose, jobId, workerId, leaseSeconds];
  const seq = await callValue<bigint>(pool, 'worker_begin_opening', args);
  if (seq === null) throw new VaultError('audit_unavailable', 'the attempt got no number');
  return seq.toString();
}

async function take(pool: Pool, orgId: string, seq: string): Promise<SealedRow> {
  const [row] = await callRows<TakenRow>(pool, 'worker_take_sealed', [orgId, seq]);
  if (!row) throw new VaultError('sealed_text_unavailable', 'the database gave no row');
  const { connection_id: connectionId, sealed: text, kdf_salt: kdfSalt, ...rest } = row;
  return { ...rest, connectionId, text, kdfSalt };
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DatabaseRefusal ? new VaultError('opening_refused', error.code) : error;
  }
}
