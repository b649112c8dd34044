/**
 * Signs a checkpoint for every chain that moved on since its last one, after seeing for itself that the new head follows
 * from what was signed before. A chain that does not follow is not signed, and that is said loudly: a signature under a
 * rewritten history would make us its witness.
 */
import type { KeyObject } from 'node:crypto';
import { AUDIT_KEY_NAME } from '#lib/audit-key-name.ts';
import { CHAIN_START, followChain } from '#lib/audit/chain.ts';
import type { ChainEntry, ChainHead } from '#lib/audit/chain.ts';
import { openCheckpoint, signCheckpoint } from '#lib/audit/checkpoint.ts';
import { readNoteSigner, verifierOf } from '#lib/audit/signed-note.ts';
import type { NoteSigner } from '#lib/audit/signed-note.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Pool } from '#lib/db/pool.ts';
import type { Logger } from '#lib/log.ts';

const HEADS_PER_PAGE = 100;
const ENTRIES_PER_PAGE = 1_000;

/** `worker_heads_to_sign` */
interface HeadRow {
  readonly org_id: string;
  readonly seq: bigint;
  readonly head: Buffer;
  readonly signed_seq: bigint;
  readonly signed_head: Buffer | null;
  readonly signed_note: string | null;
  readonly database_now: Date;
}

export interface SigningOptions {
  readonly pool: Pool;
  /** base64url of the 32-byte Ed25519 seed (`AUDIT_SIGNING_KEY`), or the private key made of it. */
  readonly signingKey: string | KeyObject;
  readonly keyName?: string;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export class AuditChainBroken extends Error {
  override readonly name = 'AuditChainBroken';
  readonly code = 'audit_chain_broken';
  readonly orgId: string;
  /** The first entry that does not follow. */
  readonly seq: bigint;
  readonly detail: string;
  constructor(orgId: string, seq: bigint, detail: string) {
    super('audit_chain_broken');
    this.orgId = orgId;
    this.seq = seq;
    this.detail = detail;
  }
}

export interface SigningSummary {
  signed: number;
  /** Chains that were not signed because they do not follow from what was signed before. */
  broken: AuditChainBroken[];
}

/**
 * All organisations, or one. A broken chain is logged as `audit_chain_broken` and returned; it does not keep the others
 * from being signed.
 * @throws NoteKeyError for a key that is none, and whatever the database throws.
 */
export async function signCheckpoints({ pool, signingKey, keyName = AUDIT_KEY_NAME, log }: SigningOptions, { orgId = null }: { orgId?: string | null } = {}): Promise<SigningSummary> {
  const signer: NoteSigner = typeof signingKey === 'string' ? readNoteSigner(signingKey, keyName) : { keyName, privateKey: signingKey };
  const summary: SigningSummary = { signed: 0, broken: [] };
  let after: string | null = null;
  for (;;) {
    const heads: HeadRow[] = await callRows<HeadRow>(pool, 'worker_heads_to_sign', [orgId, after, HEADS_PER_PAGE]);
    for (const row of heads) {
      try {
        await signHead(pool, signer, row);
        summary.signed += 1;
      } catch (error) {
        if (!(error instanceof AuditChainBroken)) throw error;
        summary.broken.push(error);
        log.error({ org: error.orgId, seq: error.seq.toString(), detail: error.detail }, 'audit_chain_broken');
      }
    }
    if (heads.length < HEADS_PER_PAGE) break;
    after = heads.at(-1)?.org_id ?? null;
  }
  if (summary.signed > 0) log.info({ signed: summary.signed, broken: summary.broken.length }, 'checkpoints_signed');
  return summary;
}

async function signHead(pool: Pool, signer: NoteSigner, row: HeadRow): Promise<void> {
  const { org_id: org, seq } = row;
  const head = row.head.toString('hex');
  const signed = await lastSigned(pool, signer, row);
  if (seq <= signed.seq) throw new AuditChainBroken(org, seq + 1n, 'the chain ends before, or otherwise than, it was signed');
  const reached = await follow(pool, org, signed, seq);
  if (reached.hash !== head) throw new AuditChainBroken(org, seq, 'the stored head is not the hash of the last entry');
  const note = signCheckpoint(signer, { org, seq, head, time: row.database_now });
  await callValue(pool, 'worker_record_checkpoint', [org, seq, row.head, note]);
}

/**
 * What was signed last, read from the signature and not from the row beside it. A note that this key did not sign (the
 * key was changed, or the row was) is no ground to stand on: then the chain is followed from its beginning, and must
 * still pass through what was signed.
 */
async function lastSigned(pool: Pool, signer: NoteSigner, row: HeadRow): Promise<ChainHead> {
  if (row.signed_note === null || row.signed_head === null) return CHAIN_START;
  const claimed: ChainHead = { seq: row.signed_seq, hash: row.signed_head.toString('hex') };
  const checkpoint = openCheckpoint(verifierOf(signer), row.signed_note);
  const proven = checkpoint ? { seq: checkpoint.seq, hash: checkpoint.head } : await follow(pool, row.org_id, CHAIN_START, claimed.seq);
  if (proven.seq !== claimed.seq || proven.hash !== claimed.hash || (checkpoint && checkpoint.org !== row.org_id)) {
    throw new AuditChainBroken(row.org_id, claimed.seq, 'the chain does not pass through the checkpoint that was signed');
  }
  return proven;
}

async function follow(pool: Pool, org: string, from: ChainHead, to: bigint): Promise<ChainHead> {
  let head = from;
  while (head.seq < to) {
    const rows = await callRows<{ seq: bigint; prev: Buffer; body: string; hash: Buffer }>(pool, 'worker_chain_since', [org, head.seq, ENTRIES_PER_PAGE]);
    const entries = rows.filter((row) => row.seq <= to).map((row): ChainEntry => ({ seq: row.seq, prev: row.prev.toString('hex'), body: row.body, hash: row.hash.toString('hex') }));
    if (entries.length === 0) throw new AuditChainBroken(org, head.seq + 1n, 'entries before the head are missing');
    const followed = followChain(org, head, entries);
    if (!followed.ok) throw new AuditChainBroken(org, followed.seq, 'an entry does not follow from the one before it');
    head = followed.head;
  }
  return head;
}
