/** What becomes of a pasted key that could not be accepted at once. Pure. */
import { DatabaseRefusal } from '#lib/db/call.ts';
import { ProviderError } from '#lib/providers/contract.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

/** Codes that the page has a sentence for, beside the providers' own. */
export const KEY_REFUSALS = ['key_already_connected', 'organization_already_connected', 'different_organization'] as const;
export type KeyRefusal = (typeof KEY_REFUSALS)[number];

/** The key works, and must not be used: it, or its provider organisation, is connected already. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
  readonly code: KeyRefusal;
  constructor(code: KeyRefusal) {
    super(code);
    this.code = code;
  }
}

/** The worker ends; the request is another's. */
export class VerificationStopped extends Error {
  override readonly name = 'VerificationStopped';
  readonly code = 'worker_stopping';
}

/** Another worker, or a purge, ended the request meanwhile. */
export class RequestLost extends Error {
  override readonly name = 'RequestLost';
  readonly code = 'request_lost';
}

/** What else than a provider's error an opening may end with, for the audit trail. */
export const VERIFY_FAILURE_CODES: readonly string[] = [...KEY_REFUSALS, 'worker_stopping'];

export type Verdict =
  /** The sealed key is destroyed; the page says why and that it has to be pasted again. */
  | { kind: 'refuse'; code: string }
  | { kind: 'again'; code: string; afterMs: number }
  /** Purged, or ended by another worker: nothing is left to write. */
  | { kind: 'gone'; code: string };

const RETRY_MS = [5_000, 30_000, 120_000] as const;
const OWN_TROUBLE_MS = 30_000;

/** May look different in a minute. The others will not: the key, or our settings, have to change first. */
const TEMPORARY: ReadonlySet<string> = new Set(['rate_limited', 'provider_unavailable', 'provider_timeout', 'provider_bad_answer', 'provider_pagination', 'response_too_large', 'tls_failed']);
/** What a person is told when the provider stayed away. */
const AWAY: ReadonlySet<string> = new Set(['rate_limited', 'provider_unavailable', 'provider_timeout']);
const GONE: ReadonlySet<string> = new Set(['connection_purged', 'not_found']);

/** @param attempts this one included */
export function verdictOn(error: unknown, attempts: number): Verdict {
  if (error instanceof KeyRefused) return { kind: 'refuse', code: error.code };
  if (error instanceof VerificationStopped) return { kind: 'again', code: error.code, afterMs: 0 };
  if (error instanceof RequestLost) return { kind: 'gone', code: error.code };
  if (error instanceof ProviderError) return onProvider(error, attempts);
  if (error instanceof VaultError) return onVault(error, attempts);
  if (error instanceof DatabaseRefusal && GONE.has(error.code)) return { kind: 'gone', code: error.code };
  if (isTakenFingerprint(error)) return { kind: 'refuse', code: 'key_already_connected' };
  return againOrRefuse('internal', attempts);
}

function onProvider({ code, retryAfterMs }: ProviderError, attempts: number): Verdict {
  if (!TEMPORARY.has(code)) return { kind: 'refuse', code };
  return againOrRefuse(AWAY.has(code) ? 'provider_unavailable' : code, attempts, retryAfterMs ?? 0);
}

function onVault({ code, detail }: VaultError, attempts: number): Verdict {
  if (code === 'audit_unavailable') return { kind: 'again', code, afterMs: OWN_TROUBLE_MS };
  if (code === 'opening_refused' && GONE.has(detail)) return { kind: 'gone', code: detail };
  if (code === 'opening_refused') return detail === 'nothing_sealed' ? { kind: 'refuse', code: 'sealed_key_malformed' } : againOrRefuse('internal', attempts);
  if (code === 'intake_unknown_key') return { kind: 'refuse', code: 'intake_key_retired' };
  if (code === 'intake_malformed' || code === 'intake_authentication_failed' || code === 'plaintext_length') return { kind: 'refuse', code: 'sealed_key_malformed' };
  return againOrRefuse('internal', attempts);
}

function againOrRefuse(code: string, attempts: number, atLeastMs = 0): Verdict {
  const planned = RETRY_MS[attempts - 1];
  return planned === undefined ? { kind: 'refuse', code } : { kind: 'again', code, afterMs: Math.max(planned, atLeastMs) };
}

/** Two requests with one key at the same moment: the unique index decides who was first. */
function isTakenFingerprint(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'connections_one_key';
}
