/** The key encryption keys: which one is primary, which old ones can still unwrap. */
import { createHash, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parseKeyList } from '#lib/vault/key-text.ts';
import type { KeyCheck } from '#lib/vault/key-text.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

export class Keyring {
  readonly primaryId: number;
  readonly #keys: ReadonlyMap<number, KeyObject>;

  /** @param keys by id, primary first */
  constructor(keys: ReadonlyMap<number, KeyObject>) {
    const [first] = keys.keys();
    if (first === undefined) throw new VaultError('key_list_malformed', 'a keyring needs at least one key');
    this.primaryId = first;
    this.#keys = keys;
  }

  get ids(): number[] {
    return [...this.#keys.keys()];
  }

  /** @throws VaultError `unknown_key_id` */
  get(id: number): KeyObject {
    const key = this.#keys.get(id);
    if (!key) throw new VaultError('unknown_key_id', `no key with id ${id} in ENCRYPTION_KEYS`);
    return key;
  }
}

/**
 * Reads `ENCRYPTION_KEYS`, e.g. `2:<base64 of 32 bytes>,1:<base64>`; the first is primary.
 * @throws VaultError see `parseKeyList`
 */
export function parseKeyring(text: string, check: KeyCheck = {}): Keyring {
  const listed = parseKeyList('ENCRYPTION_KEYS', text, 'base64', check);
  assertDistinctSecrets(listed.map((key) => ({ name: `ENCRYPTION_KEYS (key ${key.id})`, bytes: key.bytes })));
  return new Keyring(
    new Map(
      listed.map(({ id, bytes }) => {
        const key = createSecretKey(bytes);
        bytes.fill(0);
        return [id, key];
      }),
    ),
  );
}

/**
 * One secret for two purposes means that whoever gets it for the lesser one has the greater one too.
 * @throws VaultError `secrets_not_distinct` naming the two
 */
export function assertDistinctSecrets(secrets: ReadonlyArray<{ name: string; bytes: Uint8Array }>): void {
  const seen = new Map<string, string>();
  for (const { name, bytes } of secrets) {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const other = seen.get(digest);
    if (other !== undefined) throw new VaultError('secrets_not_distinct', `${other} and ${name} are the same secret`);
    seen.set(digest, name);
  }
}
