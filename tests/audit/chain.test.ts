import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHAIN_START, entryHash, followChain, GENESIS } from '#lib/audit/chain.ts';
import { freshTrail } from '#tests/audit/fixtures.ts';

describe('an entry\'s hash', () => {
  it('is over exactly these bytes', () => {
    const org = '11111111-1111-4111-8111-111111111111';
    const body = '{"at": "2026-11-01T00:00:00.000000Z", "action": "organization.created", "label": "Zoë\\n"}';
    const bytes = Buffer.concat([
      Buffer.from('keymeter.audit.v1\n'), Buffer.from(org), Buffer.from('\n1\n'), Buffer.from('00'.repeat(32)), Buffer.from('\n'), Buffer.from(body), Buffer.from('\n'),
    ]);
    expect(entryHash({ org, seq: 1n, prevHex: GENESIS, body })).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(entryHash({ org, seq: 1n, prevHex: GENESIS, body })).toBe('369e7e1f0ac68195006218380982e53d9ed8089fb0e0cc833d56301b2bfed04f');
  });

  it('changes with the organisation, the place, the hash before it and the body', () => {
    const entry = { org: randomUUID(), seq: 5n, prevHex: GENESIS, body: '{}' };
    const others = [{ org: randomUUID() }, { seq: 6n }, { seq: 2n ** 53n + 1n }, { prevHex: 'f'.repeat(64) }, { body: '{ }' }];
    const hashes = [entryHash(entry), ...others.map((other) => entryHash({ ...entry, ...other }))];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('following a chain', () => {
  it('leads from the start, or from a head that is trusted, to the new head', () => {
    const { org, entries } = freshTrail(6);
    const last = entries.at(-1);
    expect(followChain(org, CHAIN_START, entries)).toEqual({ ok: true, head: { seq: 6n, hash: last?.hash } });
    expect(followChain(org, { seq: 3n, hash: entries[2]?.hash ?? '' }, entries.slice(3))).toEqual({ ok: true, head: { seq: 6n, hash: last?.hash } });
    expect(followChain(org, { seq: 6n, hash: last?.hash ?? '' }, [])).toMatchObject({ ok: true });
  });

  it('stops at the first entry that does not follow', () => {
    const { org, entries } = freshTrail(6);
    expect(followChain(org, CHAIN_START, entries.slice(1))).toEqual({ ok: false, seq: 1n });
    expect(followChain(org, { seq: 3n, hash: GENESIS }, entries.slice(3))).toEqual({ ok: false, seq: 4n });
    expect(followChain(org, CHAIN_START, entries.with(3, { ...(entries[3] ?? entries[0]!), body: '{}' }))).toEqual({ ok: false, seq: 4n });
    expect(followChain(randomUUID(), CHAIN_START, entries)).toEqual({ ok: false, seq: 1n });
  });
});
