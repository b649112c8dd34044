/** Every actor, every table, every verb: as the client's role with a subject, never as the owner. */
import { beforeAll, describe, expect, it } from 'vitest';
import { stack } from '#tests/support/stack.ts';
import { addMember, seedTenant, type TenantRows } from '#tests/support/tenant-rows.ts';
import { asAnon, asUser, createUser } from '#tests/support/users.ts';

const ACTORS = ['owner', 'admin', 'viewer', 'outsider', 'removed', 'nobody'] as const;
type Actor = (typeof ACTORS)[number];
const MEMBERS: readonly Actor[] = ['owner', 'admin', 'viewer'];
const ADMINS: readonly Actor[] = ['owner', 'admin'];

let orgA = '';
let orgB = '';
let rowsA: TenantRows;
const users: Partial<Record<Actor, string>> = {};
let tables: { name: string; columns: string[]; tenant: string }[] = [];

const act = <T>(actor: Actor, work: Parameters<typeof asUser<T>>[1]) => asUser(users[actor] ?? '', work);
const stateOf = (error: unknown) => (error as { code?: string }).code;

beforeAll(async () => {
  const [owner, admin, viewer, outsider, removed] = await Promise.all([createUser(), createUser(), createUser(), createUser(), createUser()]);
  orgA = owner.orgId;
  orgB = outsider.orgId;
  Object.assign(users, { owner: owner.id, admin: admin.id, viewer: viewer.id, outsider: outsider.id, removed: removed.id });
  await addMember(orgA, admin.id, 'admin');
  await addMember(orgA, viewer.id, 'viewer');
  await addMember(orgA, removed.id, 'owner');
  await stack().admin.query('delete from public.memberships where org_id = $1 and user_id = $2', [orgA, removed.id]);
  rowsA = await seedTenant(orgA);
  await seedTenant(orgB);
  const found = await stack().admin.query<{ name: string; columns: string[] }>(
    `select c.relname as name, coalesce(array_agg(a.attname::text order by a.attnum) filter (
        where has_column_privilege('authenticated', c.oid, a.attnum, 'select')), '{}') as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = 'public' and c.relkind in ('r', 'p') group by c.relname order by 1`,
  );
  tables = found.rows.map((t) => ({ ...t, tenant: t.name === 'organizations' ? 'id' : 'org_id' }));
}, 60_000);

describe('reading', () => {
  it('shows members the rows of their organisation and nobody anything else, in every table', async () => {
    const readable = tables.filter((t) => t.columns.length > 0);
    expect(readable.length).toBeGreaterThanOrEqual(8);
    for (const table of readable) {
      const sql = `select ${table.columns.join(', ')} from public.${table.name} where ${table.tenant} = $1`;
      expect((await stack().admin.query(sql, [orgA])).rowCount, `${table.name} is seeded`).toBeGreaterThan(0);
      for (const actor of ACTORS) {
        const { rowCount } = await act(actor, (c) => c.query(sql, [orgA]));
        if (MEMBERS.includes(actor)) expect(rowCount, `${actor} reads ${table.name}`).toBeGreaterThan(0);
        else expect(rowCount, `${actor} reads ${table.name}`).toBe(0);
      }
      await expect(asAnon((c) => c.query(sql, [orgA])), `anon reads ${table.name}`).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
  });

  it('refuses tables and columns that were not granted', async () => {
    const hidden = tables.filter((t) => t.columns.length === 0).map((t) => `public.${t.name}`);
    const closed = [...hidden, 'custody.envelopes', 'custody.intake', 'custody.salts', 'custody.openings', 'audit.entries', 'audit.heads', 'metering.daily_spend'];
    for (const name of closed) {
      await expect(act('owner', (c) => c.query(`select * from ${name}`)), name).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
    for (const column of ['connections.key_fingerprint', 'budgets.amount', 'alert_events.amount', 'messages.idempotency_key', 'sync_runs.fence']) {
      const [table, name] = column.split('.');
      await expect(act('owner', (c) => c.query(`select ${name} from public.${table}`)), column).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
  });
});

describe('writing', () => {
  const changes: Record<string, string> = { organizations: `name = 'changed'`, connections: `label = 'changed'`, budgets: `name = 'changed'` };

  it('lets admins change what is theirs to change, and nobody else', async () => {
    for (const table of tables) {
      for (const actor of ACTORS) {
        const change = changes[table.name];
        const attempt = act(actor, (c) => c.query(`update public.${table.name} set ${change ?? `${table.tenant} = ${table.tenant}`} where ${table.tenant} = $1`, [orgA]));
        if (!change) await expect(attempt, `${actor} updates ${table.name}`).rejects.toSatisfy((e) => stateOf(e) === '42501');
        else if (ADMINS.includes(actor)) expect((await attempt).rowCount, `${actor} updates ${table.name}`).toBe(1);
        else expect((await attempt).rowCount, `${actor} updates ${table.name}`).toBe(0);
      }
    }
  });

  it('lets admins write budgets, and nobody insert anything else', async () => {
    for (const actor of ACTORS) {
      const attempt = act(actor, (c) => c.query(`insert into public.budgets (org_id, name, amount) values ($1, 'new', 5)`, [orgA]));
      if (ADMINS.includes(actor)) expect((await attempt).rowCount).toBe(1);
      else await expect(attempt, actor).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
    for (const table of tables.filter((t) => t.name !== 'budgets')) {
      await expect(act('owner', (c) => c.query(`insert into public.${table.name} (${table.tenant}) values ($1)`, [orgA])), table.name).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
  });

  it('deletes budgets for admins only, and the row still stands after anybody else tried', async () => {
    const count = async () => (await stack().admin.query('select 1 from public.budgets where org_id = $1 and id = $2', [orgA, rowsA.budgetId])).rowCount;
    for (const actor of ['viewer', 'outsider', 'removed', 'nobody'] as const) {
      expect((await act(actor, (c) => c.query('delete from public.budgets where id = $1', [rowsA.budgetId]))).rowCount).toBe(0);
      expect(await count(), `after ${actor}`).toBe(1);
    }
    for (const table of tables.filter((t) => t.name !== 'budgets')) {
      await expect(act('owner', (c) => c.query(`delete from public.${table.name}`)), table.name).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
    expect((await act('admin', (c) => c.query('delete from public.budgets where id = $1', [rowsA.budgetId]))).rowCount).toBe(1);
  });

  it('moves no row to another organisation, not even for a member of both', async () => {
    await addMember(orgB, users.admin as string, 'admin');
    for (const name of ['budgets', 'connections']) {
      await expect(act('admin', (c) => c.query(`update public.${name} set org_id = $1`, [orgB])), name).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
  });

  it('truncates nothing', async () => {
    for (const table of tables) {
      await expect(act('owner', (c) => c.query(`truncate public.${table.name} cascade`)), table.name).rejects.toSatisfy((e) => stateOf(e) === '42501');
    }
  });
});

describe('roles', () => {
  it('are nowhere a member could raise them: no write reaches memberships', async () => {
    await expect(act('viewer', (c) => c.query(`update public.memberships set role = 'owner'`))).rejects.toSatisfy((e) => stateOf(e) === '42501');
    await expect(act('viewer', (c) => c.query(`insert into public.memberships (org_id, user_id, role) values ($1, $2, 'owner')`, [orgB, users.viewer]))).rejects.toSatisfy(
      (e) => stateOf(e) === '42501',
    );
  });

  it('end at the next request after a removal, whatever the token says', async () => {
    const user = await createUser();
    await addMember(orgA, user.id, 'viewer');
    const before = await user.client.from('connections').select('id').eq('org_id', orgA);
    expect(before.data?.length).toBeGreaterThan(0);
    await stack().admin.query('delete from public.memberships where org_id = $1 and user_id = $2', [orgA, user.id]);
    const after = await user.client.from('connections').select('id').eq('org_id', orgA);
    expect(after.data).toEqual([]);
  });
});

describe('splicing across organisations', () => {
  it('is refused by keys even for the database’s owner', async () => {
    const children: [string, string][] = [
      ['custody.intake', `insert into custody.intake (org_id, connection_id, sealed) values ($1, $2, 'kmi1:1:' || repeat('A', 80))`],
      ['work_requests', `insert into public.work_requests (org_id, kind, connection_id) values ($1, 'sync_now', $2)`],
      ['sync_runs', `insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to) values ($1, $2, 'scheduled', 'x', '2026-01-01', '2026-01-02')`],
    ];
    for (const [name, sql] of children) {
      await expect(stack().admin.query(sql, [orgB, rowsA.connectionId]), name).rejects.toSatisfy((e) => stateOf(e) === '23503');
    }
    await expect(stack().admin.query(`update public.connections set provider_account_id = $2 where org_id = $1`, [orgB, rowsA.accountId])).rejects.toSatisfy(
      (e) => stateOf(e) === '23503',
    );
  });

  it('a definer function reads the real table though a temporary one has its name', async () => {
    const found = await act('outsider', async (c) => {
      await c.query('create temporary table memberships (org_id uuid, user_id uuid, role text)');
      await c.query('insert into pg_temp.memberships values ($1, $2, $3)', [orgA, users.outsider, 'owner']);
      await c.query(`set local search_path = pg_temp, public`);
      return c.query('select id from public.connections where org_id = $1', [orgA]);
    });
    expect(found.rowCount).toBe(0);
  });
});
