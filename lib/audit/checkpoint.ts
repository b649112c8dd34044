/**
 * A checkpoint is the worker's signature under "at this time the chain of this organisation ended here". Whoever keeps
 * one (mails carry the newest) can show later that the chain was cut or rewritten. The note's text has four lines:
 *
 *   keymeter.audit/<org id>
 *   <number of the last entry>
 *   <base64 of its hash>
 *   <time, RFC 3339, UTC>
 */
import { openNote, signNote } from '#lib/audit/signed-note.ts';
import type { NoteSigner, NoteVerifier } from '#lib/audit/signed-note.ts';

export interface Checkpoint {
  org: string;
  seq: bigint;
  /** 64 lower-case hex digits. */
  head: string;
  time: Date;
}

const TEXT = /^keymeter\.audit\/([0-9a-f-]{36})\n([1-9]\d{0,18})\n([A-Za-z0-9+/]{43}=)\n(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)\n$/;

/** @returns the note's whole text, to be stored and mailed as it is */
export function signCheckpoint(signer: NoteSigner, { org, seq, head, time }: Checkpoint): string {
  const text = `keymeter.audit/${org}\n${seq}\n${Buffer.from(head, 'hex').toString('base64')}\n${time.toISOString()}\n`;
  if (!TEXT.test(text)) throw new RangeError('a checkpoint needs an organisation, a number from 1 on and a 32-byte hash');
  return signNote(signer, text);
}

/** What the note says, or null when it is not a checkpoint signed by this key. */
export function openCheckpoint(verifier: NoteVerifier, note: string): Checkpoint | null {
  const text = openNote(verifier, note);
  return text === null ? null : parseText(text);
}

/** What a note claims, without looking at its signature; for a reader who has no public key. null when it is none. */
export function readUnverifiedCheckpoint(note: string): Checkpoint | null {
  return parseText(note.slice(0, note.lastIndexOf('\n\n') + 1));
}

function parseText(text: string): Checkpoint | null {
  const [, org, seq, head, time] = TEXT.exec(text) ?? [];
  if (org === undefined || seq === undefined || head === undefined || time === undefined) return null;
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? null : { org, seq: BigInt(seq), head: Buffer.from(head, 'base64').toString('hex'), time: at };
}
