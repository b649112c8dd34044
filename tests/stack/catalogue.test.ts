/**
 * The rules that keep tenants apart, asked of the catalogue of the running stack: after traffic, because the embedded
 * gateway grants on its own at the first request after its start, and after a restart of it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE_RULES, CLIENT_FUNCTIONS } from '#tests/support/catalogue-rules.ts';
import { restartSupabase, stack } from '#tests/support/stack.ts';
import { createUser } from '#tests/support/users.ts';

async function faultsOf(sql: string): Promise<string[]> {
  return (await stack().admin.query<{ fault: string }>(sql)).rows.map((row) => row.fault);
}

async function allFaults(): Promise<string[]> {
  const found: string[] = [];
  for (const rule of CATALOGUE_RULES) found.push(...(await faultsOf(rule.sql)).map((fault) => `${rule.id} ${rule.says}: ${fault}`));
  return found;
}

describe('the catalogue', () => {
  it('holds every rule after traffic', async () => {
    const user = await createUser();
    const { error } = await user.client.from('organizations').select('id');
    expect(error).toBeNull();
    expect(await allFaults()).toEqual([]);
  });

  it.each(CATALOGUE_RULES.map((rule) => [rule.id, rule] as const))('%s finds its fault when it is planted', async (_id, rule) => {
    const client = await stack().admin.connect();
    try {
      await client.query('begin');
      await client.query(rule.plant);
      const { rows } = await client.query(rule.sql);
      expect(rows.length, rule.says).toBeGreaterThan(0);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('offers clients the reviewed functions, all of them', async () => {
    const { rows } = await stack().admin.query<{ proname: string }>(
      `select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'public' and has_function_privilege('authenticated', p.oid, 'execute') order by 1`,
    );
    expect(rows.map((r) => r.proname)).toEqual([...CLIENT_FUNCTIONS].sort());
  });
});

describe('after a restart of the gateway', () => {
  beforeAll(async () => {
    await restartSupabase();
  }, 120_000);

  it('holds every rule again', async () => {
    const user = await createUser();
    await user.client.from('connections').select('id');
    expect(await allFaults()).toEqual([]);
  });

  it('applying the privileges twice changes nothing', async () => {
    const acl = () => stack().admin.query(`select c.oid::regclass::text as name, c.relacl::text, (select array_agg(a.attname || a.attacl::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attacl is not null) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private', 'custody', 'audit', 'metering') order by 1`);
    const before = (await acl()).rows;
    await stack().admin.query('select private.apply_privileges()');
    expect((await acl()).rows).toEqual(before);
  });
});
