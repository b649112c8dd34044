/** What one tenant can find out about another, and do to them, through web: nothing. What a former member can: nothing. */
import { randomBytes, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealForIntake } from '#lib/vault/seal.ts';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { builtActions, callAction, routeOf, stateOf, type BuiltAction, type Caller } from '#tests/support/built-actions.ts';
import type { Exchange } from '#tests/support/exchange.ts';
import { plainVisitor, withoutNonce, wordsOf } from '#tests/support/plain-visitor.ts';
import { sessionCookies } from '#tests/support/session-cookies.ts';
import { stack } from '#tests/support/stack.ts';
import { addMember, seedTenant, type TenantRows } from '#tests/support/tenant-rows.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';
import { startExtraWeb, type ExtraWeb } from '#tests/support/web.ts';

interface Tenant {
  readonly user: TestUser;
  readonly rows: TenantRows;
  readonly cookies: ReadonlyMap<string, string>;
}

let web: ExtraWeb;
let me: Tenant;
let other: Tenant;
let sealed: string;

async function tenant(): Promise<Tenant> {
  const user = await createUser();
  return { user, rows: await seedTenant(user.orgId), cookies: (await sessionCookies(user)).jar };
}

beforeAll(async () => {
  [web, me, other] = await Promise.all([startExtraWeb({ TRUSTED_PROXY_HOPS: '1' }), tenant(), tenant()]);
  sealed = await sealForIntake({ orgId: me.user.orgId, connectionId: me.rows.connectionId, provider: 'openai', host: 'api.openai.com', publicKey: stack().secrets.INTAKE_PUBLIC_KEY }, `sk-admin-${randomBytes(24).toString('hex')}`);
});
afterAll(() => web?.stop());

let addresses = 0;
const newAddress = () => `192.0.2.${(addresses += 1)}`;

/** Ids of a tenant's things, by the name of the dynamic segment. */
const IDS: Record<string, (rows: TenantRows) => string> = { id: (rows) => rows.connectionId, budgetId: (rows) => rows.budgetId };
/** Segments that name no tenant's thing. */
const OPEN = new Set(['provider']);

const routes = globSync('app/**/{page.tsx,route.ts}', { cwd: CHECKOUT }).map(routeOf);
const segmentsOf = (route: string) => [...route.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name);
const dynamic = routes.filter((route) => segmentsOf(route).some((name) => !OPEN.has(name)));
const fill = (route: string, id: string) => route.replace(/\[\w+\]/, id);
const pathFor = (route: string, rows: TenantRows) => route.replace(/\[(\w+)\]/, (_whole, name: string) => IDS[name]?.(rows) ?? '');

describe('a page', () => {
  it('with an id in its address is known to these tests', () => {
    expect(dynamic.length).toBeGreaterThan(1);
    for (const name of routes.flatMap(segmentsOf)) expect(name in IDS || OPEN.has(name), name).toBe(true);
  });

  it.each(dynamic)('%s is the same 404 for an id of another tenant, one that nobody has, and one that is none', async (route) => {
    const visitor = () => plainVisitor(web.url, { cookies: me.cookies, address: newAddress() });
    const mine = await visitor().get(pathFor(route, me.rows));
    expect(mine.status).toBe(200);

    const theirs = pathFor(route, other.rows);
    const nobodys = fill(route, randomUUID());
    const [first, second] = await Promise.all([theirs, nobodys].map((path) => visitor().get(path)));
    expect([first?.status, second?.status]).toEqual([404, 404]);
    expect(withoutPath(first, theirs)).toBe(withoutPath(second, nobodys));
    for (const id of ['abc', '0', `${me.rows.connectionId}x`, '%00', "'--", '../../alerts%2f..']) {
      const none = await visitor().get(fill(route, id));
      expect([id, none.status]).toEqual([id, 404]);
      expect([id, wordsOf(none.text).startsWith(wordsOf(first?.text ?? ''))]).toEqual([id, true]);
    }
    // Signed out, both lead to the same place too.
    const strangers = await Promise.all([theirs, nobodys].map((path) => plainVisitor(web.url, { address: newAddress() }).get(path)));
    expect(strangers.map(({ status, headers }) => [status, headers.location])).toEqual([theirs, nobodys].map((path) => [307, `/sign-in?next=${encodeURIComponent(path)}`]));
  });

  it('of mine shows nothing of another tenant, however it is asked', async () => {
    const ids = [other.user.orgId, other.user.id, other.user.email, ...Object.values(other.rows)];
    const visitor = plainVisitor(web.url, { cookies: new Map([...me.cookies, ['km-org', other.user.orgId]]), address: newAddress() });
    const queries = ['', `?connection=${other.rows.connectionId}`, `?org=${other.user.orgId}&provider=openai`, `?budget=${other.rows.budgetId}`, `?before=1&after=1&page=-1&seq=99999999999999999999`];
    for (const route of routes.filter((candidate) => !candidate.startsWith('/api/') && !candidate.startsWith('/.'))) {
      for (const query of queries) {
        const path = `${pathFor(route, me.rows)}${query}`;
        const answer = await visitor.get(path);
        expect([path, answer.status < 500]).toEqual([path, true]);
        // What was asked for may be repeated (a filter, the way back), so it is taken out first.
        const text = queries.slice(1).reduce((left, asked) => left.replaceAll(asked.slice(1), '').replaceAll(encodeURIComponent(asked), '').replaceAll(asked.slice(1).replaceAll('&', '&amp;'), ''), answer.text);
        for (const id of ids.filter((id) => !query.includes(id))) expect(text.includes(id), `${id} in ${path}`).toBe(false);
      }
    }
  });
});

/** A 404 without its nonce and without the address that was asked for. */
function withoutPath(answer: Exchange | undefined, path: string): string {
  if (!answer) throw new Error('no answer');
  const id = path.split('/').find((part) => /^[0-9a-f-]{36}$/.test(part)) ?? '';
  return withoutNonce(answer).replaceAll(id, 'ID');
}

/** For each action that names a thing: what it takes for this thing. */
const NAMING: Readonly<Record<string, (rows: TenantRows) => Record<string, string>>> = {
  submitSync: ({ connectionId }) => ({ connectionId }),
  submitPaused: ({ connectionId }) => ({ connectionId, paused: 'true' }),
  submitName: ({ connectionId }) => ({ connectionId, label: 'Renamed' }),
  submitInterval: ({ connectionId }) => ({ connectionId, minutes: '60' }),
  submitReplace: ({ connectionId }) => ({ connectionId, sealed }),
  submitDiscard: ({ connectionId }) => ({ connectionId }),
  submitPurge: ({ connectionId }) => ({ connectionId, confirmation: 'Seeded', withData: 'on' }),
  saveBudgetAction: ({ budgetId }) => ({ budgetId, name: 'Renamed', amount: '5', scope: 'organization', period: 'month', thresholds: '50' }),
  deleteBudgetAction: ({ budgetId }) => ({ budgetId }),
};
/** Those that make something new in the own organisation. */
const MAKING: Readonly<Record<string, () => Record<string, string>>> = {
  submitConnect: () => ({ connectionId: randomUUID(), provider: 'openai', host: 'api.openai.com', label: 'New', sealed }),
  testAlertAction: () => ({}),
};

const dashboardActions = (): BuiltAction[] => builtActions().filter(({ file }) => file.startsWith('app/(dashboard)/'));
const caller = (cookies: ReadonlyMap<string, string>): Caller => ({ url: web.url, origin: web.url, cookies, headers: { 'x-forwarded-for': newAddress() } });
const pathOf = ({ route }: BuiltAction) => pathFor(route, me.rows).replaceAll(/\[\w+\]/g, 'openai');
const unknown = (): TenantRows => ({ connectionId: randomUUID(), accountId: randomUUID(), budgetId: randomUUID() });
/** All that clients may ever see of an organisation, and its audit. */
async function everythingOf(orgId: string): Promise<string> {
  const { rows: tables } = await stack().admin.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where column_name = 'org_id' and table_type = 'BASE TABLE' and table_schema in ('public', 'private', 'custody', 'audit') order by 1`,
  );
  const parts = await Promise.all(tables.map(async ({ name }) => ({ name, rows: (await stack().admin.query(`select * from ${name} where org_id = $1 order by 1, 2`, [orgId])).rows as unknown[] })));
  return JSON.stringify(parts);
}

describe('an action', () => {
  it('of the dashboard is known to these tests', () => {
    const names = dashboardActions().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(name in NAMING || name in MAKING, name).toBe(true);
  });

  it('that names a thing of another tenant answers as for one that nobody has, and changes nothing', async () => {
    const before = await everythingOf(other.user.orgId);
    expect(before).toContain(other.rows.connectionId);
    for (const action of dashboardActions()) {
      const inputFor = NAMING[action.name];
      if (!inputFor) continue;
      const [theirs, nobodys] = await Promise.all([other.rows, unknown()].map((rows) => callAction(caller(me.cookies), action, pathOf(action), inputFor(rows))));
      const told = [theirs, nobodys].map((answer) => ({ status: answer?.status, location: answer?.headers['x-action-redirect'], state: answer ? stateOf(answer) : null }));
      expect([action.name, told[0]]).toEqual([action.name, told[1]]);
      expect([action.name, told[0]?.state]).toMatchObject([action.name, { ok: false, code: 'not_found' }]);
    }
    expect(await everythingOf(other.user.orgId)).toBe(before);
  });

  it('that names a thing of mine reaches it, so the refusal above was about whose it is', async () => {
    const disposable = await tenant();
    for (const action of dashboardActions()) {
      const input = NAMING[action.name]?.(disposable.rows);
      if (!input || /Purge|Discard|delete/.test(action.name)) continue;
      const answer = await callAction(caller(disposable.cookies), action, '/settings/connections', input);
      const state = stateOf(answer);
      expect([action.name, state?.ok === false ? state.code : 'ok']).not.toEqual([action.name, 'not_found']);
      expect([action.name, state?.ok === false ? state.code : 'ok']).not.toEqual([action.name, 'invalid_input']);
    }
  });

  it('does nothing for a viewer but say so', async () => {
    const viewer = await createUser();
    await addMember(me.user.orgId, viewer.id, 'viewer');
    const cookies = new Map([...(await sessionCookies(viewer)).jar, ['km-org', me.user.orgId]]);
    expect((await plainVisitor(web.url, { cookies, address: newAddress() }).get(pathFor('/settings/connections/[id]', me.rows))).status).toBe(200);
    const before = await everythingOf(me.user.orgId);
    for (const action of dashboardActions()) {
      const input = (NAMING[action.name] ?? MAKING[action.name])?.(me.rows);
      const state = stateOf(await callAction(caller(cookies), action, pathOf(action), input));
      expect([action.name, state]).toMatchObject([action.name, { ok: false, code: 'forbidden' }]);
    }
    expect(await everythingOf(me.user.orgId)).toBe(before);
  });

  it('does nothing without a session', async () => {
    const before = await everythingOf(me.user.orgId);
    for (const action of dashboardActions()) {
      const input = (NAMING[action.name] ?? MAKING[action.name])?.(me.rows);
      const answer = await callAction(caller(new Map()), action, '/sign-in', input);
      const state = stateOf(answer);
      expect([action.name, state]).toMatchObject([action.name, { ok: false, code: 'unauthenticated' }]);
    }
    expect(await everythingOf(me.user.orgId)).toBe(before);
  });
});

describe('a removed member', () => {
  it('is out with the next request, pages and actions alike, though the session lives on', async () => {
    const member = await createUser();
    await addMember(me.user.orgId, member.id, 'admin');
    const cookies = new Map([...(await sessionCookies(member)).jar, ['km-org', me.user.orgId]]);
    const visitor = plainVisitor(web.url, { cookies, address: newAddress() });
    const connection = pathFor('/settings/connections/[id]', me.rows);
    expect((await visitor.get(connection)).status).toBe(200);

    await stack().admin.query('delete from public.memberships where org_id = $1 and user_id = $2', [me.user.orgId, member.id]);
    const before = await everythingOf(me.user.orgId);
    expect((await visitor.get(connection)).status).toBe(404);
    const overview = await visitor.get('/overview');
    expect(overview.status).toBe(200);
    expect(overview.text).not.toContain(me.user.orgId);
    for (const action of dashboardActions()) {
      const input = NAMING[action.name]?.(me.rows);
      if (!input) continue;
      expect([action.name, stateOf(await callAction(caller(cookies), action, pathOf(action), input))]).toMatchObject([action.name, { ok: false, code: 'not_found' }]);
    }
    expect(await everythingOf(me.user.orgId)).toBe(before);
  });

  it('of the last organisation is told so, and can sign out', async () => {
    const member = await createUser();
    const visitor = plainVisitor(web.url, { cookies: (await sessionCookies(member)).jar, address: newAddress() });
    expect((await visitor.get('/overview')).status).toBe(200);
    await stack().admin.query('delete from public.memberships where user_id = $1', [member.id]);
    for (const path of ['/overview', '/settings/connections', pathFor('/settings/connections/[id]', me.rows)]) {
      const answer = await visitor.get(path);
      expect([path, answer.status, answer.headers.location]).toEqual([path, 307, '/no-organisation']);
    }
    const told = await visitor.submit('/no-organisation', 'Sign out', {});
    expect([told.status, [...visitor.jar.keys()]]).toEqual([303, []]);
  });

  it('whose user was deleted is signed out', async () => {
    const member = await createUser();
    const visitor = plainVisitor(web.url, { cookies: (await sessionCookies(member)).jar, address: newAddress() });
    expect((await visitor.get('/overview')).status).toBe(200);
    await stack().admin.query('delete from auth.users where id = $1', [member.id]);
    expect((await visitor.get('/overview')).headers.location).toBe('/sign-in?next=%2Foverview');
  });
});

describe('the organisation cookie', () => {
  it('chooses among one’s own and opens no other', async () => {
    const both = await createUser();
    await addMember(me.user.orgId, both.id, 'viewer');
    const { jar } = await sessionCookies(both);
    const shows = async (orgId: string) => wordsOf((await plainVisitor(web.url, { cookies: new Map([...jar, ['km-org', orgId]]), address: newAddress() }).get('/settings/connections')).text);
    expect(await shows(me.user.orgId)).toContain('Seeded');
    for (const orgId of [both.orgId, other.user.orgId, randomUUID(), 'garbage']) expect(await shows(orgId)).not.toContain('Seeded');
    const choose = builtActions().find(({ name }) => name === 'chooseOrganisation');
    const told = [other.user.orgId, randomUUID()].map((orgId) => callAction(caller(jar), choose ?? { id: '' }, '/settings/connections', { orgId }));
    for (const answer of await Promise.all(told)) {
      expect(stateOf(answer)).toMatchObject({ ok: false, code: 'not_found' });
      expect(answer.setCookies).toEqual([]);
    }
  });
});
