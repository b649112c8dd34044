/** Figures of the security page are measured ones, and its pages lose no entry. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASKED, entryNumber, entryPage, PAGE_SIZE, readEntryPage } from '#app/(dashboard)/settings/security/entry-page.ts';
import { heldSummary, heldText } from '#app/(dashboard)/settings/security/held.ts';

describe('time held', () => {
  it.each([
    ['0', '0.000 ms'],
    ['7', '0.007 ms'],
    ['84213', '84.213 ms'],
    ['1000', '1.000 ms'],
    ['1418577', '1,418.577 ms'],
    ['9007199254740993001', '9,007,199,254,740,993.001 ms'],
  ])('of %s µs is %s', (microseconds, text) => {
    expect(heldText(microseconds)).toBe(text);
  });

  it('is summed up by values that were measured', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }), { minLength: 1, maxLength: 60 }), (values) => {
        const summary = heldSummary(values.map(String));
        const texts = values.map(String);
        expect(texts).toContain(summary?.median);
        expect(texts).toContain(summary?.p95);
        const atMost = (limit: string) => values.filter((value) => value <= BigInt(limit)).length;
        expect(atMost(summary?.median ?? '')).toBeGreaterThanOrEqual(values.length / 2);
        expect(atMost(summary?.p95 ?? '')).toBeGreaterThanOrEqual(values.length * 0.95);
      }),
    );
  });

  it('sorts as numbers, not as text', () => {
    expect(heldSummary(['9', '10', '100'])).toEqual({ count: 3, median: '10', p95: '100' });
  });

  it('leaves out openings in which there was no plaintext', () => {
    expect(heldSummary([null, '0', '5'])).toEqual({ count: 1, median: '5', p95: '5' });
    expect(heldSummary([null, '0'])).toBeNull();
  });
});

describe('an entry in the address', () => {
  it.each(['0', '-1', '1e3', '1.5', ' 1', 'abc', '1'.repeat(19), "1' or 1=1"])('%s is not one', (given) => {
    expect(entryNumber(given)).toBeUndefined();
  });

  it('is decimal text within the range of the database', () => {
    expect(entryNumber('999999999999999999')).toBe('999999999999999999');
    expect(entryNumber(['1', '2'])).toBeUndefined();
    expect(entryNumber(undefined)).toBeUndefined();
  });
});

type Range = { before?: string | undefined; after?: string | undefined; limit: number };

/** What the database does with `limit`, `before` and `after`. */
function list(seqs: readonly number[]) {
  const newestFirst = seqs.toSorted((a, b) => b - a);
  return async ({ before, after, limit }: Range) => {
    const rows = newestFirst.filter((seq) => (before === undefined || seq < Number(before)) && (after === undefined || seq > Number(after)));
    return (after === undefined ? rows.slice(0, limit) : rows.slice(-limit)).map((seq) => ({ seq: String(seq) }));
  };
}

describe('pages', () => {
  it('walk to the end and back over every entry once, however sparse a filter makes them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 4 * PAGE_SIZE + 3 }), async (seqs) => {
        const read = list(seqs);
        const down: string[] = [];
        let page = await readEntryPage(read, {});
        expect(page.newer).toBeNull();
        down.push(...page.rows.map(({ seq }) => seq));
        while (page.older !== null) {
          page = await readEntryPage(read, { before: page.older });
          expect(page.rows.length).toBeGreaterThan(0);
          expect(page.newer).not.toBeNull();
          down.push(...page.rows.map(({ seq }) => seq));
        }
        expect(down).toEqual(seqs.toSorted((a, b) => b - a).map(String));
        const seen = new Set(page.rows.map(({ seq }) => seq));
        while (page.newer !== null) {
          page = await readEntryPage(read, { after: page.newer });
          for (const { seq } of page.rows) seen.add(seq);
        }
        expect(seen.size).toBe(seqs.length);
        expect(page.rows).toEqual((await readEntryPage(read, {})).rows);
      }),
      { numRuns: 50 },
    );
  });

  it('never show the one that was asked for beyond the page', () => {
    const found = Array.from({ length: ASKED }, (_, i) => ({ seq: String(1000 - i) }));
    expect(entryPage(found, {})?.rows).toHaveLength(PAGE_SIZE);
    expect(entryPage(found, { after: '900' })?.rows[0]?.seq).toBe('999');
  });
});
