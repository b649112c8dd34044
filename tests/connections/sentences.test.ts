/** Nobody is left alone with a code: whatever a key, a run or an opening can end with has words, and they say what to do. */
import { describe, expect, it } from 'vitest';
import { CONNECTION_CODES, codeWords, isConnectionCode } from '#lib/connections/sentences.ts';
import { KEY_REFUSALS, KeyRefused, VERIFY_FAILURE_CODES, VerificationStopped, verdictOn } from '#lib/connections/verdict.ts';
import { DatabaseRefusal } from '#lib/db/call.ts';
import { PROVIDER_ERROR_CODES, ProviderError } from '#lib/providers/contract.ts';
import { outcomeOf, RUN_FAILURE_CODES, RunInterrupted, WrongOrganization } from '#lib/usage/outcome.ts';
import { VAULT_ERROR_CODES, VaultError } from '#lib/vault/vault-error.ts';

const without = (codes: readonly string[]) => codes.filter((code) => !isConnectionCode(code));

describe('every code has words', () => {
  it('of providers, of the vault, and of what ends an opening', () => {
    const codes = [...PROVIDER_ERROR_CODES, ...VAULT_ERROR_CODES, ...KEY_REFUSALS, ...VERIFY_FAILURE_CODES, ...RUN_FAILURE_CODES, 'callback_failed'];
    expect(codes.length).toBeGreaterThan(30);
    expect(without(codes)).toEqual([]);
  });

  const errors: unknown[] = [
    ...PROVIDER_ERROR_CODES.map((code) => new ProviderError(code)),
    ...VAULT_ERROR_CODES.flatMap((code) => [new VaultError(code), new VaultError(code, 'nothing_sealed'), new VaultError(code, 'connection_purged')]),
    ...KEY_REFUSALS.map((code) => new KeyRefused(code)),
    new VerificationStopped(),
    new DatabaseRefusal('connection_purged'),
    new DatabaseRefusal('fence_lost'),
    new RunInterrupted('lease_lost'),
    new RunInterrupted('worker_stopping'),
    new WrongOrganization('different_organization'),
    new WrongOrganization('organization_already_connected'),
    new Error('surprise'),
  ];

  it.each([1, 4])('that the check of a key can end with, at try %i', (attempts) => {
    expect(without(errors.map((error) => verdictOn(error, attempts).code))).toEqual([]);
  });

  it.each(['scheduled', 'sync_now', 'backfill'] as const)('that a %s run can end with', (kind) => {
    const outcomes = errors.map((error) => outcomeOf(error, { kind, failures: 9, attempts: 9 }, () => 0.5));
    expect(without(outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : [])))).toEqual([]);
  });
});

describe('the words', () => {
  it.each(CONNECTION_CODES)('for %s are whole sentences that name the provider and hold no code', (code) => {
    const { short, pasted, stored } = codeWords(code, 'Acme');
    for (const sentence of [pasted, stored]) {
      expect(sentence).toMatch(/^[A-Z].*[.!]$/s);
      expect(sentence).not.toMatch(/\{|\}|undefined/);
      expect(sentence).not.toContain(code.includes('_') ? code : '\0');
    }
    expect(short).toMatch(/^[A-Z][^.]*$/);
    expect(short.length).toBeLessThan(32);
  });

  it('of a refused paste say what to do next', () => {
    for (const code of [...PROVIDER_ERROR_CODES, 'sealed_key_malformed', 'intake_key_retired']) {
      expect(codeWords(code, 'Acme').pasted, code).toMatch(/paste|[Cc]reate|tries again|by itself|ask/i);
    }
  });

  it('of a code from a newer version show the code instead of hiding it', () => {
    expect(codeWords('brand_new', 'Acme')).toMatchObject({ short: 'brand_new' });
    expect(codeWords('brand_new', 'Acme').stored).toContain('brand_new');
    expect(codeWords('constructor', 'Acme').short).toBe('constructor');
  });
});
