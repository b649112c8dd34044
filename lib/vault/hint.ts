/** What may be shown of a key for ever after: the visible prefix of its kind, and the last four. */
import type { Secret } from '#lib/vault/secret.ts';

export interface KeyHint {
  /** `sk-admin-`, `sk-ant-admin01-`; empty when the key has no such prefix. */
  prefix: string;
  lastFour: string;
}

/** Shorter secrets show nothing: four characters would be too large a part of them. */
const SHORTEST_SHOWN = 20;
/** Longest first. A kind of key that is not listed shows the shorter prefix, never a part of what is random. */
const PREFIX = /^(?:sk-ant-admin\d{2}-|sk-admin-|sk-ant-|sk-)/;
const LONGEST_PREFIX = 15;

/** @throws VaultError `secret_disposed` */
export function keyHint(secret: Secret): KeyHint {
  return secret.withBytes((bytes) => {
    if (bytes.length < SHORTEST_SHOWN) return { prefix: '', lastFour: '' };
    const prefix = PREFIX.exec(bytes.subarray(0, LONGEST_PREFIX).toString('latin1'))?.[0] ?? '';
    return { prefix, lastFour: bytes.subarray(-4).toString('latin1') };
  });
}
