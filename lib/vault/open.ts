/**
 * The one place that yields a plaintext, and only for the time of a callback. The order is the guarantee:
 *
 *   begin   an audit entry is committed; when that fails nothing is read and nothing is called
 *   take    the ledger gives the sealed text, once, because of that entry
 *   open    decrypt, call back with a `Secret`, overwrite it
 *   end     the outcome is recorded: how it went, for how long the plaintext was held, how many provider calls
 *
 * A process that dies in between leaves an entry without an outcome, which shows as "unfinished".
 */
import { decryptEnvelope } from '#lib/vault/envelope.ts';
import { openIntake } from '#lib/vault/intake.ts';
import type { IntakeKeys } from '#lib/vault/intake.ts';
import type { Keyring } from '#lib/vault/keyring.ts';
import type { SecretField } from '#lib/vault/seal.ts';
import { Secret } from '#lib/vault/secret.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

export type OpenPurpose = 'verify_key' | 'replace_key' | 'scheduled_sync' | 'sync_now' | 'backfill';
/** `intake`: as the browser sealed it. `envelope`: at rest. */
export type SealedForm = 'intake' | 'envelope';

export interface OpenRequest {
  orgId: string;
  connectionId: string;
  field: SecretField;
  form: SealedForm;
  purpose: OpenPurpose;
  /** The job's id in the queue, for the audit page. */
  jobId: string;
  /** Which worker process. */
  workerId: string;
  /** After this long an opening without an outcome counts as unfinished. */
  leaseSeconds: number;
}

/** What the ledger hands over for an attempt. */
export interface SealedRow {
  form: SealedForm;
  /** `kmi1:...` or `km1:...` */
  text: string;
  /** The organisation's 32 random bytes. */
  kdfSalt: Uint8Array;
  provider: string;
  host: string;
  field: SecretField;
  connectionId: string;
}

export interface OpeningOutcome {
  outcome: 'success' | 'failure';
  /** null for success; else a `VaultErrorCode`, one of `failureCodes`, or `callback_failed`. Never error text. */
  code: string | null;
  /** Microseconds from before decryption until the plaintext was overwritten; 0 when there was none. */
  heldMicros: number;
  providerCalls: number;
}

/** The database's side, where an attempt is a row before it is a right. `seq` is decimal text (64 bits). */
export interface KeyLedger {
  /**
   * Appends the attempt in a transaction of its own and returns once it is committed.
   * @throws VaultError `opening_refused` when the rules forbid it; anything else means that nothing was recorded
   */
  begin(request: OpenRequest): Promise<{ seq: string }>;
  /** Gives the sealed text once for an attempt that an earlier transaction committed. */
  take(orgId: string, seq: string): Promise<SealedRow>;
  end(orgId: string, seq: string, outcome: OpeningOutcome): Promise<void>;
}

export interface OpenDependencies {
  ledger: KeyLedger;
  keyring: Keyring;
  intakeKeys: IntakeKeys;
  /** The closed list that the callback's errors come from, e.g. `PROVIDER_ERROR_CODES`; others become `callback_failed`. */
  failureCodes: readonly string[];
  /** Told when an outcome could not be written; what the callback returned or threw stands all the same. */
  onOutcomeLost: (lost: { orgId: string; seq: string; outcome: OpeningOutcome; cause: unknown }) => void;
  /** Monotonic nanoseconds; replaced by tests. */
  clock?: () => bigint;
}

/** What the callback may know about the opening, and its counter of provider calls. */
export interface Opening extends Omit<SealedRow, 'text'> {
  orgId: string;
  /** The attempt's number in the organisation's audit chain. */
  seq: string;
  /** To be called once for every request that carries the key to the provider. */
  countCall(): void;
}

/**
 * @param use gets the secret, which is overwritten as soon as the returned promise settles
 * @returns what `use` returned
 * @throws VaultError `audit_unavailable` or `opening_refused` (nothing was opened), `sealed_text_unavailable`, or a
 *   decryption's code; else whatever `use` threw
 */
export async function openKey<T>(
  dependencies: OpenDependencies,
  request: OpenRequest,
  use: (secret: Secret, opening: Opening) => Promise<T>,
): Promise<T> {
  const { orgId } = request;
  const seq = await beginAttempt(dependencies.ledger, request);
  const outcome: OpeningOutcome = { outcome: 'success', code: null, heldMicros: 0, providerCalls: 0 };
  try {
    const { text, ...row } = await takeSealed(dependencies.ledger, request, seq);
    const countCall = (): void => {
      outcome.providerCalls += 1;
    };
    return await hold(dependencies, request, { ...row, text }, outcome, (secret) => use(secret, { ...row, orgId, seq, countCall }));
  } catch (error) {
    outcome.outcome = 'failure';
    outcome.code = closedCode(error, dependencies.failureCodes);
    throw error;
  } finally {
    await endAttempt(dependencies, orgId, seq, outcome);
  }
}

/** The plaintext exists within this function only. */
async function hold<T>(
  { keyring, intakeKeys, clock = () => process.hrtime.bigint() }: OpenDependencies,
  { orgId }: OpenRequest,
  row: SealedRow,
  outcome: OpeningOutcome,
  use: (secret: Secret) => Promise<T>,
): Promise<T> {
  const binding = { ...row, orgId };
  const start = clock();
  const secret = new Secret(
    row.form === 'envelope' ? decryptEnvelope(keyring, binding, row.text) : await openIntake(intakeKeys, binding, row.text),
  );
  try {
    return await use(secret);
  } finally {
    secret.dispose();
    outcome.heldMicros = Number((clock() - start) / 1000n);
  }
}

async function beginAttempt(ledger: KeyLedger, request: OpenRequest): Promise<string> {
  try {
    return (await ledger.begin(request)).seq;
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw new VaultError('audit_unavailable', `the attempt could not be recorded, so the key was not opened${systemCode(error)}`);
  }
}

async function takeSealed(ledger: KeyLedger, request: OpenRequest, seq: string): Promise<SealedRow> {
  let row: SealedRow;
  try {
    row = await ledger.take(request.orgId, seq);
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw new VaultError('sealed_text_unavailable', `the ledger gave no sealed text for this attempt${systemCode(error)}`);
  }
  // The audit entry says what was asked for; another secret must not be opened under its name.
  if (row.connectionId !== request.connectionId || row.field !== request.field || row.form !== request.form) {
    throw new VaultError('sealed_text_unavailable', 'the ledger gave another secret than the attempt names');
  }
  return row;
}

async function endAttempt({ ledger, onOutcomeLost }: OpenDependencies, orgId: string, seq: string, outcome: OpeningOutcome): Promise<void> {
  try {
    await ledger.end(orgId, seq, outcome);
  } catch (cause) {
    onOutcomeLost({ orgId, seq, outcome, cause });
  }
}

/** ` (ECONNREFUSED)`, ` (57P03)`: the ledger's own error by code only. */
function systemCode(error: unknown): string {
  const code = codeOf(error);
  return /^[A-Z0-9_]{2,30}$/.test(code) ? ` (${code})` : '';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function closedCode(error: unknown, failureCodes: readonly string[]): string {
  if (error instanceof VaultError) return error.code;
  return failureCodes.includes(codeOf(error)) ? codeOf(error) : 'callback_failed';
}
