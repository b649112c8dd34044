/**
 * Checks an exported audit trail offline: every hash is computed again from the entries' own words, and every signed
 * checkpoint is held against them. The chain alone shows what was done inside it; that it was cut off at the end, or
 * rewritten as a whole, only a checkpoint shows, best one that was kept elsewhere (in a mail).
 */
import type { ChainEntry, ChainHead } from '#lib/audit/chain.ts';
import { openCheckpoint, readUnverifiedCheckpoint } from '#lib/audit/checkpoint.ts';
import type { Checkpoint } from '#lib/audit/checkpoint.ts';
import { parseExportLine } from '#lib/audit/export-format.ts';
import { findBreak } from '#lib/audit/find-break.ts';
import type { ChainBreak } from '#lib/audit/find-break.ts';
import type { NoteVerifier } from '#lib/audit/signed-note.ts';

export interface VerifyOptions {
  /** From `AUDIT_PUBLIC_KEY`. Without it checkpoints are compared but prove nothing. */
  verifier?: NoteVerifier;
  /** Checkpoints kept outside of the export, e.g. from a mail. */
  witnesses?: readonly string[];
}

export type VerifyFault = ChainBreak['fault'] | 'cut_off' | 'rewritten' | 'malformed' | 'checkpoint_invalid';

export interface Intact {
  ok: true;
  org: string;
  entries: number;
  head: ChainHead;
  /** The newest checkpoint that fits, and whether signatures were checked at all. */
  newestCheckpoint: Checkpoint | null;
  signaturesChecked: boolean;
  /** Entries after the newest checkpoint: that more of them existed cannot be ruled out. */
  unwitnessed: bigint;
}

export interface Broken {
  ok: false;
  fault: VerifyFault;
  /** The first entry concerned (the first that can be, for `rewritten`); null when the fault is not at an entry. */
  seq: bigint | null;
  through: bigint | null;
  /** Line of the export, from 1 on, for `malformed` and `checkpoint_invalid`; null otherwise, and for a witness. */
  line: number | null;
  sentence: string;
}

export type Verdict = Intact | Broken;

/** @param lines of an export, see `export-format.ts`; an empty last line is ignored */
export function verifyExport(lines: readonly string[], options: VerifyOptions = {}): Verdict {
  const { org, entries, notes, malformedLine } = readLines(lines);
  if (org === null) return broken('malformed', null, 1, 'The first line is not the header of an export.');
  const checkpoints = readCheckpoints(org, notes, options);
  const chain = findBreak(org, entries, new Map(checkpoints.fitting.map(({ seq, head }) => [seq, head])));
  if (chain.broken) return { ok: false, ...chain.broken, line: null, sentence: sentenceOf(chain.broken) };
  const next = chain.head.seq + 1n;
  if (malformedLine !== null) return broken('malformed', next, malformedLine, `Line ${malformedLine} is not a line of an export; entry ${next} was expected.`);
  if (checkpoints.invalid) {
    return broken('checkpoint_invalid', null, checkpoints.invalid.line, 'A checkpoint is not signed by the given key for this organisation.');
  }
  return againstCheckpoints(org, entries, chain.head, checkpoints.fitting, options.verifier !== undefined);
}

interface Note {
  text: string;
  line: number | null;
}

function readLines(lines: readonly string[]): { org: string | null; entries: ChainEntry[]; notes: Note[]; malformedLine: number | null } {
  const entries: ChainEntry[] = [];
  const notes: Note[] = [];
  const header = parseExportLine(lines[0] ?? '');
  if (header?.type !== 'header') return { org: null, entries, notes, malformedLine: 1 };
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  for (let index = 1; index < end; index++) {
    const parsed = parseExportLine(lines[index] ?? '');
    if (parsed?.type === 'entry') entries.push(parsed.entry);
    else if (parsed?.type === 'checkpoint') notes.push({ text: parsed.note, line: index + 1 });
    else return { org: header.org, entries, notes, malformedLine: index + 1 };
  }
  return { org: header.org, entries, notes, malformedLine: null };
}

/** Signed for this organisation, oldest place first, and the first that is not. */
function readCheckpoints(org: string, notes: readonly Note[], { verifier, witnesses = [] }: VerifyOptions): { fitting: Checkpoint[]; invalid: Note | null } {
  const fitting: Checkpoint[] = [];
  let invalid: Note | null = null;
  for (const note of [...notes, ...witnesses.map((text) => ({ text, line: null }))]) {
    const checkpoint = verifier ? openCheckpoint(verifier, note.text) : readUnverifiedCheckpoint(note.text);
    if (checkpoint?.org === org) fitting.push(checkpoint);
    else invalid ??= note;
  }
  return { fitting: fitting.sort((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0)), invalid };
}

function againstCheckpoints(org: string, entries: readonly ChainEntry[], head: ChainHead, checkpoints: readonly Checkpoint[], signaturesChecked: boolean): Verdict {
  const first = head.seq + 1n;
  // Signing up writes the first entry, so a trail without one was cut off as well.
  if (head.seq === 0n) return broken('cut_off', 1n, null, 'There is no entry at all: the trail was cut off before its first one.');
  let newest: Checkpoint | null = null;
  for (const checkpoint of checkpoints) {
    if (checkpoint.seq > head.seq) {
      const sentence = `The trail was cut off after entry ${head.seq}: entry ${checkpoint.seq} existed at ${checkpoint.time.toISOString()}.`;
      return { ...broken('cut_off', first, null, sentence), through: checkpoint.seq };
    }
    if (entries[Number(checkpoint.seq) - 1]?.hash !== checkpoint.head) {
      const from = (newest?.seq ?? 0n) + 1n;
      const sentence = `Entries ${from} to ${checkpoint.seq} are not the ones that were signed at ${checkpoint.time.toISOString()}: one or more of them were rewritten.`;
      return { ...broken('rewritten', from, null, sentence), through: checkpoint.seq };
    }
    newest = checkpoint;
  }
  return { ok: true, org, entries: entries.length, head, newestCheckpoint: newest, signaturesChecked, unwitnessed: head.seq - (newest?.seq ?? 0n) };
}

function sentenceOf({ fault, seq, through }: ChainBreak): string {
  const which = through > seq ? `Entries ${seq} to ${through} were` : `Entry ${seq} was`;
  const what = { edited: 'edited', dropped: 'dropped', reordered: 'moved: another one stands in that place', inserted: 'inserted' }[fault];
  return `${which} ${what}.`;
}

function broken(fault: VerifyFault, seq: bigint | null, line: number | null, sentence: string): Broken {
  return { ok: false, fault, seq, through: seq, line, sentence };
}
