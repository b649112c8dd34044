import { describe, expect, it } from 'vitest';
import { KEY_REFUSALS, KeyRefused, RequestLost, verdictOn, VerificationStopped } from '#lib/connections/verdict.ts';
import { DatabaseRefusal } from '#lib/db/call.ts';
import { PROVIDER_ERROR_CODES, ProviderError, type ProviderErrorCode } from '#lib/providers/contract.ts';
import { VAULT_ERROR_CODES, VaultError } from '#lib/vault/vault-error.ts';

const provider = (code: ProviderErrorCode, retryAfterMs: number | null = null) => new ProviderError(code, { retryAfterMs });
const away = ['rate_limited', 'provider_unavailable', 'provider_timeout'] as const;

describe('the verdict on a pasted key', () => {
  it.each(KEY_REFUSALS)('is a refusal for %s', (code) => {
    expect(verdictOn(new KeyRefused(code), 1)).toEqual({ kind: 'refuse', code });
  });

  it.each(['key_rejected', 'key_wrong_kind', 'key_scope_missing', 'host_refused', 'redirect_refused', 'request_refused'] as const)('is a refusal at once when asking again cannot help (%s)', (code) => {
    expect(verdictOn(provider(code), 1)).toEqual({ kind: 'refuse', code });
  });

  it.each(away)('asks again after 5 s, 30 s and 2 min, then says that the provider is away (%s)', (code) => {
    expect([1, 2, 3].map((attempts) => verdictOn(provider(code), attempts))).toEqual([5_000, 30_000, 120_000].map((afterMs) => ({ kind: 'again', code: 'provider_unavailable', afterMs })));
    expect(verdictOn(provider(code), 4)).toEqual({ kind: 'refuse', code: 'provider_unavailable' });
  });

  it('waits as long as a busy provider asked', () => {
    expect(verdictOn(provider('rate_limited', 90_000), 1)).toMatchObject({ kind: 'again', afterMs: 90_000 });
  });

  it('names a certificate that is wrong instead of calling the provider away', () => {
    expect(verdictOn(provider('tls_failed'), 4)).toEqual({ kind: 'refuse', code: 'tls_failed' });
  });

  it('never refuses a key because our own audit trail cannot be written', () => {
    for (const attempts of [1, 4, 100]) expect(verdictOn(new VaultError('audit_unavailable'), attempts)).toMatchObject({ kind: 'again' });
  });

  it('tells a page that is too old from a sealed key that is broken', () => {
    expect(verdictOn(new VaultError('intake_unknown_key'), 1)).toEqual({ kind: 'refuse', code: 'intake_key_retired' });
    expect(verdictOn(new VaultError('intake_authentication_failed'), 1)).toEqual({ kind: 'refuse', code: 'sealed_key_malformed' });
    expect(verdictOn(new VaultError('opening_refused', 'nothing_sealed'), 1)).toEqual({ kind: 'refuse', code: 'sealed_key_malformed' });
  });

  it('is nothing to write when the connection was purged or another worker ended the request', () => {
    for (const error of [new VaultError('opening_refused', 'connection_purged'), new DatabaseRefusal('connection_purged'), new RequestLost()]) expect(verdictOn(error, 1).kind).toBe('gone');
  });

  it('gives the request back at once when the worker stops', () => {
    expect(verdictOn(new VerificationStopped(), 4)).toEqual({ kind: 'again', code: 'worker_stopping', afterMs: 0 });
  });

  it('reads the unique index as "connected already"', () => {
    expect(verdictOn(Object.assign(new Error(), { code: '23505', constraint: 'connections_one_key' }), 1)).toEqual({ kind: 'refuse', code: 'key_already_connected' });
    expect(verdictOn(Object.assign(new Error(), { code: '23505', constraint: 'another' }), 1)).toMatchObject({ kind: 'again', code: 'internal' });
  });

  it('ends every other surprise after four tries, with a code the database takes', () => {
    const thrown: unknown[] = [...PROVIDER_ERROR_CODES.map((code) => provider(code)), ...VAULT_ERROR_CODES.filter((code) => code !== 'audit_unavailable').map((code) => new VaultError(code)), new TypeError('words'), 'text', null];
    for (const error of thrown) {
      const verdict = verdictOn(error, 4);
      expect(verdict.kind).not.toBe('again');
      expect(verdict.code).toMatch(/^[a-z_]{1,60}$/);
    }
  });
});
