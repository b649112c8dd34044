/**
 * The audit chain, one per organisation. An entry's hash covers its organisation, its place, the hash before it and its
 * body as stored, so that no entry can be changed, left out or moved without every later hash telling:
 *
 *   hash = sha256("keymeter.audit.v1\n" org "\n" seq "\n" hex(prev) "\n" body "\n")
 *
 * The database computes the same when it appends; this is the reader's side and trusts none of its hashes.
 */
import { createHash } from 'node:crypto';

export interface ChainEntry {
  /** From 1 on, without gaps. */
  seq: bigint;
  /** The hash of the entry before it, 64 lower-case hex digits; of the first entry `GENESIS`. */
  prev: string;
  /** JSON text, hashed as it stands: parsing and printing it again would lose the hash. */
  body: string;
  hash: string;
}

/** A place in the chain: the last entry's number and hash. */
export interface ChainHead {
  seq: bigint;
  hash: string;
}

export const GENESIS = '0'.repeat(64);
export const CHAIN_START: ChainHead = { seq: 0n, hash: GENESIS };

/** @param org 36-character lower-case UUID */
export function entryHash(entry: { org: string; seq: bigint; prevHex: string; body: string }): string {
  return createHash('sha256').update(`keymeter.audit.v1\n${entry.org}\n${entry.seq}\n${entry.prevHex}\n${entry.body}\n`).digest('hex');
}

/** Does the entry's own hash fit what it says about itself? Says nothing about its neighbours. */
export function isSelfConsistent(org: string, entry: ChainEntry): boolean {
  return entryHash({ org, seq: entry.seq, prevHex: entry.prev, body: entry.body }) === entry.hash;
}

/**
 * Follows entries on from a head that is trusted, e.g. the last signed one.
 * @returns the new head, or the number of the first entry that does not follow
 */
export function followChain(org: string, from: ChainHead, entries: Iterable<ChainEntry>): { ok: true; head: ChainHead } | { ok: false; seq: bigint } {
  let head = from;
  for (const entry of entries) {
    if (entry.seq !== head.seq + 1n || entry.prev !== head.hash || !isSelfConsistent(org, entry)) return { ok: false, seq: head.seq + 1n };
    head = { seq: entry.seq, hash: entry.hash };
  }
  return { ok: true, head };
}
