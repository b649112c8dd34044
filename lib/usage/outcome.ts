/**
 * How a run ends, decided from what went wrong. Postgres is the only driver of retries: an outcome becomes a column,
 * and the queue never tries a job twice.
 */
import { DatabaseRefusal } from '#lib/db/call.ts';
import { ProviderError } from '#lib/providers/contract.ts';
import { failureDelayMs, GIVE_UP_AFTER, rateLimitDelayMs, soonMs } from '#lib/usage/backoff.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

export type RunKind = 'scheduled' | 'sync_now' | 'backfill';

/** Codes are closed and lower case: `^[a-z_]{1,60}$`. */
export type Outcome =
  /** Everything was committed together with the run's end. */
  | { kind: 'done' }
  /** Counts as a failure; again after `afterMs`. */
  | { kind: 'retry'; afterMs: number; code: string }
  /** Nobody's failure (a busy provider, a worker that stops, an audit trail that cannot be written). */
  | { kind: 'release'; afterMs: number; code: string }
  /** Given up. With `attention` the key is not opened again until somebody acts. */
  | { kind: 'dead'; code: string; attention: boolean }
  /** Another worker took over, or the connection is gone: there is nothing left to write. */
  | { kind: 'gone'; code: string };

/** An end that something went wrong before. */
export type Ending = Exclude<Outcome, { kind: 'done' }>;

export interface RunSoFar {
  kind: RunKind;
  /** Failures counted before this try. */
  failures: number;
  /** Tries, this one included. */
  attempts: number;
}

/** Ends a run from within: the worker stops, or its lease is lost. Its code goes into the audit trail. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
  readonly code: 'worker_stopping' | 'lease_lost';
  constructor(code: RunInterrupted['code']) {
    super(code);
    this.code = code;
  }
}

/** The reading belongs to another provider organisation than the connection's, or to one that is connected already. */
export class WrongOrganization extends Error {
  override readonly name = 'WrongOrganization';
  readonly code: 'organization_already_connected' | 'different_organization';
  constructor(code: WrongOrganization['code']) {
    super(code);
    this.code = code;
  }
}

/** What else than a provider's error an opening may end with, for the audit trail. */
export const RUN_FAILURE_CODES: readonly string[] = ['worker_stopping', 'lease_lost'];

const KEY_IS_REFUSED: ReadonlySet<string> = new Set(['key_rejected', 'key_wrong_kind', 'key_scope_missing']);
const UNREADABLE: ReadonlySet<string> = new Set(['envelope_malformed', 'unknown_key_id', 'authentication_failed', 'bad_binding', 'plaintext_length']);
const GONE: ReadonlySet<string> = new Set(['fence_lost', 'connection_purged', 'not_found']);

/** @param random from 0 to 1, for jitter */
export function outcomeOf(error: unknown, run: RunSoFar, random: () => number = Math.random): Ending {
  if (error instanceof RunInterrupted) {
    return error.code === 'lease_lost' ? { kind: 'gone', code: 'lease_lost' } : { kind: 'release', afterMs: 0, code: 'worker_stopping' };
  }
  if (error instanceof WrongOrganization) return { kind: 'dead', code: error.code, attention: true };
  if (error instanceof ProviderError) return ofProvider(error, run, random);
  if (error instanceof VaultError) return ofVault(error, run, random);
  if (error instanceof DatabaseRefusal && GONE.has(error.code)) return { kind: 'gone', code: error.code };
  return afterFailure('internal', run, random);
}

/** One more failure. A backfill's days are asked for by nothing else, so temporary trouble never ends it. */
export function afterFailure(code: string, { kind, failures }: RunSoFar, random: () => number = Math.random, atLeastMs = 0): Ending {
  if (kind !== 'backfill' && failures + 1 >= GIVE_UP_AFTER) return { kind: 'dead', code, attention: false };
  return { kind: 'retry', afterMs: Math.max(atLeastMs, failureDelayMs(failures, random)), code };
}

function ofProvider(error: ProviderError, run: RunSoFar, random: () => number): Ending {
  if (KEY_IS_REFUSED.has(error.code)) return { kind: 'dead', code: error.code, attention: true };
  if (error.code === 'rate_limited') return { kind: 'release', afterMs: rateLimitDelayMs(error.retryAfterMs, run.attempts, random), code: error.code };
  return afterFailure(error.code, run, random, error.retryAfterMs ?? 0);
}

function ofVault(error: VaultError, run: RunSoFar, random: () => number): Ending {
  if (error.code === 'audit_unavailable') return { kind: 'release', afterMs: soonMs(random), code: 'audit_unavailable' };
  // Paused, purged or refused since the run was claimed: it is not handed out again until that changes.
  if (error.code === 'opening_refused' && error.detail !== 'nothing_sealed') return { kind: 'release', afterMs: soonMs(random), code: 'opening_refused' };
  if (error.code === 'opening_refused' || UNREADABLE.has(error.code)) return { kind: 'dead', code: 'envelope_unreadable', attention: true };
  return afterFailure('internal', run, random);
}
