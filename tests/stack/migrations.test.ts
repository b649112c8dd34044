/**
 * The migrations on what production may be: PostgreSQL 15, a role `postgres` that is no superuser, pushed by the
 * Supabase CLI. The embedded stack has them on PostgreSQL 18.
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { CATALOGUE_RULES } from '#tests/support/catalogue-rules.ts';
import { postgres15Programs, startPostgres15, type Postgres15 } from '#tests/support/postgres15.ts';
import { stack } from '#tests/support/stack.ts';

const folder = resolve(CHECKOUT, 'supabase/migrations');
// Debian brings it; elsewhere the embedded PostgreSQL has shown that the migrations apply.
const installed = await postgres15Programs();

describe.runIf(installed)('on PostgreSQL 15, as a postgres that is no superuser', () => {
  let server: Postgres15;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startPostgres15();
    client = new pg.Client({ connectionString: server.url });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await server?.stop();
  });

  it('the Supabase CLI pushes them all, and has nothing left to push', async () => {
    const push = () =>
      promisify(execFile)(resolve(CHECKOUT, 'node_modules/.bin/supabase'), ['db', 'push', '--yes', `--db-url=${server.url}?sslmode=disable`], {
        cwd: CHECKOUT,
        env: { NODE_ENV: 'test', PATH: process.env.PATH, HOME: stack().dataDir, SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', SUPABASE_YES: '1' },
      });
    await push();
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).map((name) => name.slice(0, 14));
    const { rows } = await client.query<{ version: string }>('select version from supabase_migrations.schema_migrations order by 1');
    expect(rows.map((r) => r.version)).toEqual(files.sort());
    const again = await push();
    expect(`${again.stdout}${again.stderr}`).toMatch(/up to date/i);
  });

  it('every catalogue rule holds there', async () => {
    const found: string[] = [];
    for (const rule of CATALOGUE_RULES) {
      const { rows } = await client.query<{ fault: string }>(rule.sql);
      found.push(...rows.map((row) => `${rule.id} ${rule.says}: ${row.fault}`));
    }
    expect(found).toEqual([]);
  });

  it('a sign-up makes an organisation, a chain and a salt', async () => {
    const superuser = new pg.Client({ connectionString: server.superuserUrl });
    await superuser.connect();
    try {
      await superuser.query(`insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000aa', 'ann@example.test')`);
    } finally {
      await superuser.end();
    }
    const { rows } = await client.query(
      `select m.role, h.seq::int as seq, octet_length(s.kdf_salt) as salt from public.memberships m
       join audit.heads h on h.org_id = m.org_id join custody.salts s on s.org_id = m.org_id where m.user_id = '00000000-0000-4000-8000-0000000000aa'`,
    );
    expect(rows).toEqual([{ role: 'owner', seq: 1, salt: 32 }]);
  });
});

describe('in the repository', () => {
  it('each migration ends by applying the privileges', async () => {
    const { readFile } = await import('node:fs/promises');
    for (const name of (await readdir(folder)).filter((n) => n.endsWith('.sql'))) {
      const sql = await readFile(resolve(folder, name), 'utf8');
      expect(sql.trimEnd().endsWith('select private.apply_privileges();'), name).toBe(true);
    }
  });
});
