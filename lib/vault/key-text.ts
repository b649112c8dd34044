/** Reads secrets out of configuration text, strictly: a key that is "almost" right must stop the start, not be used. */
import { VaultError } from '#lib/vault/vault-error.ts';

export const KEY_BYTES = 32;
const MAX_KEY_ID = 0xffff_ffff;
/** 32 random bytes have 30 different values on average; fewer than 16 happens less than once in 10^14 tries. */
const MIN_DISTINCT_BYTES = 16;

export interface KeyCheck {
  /** Tests use keys such as 32 times 0a; nothing else may. */
  allowWeakKeys?: boolean;
}

export interface ListedKey {
  id: number;
  /** 32 bytes; the caller zeroes them. */
  bytes: Buffer;
}

/**
 * `2:<text>,1:<text>` with unique ids from 0 to 2^32 - 1, in the order given.
 * @param name the variable, for the error
 * @throws VaultError `key_list_malformed`, `duplicate_key_id`, `bad_key_length`, `weak_key`
 */
export function parseKeyList(name: string, text: string, encoding: 'base64' | 'base64url', check: KeyCheck = {}): ListedKey[] {
  const keys = text.split(',').map((part, index) => {
    const [, idText = '', encoded = ''] = /^\s*(0|[1-9]\d{0,9}):(\S+)\s*$/.exec(part) ?? [];
    const id = Number(idText);
    if (idText === '' || id > MAX_KEY_ID) throw new VaultError('key_list_malformed', `${name}: entry ${index + 1} is not <id>:<${encoding}>`);
    return { id, bytes: parseKey(`${name} (key ${id})`, encoded, encoding, check) };
  });
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new VaultError('duplicate_key_id', `${name} lists an id twice`);
  return keys;
}

/** Exactly 32 bytes, in the one spelling that encodes them. @throws VaultError `bad_key_length`, `weak_key` */
export function parseKey(name: string, encoded: string, encoding: 'base64' | 'base64url', check: KeyCheck = {}): Buffer {
  const bytes = Buffer.from(encoded, encoding);
  // Node skips what it cannot decode; only the way back shows that nothing was skipped.
  if (bytes.length !== KEY_BYTES || bytes.toString(encoding) !== encoded) {
    throw new VaultError('bad_key_length', `${name} must be ${encoding} of exactly ${KEY_BYTES} bytes`);
  }
  const weakness = check.allowWeakKeys ? null : weaknessOf(bytes);
  if (weakness) throw new VaultError('weak_key', `${name} ${weakness}; make one with \`openssl rand -base64 32\``);
  return bytes;
}

/** What random bytes practically never look like. */
function weaknessOf(bytes: Buffer): string | null {
  if (new Set(bytes).size < MIN_DISTINCT_BYTES) return 'repeats too few different bytes';
  if (bytes.every((byte) => byte >= 0x20 && byte <= 0x7e)) return 'is readable text, not random bytes';
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff;
  if (bytes.every((byte, i) => i === 0 || ((byte - (bytes[i - 1] ?? 0)) & 0xff) === step)) return 'counts instead of being random';
  return null;
}
