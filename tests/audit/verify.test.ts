import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryHash } from '#lib/audit/chain.ts';
import type { ChainEntry } from '#lib/audit/chain.ts';
import { verifyExport } from '#lib/audit/verify.ts';
import { chainOf, exportLines, freshTrail, link, signAt } from '#tests/audit/fixtures.ts';

/** Entry `seq` with changes, and with its own hash made to fit them when asked. */
function changed(org: string, entries: readonly ChainEntry[], seq: number, change: Partial<ChainEntry>, rehash = false): ChainEntry[] {
  const entry = { ...(entries[seq - 1] as ChainEntry), ...change };
  const hash = rehash ? entryHash({ org, seq: entry.seq, prevHex: entry.prev, body: entry.body }) : entry.hash;
  return entries.with(seq - 1, { ...entry, hash });
}
const renumber = (entries: readonly ChainEntry[], from: number, by: bigint) => entries.map((e, i) => (i >= from ? { ...e, seq: e.seq + by } : e));
const without = (entries: readonly ChainEntry[], ...seqs: bigint[]) => entries.filter((entry) => !seqs.includes(entry.seq));

describe('an untouched export', () => {
  it('is intact, with its head, its newest checkpoint and what no checkpoint covers', () => {
    const { org, signer, verifier, entries } = freshTrail(10);
    const verdict = verifyExport([...exportLines(org, entries, [signAt(org, signer, entries[3]), signAt(org, signer, entries[7])]), ''], { verifier });
    expect(verdict).toMatchObject({ ok: true, org, entries: 10, head: { seq: 10n, hash: entries[9]?.hash }, signaturesChecked: true, unwitnessed: 2n });
    expect(verdict.ok && verdict.newestCheckpoint?.seq).toBe(8n);
  });

  it('is intact without checkpoints, which is said', () => {
    const { org, entries } = freshTrail(3);
    expect(verifyExport(exportLines(org, entries))).toMatchObject({ ok: true, newestCheckpoint: null, signaturesChecked: false, unwitnessed: 3n });
  });
});

describe('the first entry that was touched is named', () => {
  const { org, signer, verifier, entries } = freshTrail(10);
  const nth = (n: number) => entries[n - 1] as ChainEntry;
  const forged = link(org, nth(4), '{"action":"forged"}');
  const cases: Array<[name: string, entries: ChainEntry[], fault: string, seq: bigint, through?: bigint]> = [
    ['a body edited', changed(org, entries, 5, { body: '{"action":"nothing"}' }), 'edited', 5n],
    ['one blank in a body', changed(org, entries, 5, { body: `${nth(5).body} ` }), 'edited', 5n],
    ['a body edited and its hash made to fit', changed(org, entries, 5, { body: '{}' }, true), 'edited', 5n],
    ['the first entry edited and its hash made to fit', changed(org, entries, 1, { body: '{}' }, true), 'edited', 1n],
    ['the last entry edited', changed(org, entries, 10, { body: '{}' }), 'edited', 10n],
    ['a hash edited', changed(org, entries, 5, { hash: 'f'.repeat(64) }), 'edited', 5n],
    ['a predecessor edited', changed(org, entries, 5, { prev: 'f'.repeat(64) }), 'edited', 5n],
    ['a predecessor edited and the hash made to fit', changed(org, entries, 5, { prev: 'f'.repeat(64) }, true), 'edited', 5n],
    ['two entries edited', changed(org, changed(org, entries, 8, { body: '{}' }), 3, { body: '{}' }), 'edited', 3n],
    ['one dropped', without(entries, 5n), 'dropped', 5n],
    ['the first dropped', without(entries, 1n), 'dropped', 1n],
    ['three dropped', without(entries, 5n, 6n, 7n), 'dropped', 5n, 7n],
    ['one dropped and the rest renumbered', renumber(without(entries, 5n), 4, -1n), 'dropped', 5n],
    ['two dropped and the rest renumbered', renumber(without(entries, 5n, 6n), 4, -2n), 'dropped', 5n, 6n],
    ['two swapped', entries.with(4, nth(6)).with(5, nth(5)), 'reordered', 5n],
    ['one moved to the end', [...without(entries, 5n), nth(5)], 'reordered', 5n],
    ['one moved to the front', [nth(5), ...without(entries, 5n)], 'reordered', 1n],
    ['all reversed', entries.toReversed(), 'reordered', 1n],
    ['one repeated', entries.toSpliced(5, 0, nth(5)), 'inserted', 5n],
    ['a forged one put in before the real one', entries.toSpliced(4, 0, forged), 'inserted', 5n],
    ['a forged one put in after the real one', entries.toSpliced(5, 0, forged), 'inserted', 5n],
    ['a forged one put in and the rest renumbered', [...entries.slice(0, 4), forged, ...renumber(entries.slice(4), 0, 1n)], 'inserted', 5n],
    ['a forged one in place of the real one', entries.with(4, forged), 'edited', 5n],
  ];

  it.each(cases)('%s', (_name, tampered, fault, seq, through = seq) => {
    for (const notes of [[], [signAt(org, signer, nth(2)), signAt(org, signer, nth(10))]]) {
      const verdict = verifyExport(exportLines(org, tampered, notes), { verifier });
      expect(verdict).toMatchObject({ ok: false, fault, seq, through, line: null });
      expect(verdict.ok ? '' : verdict.sentence).toContain(` ${seq} `);
    }
  });

  it.each([1, 4, 9])('cut off after entry %i: a checkpoint kept in a mail shows it', (kept) => {
    const lines = exportLines(org, entries.slice(0, kept));
    expect(verifyExport(lines, { verifier })).toMatchObject({ ok: true });
    const verdict = verifyExport(lines, { verifier, witnesses: [signAt(org, signer, nth(10))] });
    expect(verdict).toMatchObject({ ok: false, fault: 'cut_off', seq: BigInt(kept + 1), through: 10n });
  });

  it('everything cut off', () => {
    expect(verifyExport(exportLines(org, []), { verifier })).toMatchObject({ ok: false, fault: 'cut_off', seq: 1n });
  });

  it('the whole rest rewritten with fitting hashes: between the last checkpoint that fits and the first that does not', () => {
    const rewritten = chainOf(org, entries.map((entry, i) => (i === 5 ? '{"action":"nothing"}' : entry.body)));
    const notes = [signAt(org, signer, nth(9)), signAt(org, signer, nth(4))];
    expect(verifyExport(exportLines(org, rewritten), { verifier })).toMatchObject({ ok: true });
    expect(verifyExport(exportLines(org, rewritten, notes), { verifier })).toMatchObject({ ok: false, fault: 'rewritten', seq: 5n, through: 9n });
  });

  it('an entry that a checkpoint covers is believed against its successor', () => {
    const lone = changed(org, entries.slice(0, 6), 6, { prev: 'e'.repeat(64) }, true);
    expect(verifyExport(exportLines(org, lone, [signAt(org, signer, nth(5))]), { verifier })).toMatchObject({ fault: 'edited', seq: 6n });
  });

  it('another organisation\'s entries', () => {
    expect(verifyExport(exportLines(randomUUID(), entries), { verifier })).toMatchObject({ ok: false, fault: 'edited', seq: 1n });
  });
});

describe('what is not an export', () => {
  const { org, signer, verifier, entries } = freshTrail(4);
  const lines = exportLines(org, entries);
  const second = lines[2] ?? '';

  it.each<[string, string[], number]>([
    ['no line', [], 1],
    ['no header', lines.slice(1), 1],
    ['a broken line', lines.with(2, '{'), 3],
    ['a blank line inside', lines.toSpliced(2, 0, ''), 3],
    ['a number in place of text', lines.with(2, second.replace('"seq":"2"', '"seq":2')), 3],
    ['a key of one\'s own', lines.with(2, second.replace('{"type"', '{"note":"all is well","type"')), 3],
    ['a key given twice', lines.with(2, second.replace('"body":', '"body":"{}","body":')), 3],
    ['a second header', lines.toSpliced(3, 0, lines[0] ?? ''), 4],
  ])('%s', (_name, given, line) => {
    expect(verifyExport(given, { verifier })).toMatchObject({ ok: false, fault: 'malformed', line });
  });

  it('a checkpoint by another key, for another organisation, or changed', () => {
    const foreign = freshTrail(4);
    for (const note of [
      signAt(org, foreign.signer, entries[3]),
      signAt(foreign.org, signer, entries[3]),
      signAt(org, signer, entries[3]).replace('\n4\n', '\n3\n'),
      'nonsense',
    ]) {
      expect(verifyExport([...lines, ...exportLines(org, [], [note]).slice(1)], { verifier })).toMatchObject({ fault: 'checkpoint_invalid', line: 6 });
      expect(verifyExport(lines, { verifier, witnesses: [note] })).toMatchObject({ fault: 'checkpoint_invalid', line: null });
    }
  });
});

describe('any tampering', () => {
  it('is found, and no entry before it is blamed', () => {
    const { org, verifier, signer, entries } = freshTrail(12);
    const index = fc.integer({ min: 0, max: 11 });
    const witnesses = [signAt(org, signer, entries[11])];
    fc.assert(
      fc.property(index, index, fc.constantFrom('drop', 'swap', 'edit', 'edit and rehash', 'cut', 'rewrite'), (a, b, what) => {
        fc.pre(what !== 'swap' || a !== b);
        fc.pre(what !== 'cut' || a > 0);
        // With nothing after it to contradict it, that is the same as rewriting the chain, which has its own case.
        fc.pre(what !== 'edit and rehash' || a < 11);
        const first = what === 'swap' ? Math.min(a, b) : a;
        const tampered = {
          drop: () => entries.toSpliced(a, 1),
          swap: () => entries.with(a, entries[b] as ChainEntry).with(b, entries[a] as ChainEntry),
          edit: () => changed(org, entries, a + 1, { body: `{"b":${b}}` }),
          'edit and rehash': () => changed(org, entries, a + 1, { body: `{"b":${b}}` }, true),
          cut: () => entries.slice(0, a),
          rewrite: () => chainOf(org, entries.map((entry, i) => (i === a ? '{}' : entry.body))),
        }[what]();
        const verdict = verifyExport(exportLines(org, tampered), { verifier, witnesses });
        if (verdict.ok) throw new Error('not found');
        if (what === 'rewrite') expect([verdict.fault, verdict.seq, verdict.through]).toEqual(['rewritten', 1n, 12n]);
        else expect(verdict.seq).toBe(BigInt(first + 1));
      }),
      { numRuns: 500 },
    );
  });
});
