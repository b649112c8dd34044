/** Pages of a list that only grows at its head. Addresses name an entry, not a page number, so that a link stays right. */

export const PAGE_SIZE = 50;
/** One more than is shown: its presence says that there is a further page. */
export const ASKED = PAGE_SIZE + 1;

/** Decimal text of at most 18 digits, else undefined: what somebody typed into the address must not reach a bigint. */
export function entryNumber(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[1-9]\d{0,17}$/.test(given) ? given : undefined;
}

export interface EntryPage<R> {
  rows: R[];
  /** Ask for what is after this entry; null on the newest page. */
  newer: string | null;
  /** Ask for what is before this entry; null on the last page. */
  older: string | null;
}

/**
 * @param found newest first, up to `ASKED` of them
 * @returns null when "after" led past the newest page: then that one is to be shown, full
 */
export function entryPage<R extends { seq: string }>(found: readonly R[], { before, after }: { before?: string | undefined; after?: string | undefined }): EntryPage<R> | null {
  const more = found.length > PAGE_SIZE;
  if (after !== undefined && before === undefined) {
    if (!more) return null;
    const rows = found.slice(-PAGE_SIZE);
    return { rows, newer: rows[0]?.seq ?? null, older: rows.at(-1)?.seq ?? null };
  }
  const rows = found.slice(0, PAGE_SIZE);
  return { rows, newer: before === undefined ? null : (rows[0]?.seq ?? before), older: more ? (rows.at(-1)?.seq ?? null) : null };
}

/** Reads a page, and the newest one instead when there is nothing newer than it. */
export async function readEntryPage<R extends { seq: string }>(
  read: (range: { before?: string | undefined; after?: string | undefined; limit: number }) => Promise<R[]>,
  range: { before?: string | undefined; after?: string | undefined },
): Promise<EntryPage<R>> {
  const asked = range.before === undefined ? range : { before: range.before };
  return entryPage(await read({ ...asked, limit: ASKED }), asked) ?? (entryPage(await read({ limit: ASKED }), {}) as EntryPage<R>);
}
