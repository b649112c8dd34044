/**
 * The export of an audit trail: JSON lines, so that it can be read with a pager and checked without us.
 *
 *   {"type":"keymeter.audit.export","version":1,"org":"<uuid>"}            the first line
 *   {"type":"entry","seq":"1","prev":"<hex>","hash":"<hex>","body":"..."}  every entry, oldest first
 *   {"type":"checkpoint","note":"..."}                                     every signed checkpoint, anywhere after it
 *
 * Numbers are text because a JSON number loses digits past 2^53. `body` is the stored text itself, as a string.
 */
import { z } from 'zod';
import type { ChainEntry } from '#lib/audit/chain.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const headerLine = z.object({ type: z.literal('keymeter.audit.export'), version: z.literal(1), org: z.string().regex(/^[0-9a-f-]{36}$/) });
const entryLine = z.object({ type: z.literal('entry'), seq: z.string().regex(/^[1-9]\d{0,18}$/), prev: hash, hash, body: z.string() });
const checkpointLine = z.object({ type: z.literal('checkpoint'), note: z.string() });
const anyLine = z.discriminatedUnion('type', [headerLine, entryLine, checkpointLine]);

export type ExportLine =
  | { type: 'header'; org: string }
  | { type: 'entry'; entry: ChainEntry }
  | { type: 'checkpoint'; note: string };

export function formatHeader(org: string): string {
  return JSON.stringify({ type: 'keymeter.audit.export', version: 1, org });
}

export function formatEntry({ seq, prev, hash: own, body }: ChainEntry): string {
  return JSON.stringify({ type: 'entry', seq: seq.toString(), prev, hash: own, body });
}

export function formatCheckpoint(note: string): string {
  return JSON.stringify({ type: 'checkpoint', note });
}

/**
 * null when the line is not one of the three in exactly the spelling above: a key given twice or a key of one's own would
 * show a reader something that no hash covers.
 */
export function parseExportLine(line: string): ExportLine | null {
  const parsed = parseLoosely(line);
  return parsed && formatLine(parsed) === line ? parsed : null;
}

function formatLine(parsed: ExportLine): string {
  if (parsed.type === 'entry') return formatEntry(parsed.entry);
  return parsed.type === 'header' ? formatHeader(parsed.org) : formatCheckpoint(parsed.note);
}

function parseLoosely(line: string): ExportLine | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  const { data } = anyLine.safeParse(json);
  if (!data) return null;
  if (data.type === 'entry') return { type: 'entry', entry: { seq: BigInt(data.seq), prev: data.prev, hash: data.hash, body: data.body } };
  return data.type === 'checkpoint' ? { type: 'checkpoint', note: data.note } : { type: 'header', org: data.org };
}
