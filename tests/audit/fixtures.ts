/** A whole audit trail of a fresh organisation, signed at some of its entries. */
import { randomUUID } from 'node:crypto';
import { CHAIN_START, entryHash } from '#lib/audit/chain.ts';
import type { ChainEntry } from '#lib/audit/chain.ts';
import { signCheckpoint } from '#lib/audit/checkpoint.ts';
import { formatCheckpoint, formatEntry, formatHeader } from '#lib/audit/export-format.ts';
import { readNoteSigner, verifierOf } from '#lib/audit/signed-note.ts';
import type { NoteSigner } from '#lib/audit/signed-note.ts';
import { generateAuditKeyPair } from '#lib/vault/generate.ts';

export function link(org: string, previous: { seq: bigint; hash: string }, body: string): ChainEntry {
  const seq = previous.seq + 1n;
  return { seq, prev: previous.hash, body, hash: entryHash({ org, seq, prevHex: previous.hash, body }) };
}

/** Builds entries for these bodies, each linked to the one before. */
export function chainOf(org: string, bodies: readonly string[]): ChainEntry[] {
  const entries: ChainEntry[] = [];
  for (const body of bodies) entries.push(link(org, entries.at(-1) ?? CHAIN_START, body));
  return entries;
}

export function freshTrail(length = 10) {
  const org = randomUUID();
  const signer = readNoteSigner(generateAuditKeyPair().AUDIT_SIGNING_KEY);
  const entries = chainOf(org, Array.from({ length }, (_, i) => JSON.stringify({ at: `2026-11-01T00:00:${String(i).padStart(2, '0')}Z`, action: 'key.open.attempt', n: i })));
  return { org, signer, verifier: verifierOf(signer), entries };
}

/** A checkpoint at this entry. */
export function signAt(org: string, signer: NoteSigner, entry: ChainEntry | undefined): string {
  if (!entry) throw new Error('no such entry');
  return signCheckpoint(signer, { org, seq: entry.seq, head: entry.hash, time: new Date('2026-11-02T03:04:05.678Z') });
}

export function exportLines(org: string, entries: readonly ChainEntry[], notes: readonly string[] = []): string[] {
  return [formatHeader(org), ...entries.map(formatEntry), ...notes.map(formatCheckpoint)];
}
