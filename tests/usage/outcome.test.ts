import { describe, expect, it } from 'vitest';
import { DatabaseRefusal } from '#lib/db/call.ts';
import { PROVIDER_ERROR_CODES, ProviderError, type ProviderErrorCode } from '#lib/providers/contract.ts';
import { failureDelayMs, GIVE_UP_AFTER, rateLimitDelayMs } from '#lib/usage/backoff.ts';
import { afterFailure, outcomeOf, RunInterrupted, WrongOrganization, type RunKind, type RunSoFar } from '#lib/usage/outcome.ts';
import { VAULT_ERROR_CODES, VaultError, type VaultErrorCode } from '#lib/vault/vault-error.ts';

const half = (): number => 0.5;
const run = (more: Partial<RunSoFar> = {}): RunSoFar => ({ kind: 'scheduled', failures: 0, attempts: 1, ...more });
const provider = (code: ProviderErrorCode, retryAfterMs: number | null = null) => new ProviderError(code, { retryAfterMs });

describe('the outcome of a run', () => {
  it.each(['key_rejected', 'key_wrong_kind', 'key_scope_missing'] as const)('is dead and needs attention when the provider says %s', (code) => {
    expect(outcomeOf(provider(code), run(), half)).toEqual({ kind: 'dead', code, attention: true });
    expect(outcomeOf(provider(code), run({ kind: 'backfill' }), half)).toEqual({ kind: 'dead', code, attention: true });
  });

  it('is a release, never a failure, when the provider is busy', () => {
    for (const failures of [0, 4, 50]) expect(outcomeOf(provider('rate_limited', 60_000), run({ failures }), half)).toEqual({ kind: 'release', afterMs: 66_000, code: 'rate_limited' });
  });

  it.each(PROVIDER_ERROR_CODES.filter((code) => !['key_rejected', 'key_wrong_kind', 'key_scope_missing', 'rate_limited'].includes(code)))('of %s is tried again and given up at the fifth failure, without asking for attention', (code) => {
    for (let failures = 0; failures < GIVE_UP_AFTER - 1; failures += 1) expect(outcomeOf(provider(code), run({ failures }), half)).toMatchObject({ kind: 'retry', code });
    expect(outcomeOf(provider(code), run({ failures: GIVE_UP_AFTER - 1 }), half)).toEqual({ kind: 'dead', code, attention: false });
  });

  it('of a backfill is never dead by temporary trouble', () => {
    for (const failures of [0, 4, 5, 400]) expect(outcomeOf(provider('provider_unavailable'), run({ kind: 'backfill', failures }), half).kind).toBe('retry');
    expect(outcomeOf(provider('provider_unavailable'), run({ kind: 'backfill', failures: 5 }), half)).toMatchObject({ afterMs: 6 * 3_600_000 });
  });

  it('waits at least as long as a failing provider asked', () => {
    expect(outcomeOf(provider('provider_unavailable', 600_000), run(), half)).toEqual({ kind: 'retry', afterMs: 600_000, code: 'provider_unavailable' });
  });

  it('is a release while the audit trail cannot be written', () => {
    expect(outcomeOf(new VaultError('audit_unavailable'), run({ failures: 4 }), half)).toMatchObject({ kind: 'release', code: 'audit_unavailable' });
  });

  it.each<VaultErrorCode>(['envelope_malformed', 'unknown_key_id', 'authentication_failed', 'bad_binding', 'plaintext_length'])('is dead and needs attention when the envelope does not open (%s)', (code) => {
    expect(outcomeOf(new VaultError(code), run(), half)).toEqual({ kind: 'dead', code: 'envelope_unreadable', attention: true });
  });

  it('tells a missing envelope from a door that is closed for now', () => {
    expect(outcomeOf(new VaultError('opening_refused', 'nothing_sealed'), run(), half)).toMatchObject({ kind: 'dead', attention: true });
    expect(outcomeOf(new VaultError('opening_refused', 'connection_paused'), run(), half)).toMatchObject({ kind: 'release' });
  });

  it('is nothing to write when the fence or the connection is gone', () => {
    for (const error of [new DatabaseRefusal('fence_lost'), new DatabaseRefusal('connection_purged'), new RunInterrupted('lease_lost')]) expect(outcomeOf(error, run(), half).kind).toBe('gone');
  });

  it('gives the run back at once and uncounted when the worker stops', () => {
    expect(outcomeOf(new RunInterrupted('worker_stopping'), run({ failures: 4 }), half)).toEqual({ kind: 'release', afterMs: 0, code: 'worker_stopping' });
  });

  it('needs attention when the figures belong to another organisation', () => {
    expect(outcomeOf(new WrongOrganization('organization_already_connected'), run(), half)).toEqual({ kind: 'dead', code: 'organization_already_connected', attention: true });
  });

  it('carries a code that the database takes, whatever was thrown', () => {
    const thrown: unknown[] = [
      ...PROVIDER_ERROR_CODES.map((code) => provider(code)),
      ...VAULT_ERROR_CODES.map((code) => new VaultError(code)),
      new DatabaseRefusal('row_count_differs'),
      Object.assign(new Error('secret words'), { code: '57P01' }),
      new TypeError('secret words'),
      'text',
      null,
    ];
    for (const error of thrown) {
      for (const kind of ['scheduled', 'sync_now', 'backfill'] as RunKind[]) {
        const outcome = outcomeOf(error, run({ kind, failures: 2 }), half);
        expect(outcome.code).toMatch(/^[a-z_]{1,60}$/);
        expect(outcome.code).not.toContain('secret');
      }
    }
  });

  it('of a run that ended several workers follows the same rule as any failure', () => {
    expect(afterFailure('lease_lost', run({ failures: 5 }), half)).toEqual({ kind: 'dead', code: 'lease_lost', attention: false });
    expect(afterFailure('lease_lost', run({ kind: 'backfill', failures: 5 }), half)).toMatchObject({ kind: 'retry', afterMs: 6 * 3_600_000 });
  });
});

describe('waits', () => {
  it('grow with failures and spread by a quarter to both sides', () => {
    const planned = [0, 1, 2, 3].map((failures) => failureDelayMs(failures, half));
    expect(planned).toEqual([10_000, 45_000, 180_000, 600_000]);
    for (const failures of [0, 1, 2, 3, 9]) {
      expect(failureDelayMs(failures, () => 0)).toBe(failureDelayMs(failures, half) * 0.75);
      expect(failureDelayMs(failures, () => 1)).toBe(failureDelayMs(failures, half) * 1.25);
    }
  });

  it('for a busy provider are never shorter than it asked below the cap, and never longer than the cap', () => {
    for (const wish of [1_000, 60_000, 899_000]) {
      for (const random of [0, 0.5, 1]) {
        const wait = rateLimitDelayMs(wish, 1, () => random);
        expect(wait).toBeGreaterThanOrEqual(wish);
        expect(wait).toBeLessThanOrEqual(900_000);
      }
    }
    for (const random of [0, 0.5, 1]) {
      const wait = rateLimitDelayMs(1e12, 1, () => random);
      expect(wait).toBeLessThanOrEqual(900_000);
      expect(wait).toBeGreaterThanOrEqual(810_000);
    }
    expect([1, 2, 3, 99].map((attempts) => rateLimitDelayMs(null, attempts, () => 0))).toEqual([30_000, 60_000, 120_000, 900_000]);
  });
});
