/**
 * Finds the first entry of a chain that is not as it was written, and says what was done to it. Each entry is judged by
 * its own hash and by its neighbours', so that a tamperer who also recomputes hashes is still named at the right place.
 */
import { CHAIN_START, entryHash, isSelfConsistent } from '#lib/audit/chain.ts';
import type { ChainEntry, ChainHead } from '#lib/audit/chain.ts';

export interface ChainBreak {
  fault: 'edited' | 'dropped' | 'reordered' | 'inserted';
  /** The first entry concerned. */
  seq: bigint;
  /** The last one, where it is known that several are. */
  through: bigint;
}

/** How far a renumbered entry is searched for its old number. */
const MAX_SHIFT = 1000n;

/**
 * @param signedHeads hashes by number that a checkpoint vouches for
 * @returns the first break, or the heads by number when the chain is whole in itself
 */
export function findBreak(
  org: string,
  entries: readonly ChainEntry[],
  signedHeads: ReadonlyMap<bigint, string>,
): { broken: ChainBreak } | { broken: null; head: ChainHead } {
  let head = CHAIN_START;
  for (const [index, entry] of entries.entries()) {
    const expected = head.seq + 1n;
    if (entry.seq > expected) return { broken: missing(expected, entries, index) };
    if (entry.seq < expected) return { broken: at('inserted', entry.seq) };
    if (entry.prev !== head.hash) return { broken: blame(org, entries, index, head, signedHeads) };
    if (!isSelfConsistent(org, entry)) return { broken: at('edited', expected) };
    head = { seq: entry.seq, hash: entry.hash };
  }
  return { broken: null, head };
}

function missing(expected: bigint, entries: readonly ChainEntry[], index: number): ChainBreak {
  const elsewhere = entries.slice(index + 1).some((later) => later.seq === expected);
  const found = entries[index]?.seq ?? expected;
  return elsewhere ? at('reordered', expected) : { fault: 'dropped', seq: expected, through: found - 1n };
}

/** The entry names another predecessor than the one that stands before it: which of the two is wrong? */
function blame(org: string, entries: readonly ChainEntry[], index: number, head: ChainHead, signedHeads: ReadonlyMap<bigint, string>): ChainBreak {
  const entry = entries[index] as ChainEntry;
  if (!isSelfConsistent(org, entry)) return renumbered(org, entry) ?? at('edited', entry.seq);
  const next = entries[index + 1];
  const nextDisagrees = next !== undefined && next.seq === entry.seq + 1n && next.prev !== entry.hash;
  const signedBefore = signedHeads.get(head.seq) === head.hash;
  // Whole in itself and followed by whoever comes next, the entry bears witness against its predecessor, unless that one
  // was signed, or there is none.
  return at('edited', nextDisagrees || signedBefore || head.seq === 0n ? entry.seq : head.seq);
}

/** A hash that fits under another number betrays that entries before it were taken out or put in. */
function renumbered(org: string, entry: ChainEntry): ChainBreak | null {
  for (let shift = 1n; shift <= MAX_SHIFT; shift += 1n) {
    const fits = (seq: bigint) => entryHash({ org, seq, prevHex: entry.prev, body: entry.body }) === entry.hash;
    if (fits(entry.seq + shift)) return { fault: 'dropped', seq: entry.seq, through: entry.seq + shift - 1n };
    if (entry.seq > shift && fits(entry.seq - shift)) return { fault: 'inserted', seq: entry.seq - shift, through: entry.seq - 1n };
  }
  return null;
}

function at(fault: ChainBreak['fault'], seq: bigint): ChainBreak {
  return { fault, seq, through: seq };
}
