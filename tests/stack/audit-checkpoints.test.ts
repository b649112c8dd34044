/** The worker's signature under the audit chain, and what it refuses to sign. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { generateKeyPairSync } from 'node:crypto';
import { entryHash } from '#lib/audit/chain.ts';
import { openCheckpoint } from '#lib/audit/checkpoint.ts';
import { readNoteSigner, readNoteVerifier, verifierOf } from '#lib/audit/signed-note.ts';
import { signCheckpoints } from '#lib/audit/sign-checkpoint.ts';
import type { SigningSummary } from '#lib/audit/sign-checkpoint.ts';
import type { Pool } from '#lib/db/pool.ts';
import { createLogger } from '#lib/log.ts';
import { workerPool } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser } from '#tests/support/users.ts';

restStackWorker();
let pool: Pool;
beforeAll(() => {
  pool = workerPool();
});
afterAll(() => pool.end());

const lines: { msg?: string; org?: string; seq?: string }[] = [];
const log = createLogger({ level: 'info', name: 'test', destination: { write: (line: string) => void lines.push(JSON.parse(line)) } });
const sign = (orgId?: string, signingKey = stack().secrets.AUDIT_SIGNING_KEY): Promise<SigningSummary> => signCheckpoints({ pool, signingKey, log }, { orgId });
const append = (orgId: string, count: number) =>
  stack().admin.query(`select private.append_audit($1, 'test.happened', jsonb_build_object('n', n)) from generate_series(1, $2::int) n`, [orgId, count]);
const notes = async (orgId: string) => (await stack().admin.query<{ seq: string; head: Buffer; note: string }>('select seq, head, note from audit.checkpoints where org_id = $1 order by seq', [orgId])).rows;
const headOf = async (orgId: string) => (await stack().admin.query<{ seq: string; hash: string }>(`select seq, encode(hash, 'hex') as hash from audit.heads where org_id = $1`, [orgId])).rows[0];

/** What only somebody who owns the whole server can do: past the triggers, the constraints and the privileges. */
async function tamper(work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
  const client = await stack().admin.connect();
  try {
    await client.query(`set session_replication_role = replica`);
    await work(client);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}

describe('a checkpoint', () => {
  it('is signed for a head that moved, says what the chain says, and is signed once', async () => {
    const { orgId } = await createUser();
    await append(orgId, 3);
    expect(await sign(orgId)).toEqual({ signed: 1, broken: [] });
    expect(await sign(orgId)).toEqual({ signed: 0, broken: [] });
    const head = await headOf(orgId);
    const [row, ...more] = await notes(orgId);
    expect(more).toEqual([]);
    const checkpoint = openCheckpoint(readNoteVerifier(stack().secrets.AUDIT_PUBLIC_KEY), row?.note ?? '');
    expect(checkpoint).toMatchObject({ org: orgId, seq: BigInt(head?.seq ?? 0), head: head?.hash });
    await append(orgId, 1);
    expect(await sign(orgId)).toEqual({ signed: 1, broken: [] });
    expect(await notes(orgId)).toHaveLength(2);
  });

  it('is signed once by many workers at the same time', async () => {
    const { orgId } = await createUser();
    await Promise.all(Array.from({ length: 5 }, () => sign(orgId)));
    expect(await notes(orgId)).toHaveLength(1);
  });

  it('covers chains longer than one page of entries', async () => {
    const { orgId } = await createUser();
    await append(orgId, 2_300);
    expect(await sign(orgId)).toEqual({ signed: 1, broken: [] });
    expect((await notes(orgId))[0]?.seq).toBe((await headOf(orgId))?.seq);
  });

  it('of every organisation is signed in one round', async () => {
    const people = await Promise.all([createUser(), createUser(), createUser()]);
    await sign();
    for (const { orgId } of people) expect(await notes(orgId)).toHaveLength(1);
    expect((await sign()).signed).toBe(0);
  });

  it('is signed on with a new key, after following the whole chain', async () => {
    const { orgId } = await createUser();
    await sign(orgId);
    await append(orgId, 2);
    const seed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }).d ?? '';
    expect(await sign(orgId, seed)).toEqual({ signed: 1, broken: [] });
    const newest = (await notes(orgId)).at(-1);
    expect(openCheckpoint(verifierOf(readNoteSigner(seed)), newest?.note ?? '')).toMatchObject({ org: orgId });
  });
});

describe('a chain that somebody with the whole server in their hands', () => {
  const forge = (client: pg.PoolClient, orgId: string, seq: string, body: string) =>
    client.query('update audit.entries set body = $3 where org_id = $1 and seq = $2', [orgId, seq, body]);

  it.each([
    ['edited', async (client: pg.PoolClient, orgId: string) => forge(client, orgId, '4', '{"at":"2026-01-01","action":"nothing.happened"}'), 4n],
    ['dropped an entry from', async (client: pg.PoolClient, orgId: string) => client.query('delete from audit.entries where org_id = $1 and seq = 4', [orgId]), 4n],
    [
      'reordered',
      async (client: pg.PoolClient, orgId: string) =>
        client.query('update audit.entries e set body = o.body from audit.entries o where e.org_id = $1 and o.org_id = $1 and e.seq in (4, 5) and o.seq in (4, 5) and o.seq <> e.seq', [orgId]),
      4n,
    ],
    ['cut off at its end', async (client: pg.PoolClient, orgId: string) => client.query('delete from audit.entries where org_id = $1 and seq >= 5', [orgId]), 5n],
  ] as const)('%s is not signed', async (_how, attack, seq) => {
    const { orgId } = await createUser();
    await append(orgId, 1);
    await sign(orgId);
    await append(orgId, 4);
    await tamper((client) => attack(client, orgId));
    const { signed, broken } = await sign(orgId);
    expect(signed).toBe(0);
    expect(broken.map((error) => [error.code, error.orgId, error.seq])).toEqual([['audit_chain_broken', orgId, seq]]);
    expect(await notes(orgId)).toHaveLength(1);
    expect(lines.find((line) => line.msg === 'audit_chain_broken' && line.org === orgId)?.seq).toBe(seq.toString());
  });

  it('rewrote, hashes and head included, is not signed', async () => {
    const { orgId } = await createUser();
    await append(orgId, 2);
    await sign(orgId);
    await append(orgId, 2);
    await tamper(async (client) => {
      const { rows } = await client.query<{ seq: string; body: string }>('select seq, body from audit.entries where org_id = $1 order by seq', [orgId]);
      let prev = '0'.repeat(64);
      for (const { seq, body } of rows) {
        const forged = seq === '2' ? '{"action":"nothing.happened"}' : body;
        const hash = entryHash({ org: orgId, seq: BigInt(seq), prevHex: prev, body: forged });
        await client.query(`update audit.entries set body = $3, prev = decode($4, 'hex'), hash = decode($5, 'hex') where org_id = $1 and seq = $2`, [orgId, seq, forged, prev, hash]);
        prev = hash;
      }
      await client.query(`update audit.heads set hash = decode($2, 'hex') where org_id = $1`, [orgId, prev]);
    });
    expect(await sign(orgId)).toMatchObject({ signed: 0, broken: [{ code: 'audit_chain_broken' }] });
    expect(await notes(orgId)).toHaveLength(1);
  });

  it('took back to before its last checkpoint is noticed although its head did not move on', async () => {
    const { orgId } = await createUser();
    await append(orgId, 3);
    await sign(orgId);
    await tamper(async (client) => {
      await client.query('delete from audit.entries where org_id = $1 and seq >= 3', [orgId]);
      await client.query('update audit.heads h set seq = 2, hash = (select e.hash from audit.entries e where e.org_id = h.org_id and e.seq = 2) where org_id = $1', [orgId]);
    });
    expect(await sign(orgId)).toMatchObject({ signed: 0, broken: [{ seq: 3n }] });
  });

  it('gave another head than its last entry is not signed', async () => {
    const { orgId } = await createUser();
    await append(orgId, 2);
    await tamper((client) => client.query(`update audit.heads set hash = sha256('x') where org_id = $1`, [orgId]));
    expect(await sign(orgId)).toMatchObject({ signed: 0, broken: [{ code: 'audit_chain_broken' }] });
    expect(await notes(orgId)).toEqual([]);
  });

  it('gave another checkpoint row to stand on is not signed', async () => {
    const { orgId } = await createUser();
    const stranger = await createUser();
    await sign(stranger.orgId);
    await append(orgId, 1);
    await sign(orgId);
    await append(orgId, 1);
    const [borrowed] = await notes(stranger.orgId);
    await tamper((client) => client.query('update audit.checkpoints set note = $2 where org_id = $1', [orgId, borrowed?.note]));
    expect(await sign(orgId)).toMatchObject({ signed: 0, broken: [{ code: 'audit_chain_broken' }] });
    await tamper((client) => client.query(`update audit.checkpoints set note = 'not a note', head = sha256('x') where org_id = $1`, [orgId]));
    expect(await sign(orgId)).toMatchObject({ signed: 0, broken: [{ code: 'audit_chain_broken' }] });
  });

  it('broke does not keep the others from being signed', async () => {
    const [bad, good] = [await createUser(), await createUser()];
    await append(bad.orgId, 2);
    await tamper((client) => forge(client, bad.orgId, '2', '{"action":"nothing.happened"}'));
    const { broken } = await sign();
    expect(broken.map(({ orgId }) => orgId)).toContain(bad.orgId);
    expect(await notes(good.orgId)).toHaveLength(1);
    expect(await notes(bad.orgId)).toEqual([]);
  });
});
