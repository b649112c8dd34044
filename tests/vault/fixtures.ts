/** Fresh tenants and keys for the vault's tests; nothing here is shared between two tests. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { EnvelopeBinding } from '#lib/vault/envelope.ts';
import { generateEncryptionKey } from '#lib/vault/generate.ts';
import { parseKeyring } from '#lib/vault/keyring.ts';
import type { Keyring } from '#lib/vault/keyring.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

export function freshBinding(overrides: Partial<EnvelopeBinding> = {}): EnvelopeBinding {
  return {
    orgId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'openai',
    field: 'admin_key',
    kdfSalt: randomBytes(32),
    ...overrides,
  };
}

export function freshKeyring(...ids: number[]): Keyring {
  return parseKeyring((ids.length > 0 ? ids : [1]).map(generateEncryptionKey).join(','));
}

/** A made-up admin key that appears nowhere else. */
export function freshKey(): string {
  return `sk-admin-${randomBytes(24).toString('base64url')}`;
}

/** The code with which `act` is refused; `accepted` when it is not. */
export function refusal(act: () => unknown): string {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
}

export async function asyncRefusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'accepted';
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
}
