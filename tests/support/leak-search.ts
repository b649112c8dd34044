/** Looks for a marker in everything the product could have written it to, in every form a program might give it. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stack } from './stack.ts';

/** The marker itself, base64 at each of its three alignments, hex, and percent-encoding; longest forms that are stable. */
export function formsOf(marker: string): Buffer[] {
  const bytes = Buffer.from(marker, 'utf8');
  const forms = new Set<string>([marker, bytes.toString('hex'), bytes.toString('hex').toUpperCase()]);
  forms.add([...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`).join(''));
  forms.add([...bytes].map((b) => `%${b.toString(16).padStart(2, '0').toUpperCase()}`).join(''));
  forms.add([...marker].reverse().join(''));
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '');
    // What depends on the neighbours is cut off at both ends.
    const stable = text.slice(before === 0 ? 0 : before + 1, text.length - 2);
    forms.add(stable);
    forms.add(stable.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms].map((form) => Buffer.from(form, 'utf8'));
}

export function occursIn(haystack: Buffer | string, forms: readonly Buffer[]): boolean {
  const buffer = typeof haystack === 'string' ? Buffer.from(haystack, 'utf8') : haystack;
  return forms.some((form) => buffer.includes(form));
}

/** Files below the folder whose bytes hold one of the forms. */
export async function filesHolding(folder: string, forms: readonly Buffer[]): Promise<string[]> {
  const overlap = Math.max(...forms.map((form) => form.length));
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = resolve(entry.parentPath, entry.name);
    let tail: Buffer = Buffer.alloc(0);
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 4 << 20 })) {
        const piece = Buffer.concat([tail, chunk as Buffer]);
        if (occursIn(piece, forms)) {
          found.push(file);
          break;
        }
        tail = piece.subarray(-overlap);
      }
    } catch (error) {
      // The database removes files while we read.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}

/** Tables of every schema, the system's included, that have a row with one of the forms; binary columns show as hex. */
export async function tablesHolding(forms: readonly Buffer[]): Promise<string[]> {
  const { admin } = stack();
  const { rows: tables } = await admin.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm') and n.nspname <> 'pg_toast' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await admin.query<{ hit: boolean }>(
      `select exists (select 1 from ${name} as km_row, unnest($1::text[]) as km_form(km_text) where position(km_form.km_text in km_row::text) > 0) as hit`,
      [forms.map((form) => form.toString('utf8'))],
    );
    if (rows[0]?.hit) found.push(name);
  }
  if (tables.length < 50) throw new Error(`only ${tables.length} tables were searched`);
  return found;
}
