import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { dataPaths } from '#scripts/stack/paths.ts';
import { mails } from '#tests/support/mails.ts';
import { startExtraWorker, startRedis } from '#tests/support/processes.ts';
import { killWorker, restartPostgres, restartSupabase, stack, startWorker, stopWorker } from '#tests/support/stack.ts';
import { anonymousClient, asAnon, asUser, createUser, linkToken } from '#tests/support/users.ts';

const grants = async () => {
  const { rows } = await stack().admin.query(`
    select n.nspname, c.relname, r.rolname, string_agg(a.privilege_type, ',' order by a.privilege_type) as privileges
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) a
    join pg_roles r on r.oid = a.grantee
    where n.nspname in ('public', 'private', 'custody', 'audit', 'metering') and r.rolname in ('anon', 'authenticated', 'service_role')
    group by 1, 2, 3 order by 1, 2, 3`);
  return rows;
};

describe('the embedded stack', () => {
  it('makes a user the way a person becomes one: sign-up, mail, confirmation', async () => {
    const user = await createUser();
    const { data, error } = await user.client.from('organizations').select('id');
    expect(error).toBeNull();
    expect(data).toEqual([{ id: user.orgId }]);
    const [mail] = await mails(user.email);
    expect(mail?.subject).toBe('Confirm your address for Keymeter');
    expect(mail?.html).toContain(`${stack().appUrl}/auth/confirm?token_hash=`);
  });

  it('does not let anybody in who has not confirmed', async () => {
    const email = `unconfirmed-${randomUUID()}@example.test`;
    const client = anonymousClient();
    const password = randomUUID();
    expect((await client.auth.signUp({ email, password })).data.session).toBeNull();
    expect((await client.auth.signInWithPassword({ email, password })).error?.code).toBe('email_not_confirmed');
  });

  it('sets a new password through the link of a recovery mail', async () => {
    const user = await createUser();
    const client = anonymousClient();
    expect((await client.auth.resetPasswordForEmail(user.email)).error).toBeNull();
    const mail = (await mails(user.email)).find((candidate) => candidate.subject === 'Set a new Keymeter password');
    expect(mail?.html).toContain('type=recovery');
    const verified = await client.auth.verifyOtp({ token_hash: linkToken(mail ?? {}) ?? '', type: 'recovery' });
    expect(verified.error).toBeNull();
    const password = randomUUID();
    expect((await client.auth.updateUser({ password })).error).toBeNull();
    expect((await anonymousClient().auth.signInWithPassword({ email: user.email, password })).error).toBeNull();
  });

  it('keeps the privileges that the migrations say through traffic and a restart of the API', async () => {
    const before = await grants();
    expect(before.length).toBeGreaterThan(0);
    await restartSupabase();
    expect(await grants()).toEqual(before);
    const user = await createUser();
    expect((await user.client.from('memberships').select('role')).data).toEqual([{ role: 'owner' }]);
    expect(await grants()).toEqual(before);
  });

  it('answers again after the database crashed', async () => {
    const user = await createUser();
    await restartPostgres('crash');
    expect((await user.client.from('organizations').select('id')).data).toEqual([{ id: user.orgId }]);
  });

  it('gives sessions in the database exactly the rights of the API roles', async () => {
    const user = await createUser();
    const other = await createUser();
    const seen = await asUser(user.id, async (client) => (await client.query('select id from public.organizations')).rows);
    expect(seen).toEqual([{ id: user.orgId }]);
    expect(seen).not.toContainEqual({ id: other.orgId });
    await expect(asAnon((client) => client.query('select id from public.organizations'))).rejects.toMatchObject({ code: '42501' });
  });

  it('logs the worker and the queue in with roles that are no superusers and reach nothing else', async () => {
    for (const [url, role] of [[stack().workerUrl, 'keymeter_worker'], [stack().queueUrl, 'keymeter_queue']] as const) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query('select current_user as who, rolsuper, rolbypassrls from pg_roles where rolname = current_user');
      expect(rows).toEqual([{ who: role, rolsuper: false, rolbypassrls: false }]);
      await expect(client.query('select * from custody.salts')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('select * from auth.users')).rejects.toMatchObject({ code: '42501' });
      await client.end();
    }
  });

  it('runs a further worker on a Redis server, and one that says so when that server is gone', async () => {
    const redis = await startRedis();
    const worker = await startExtraWorker({ REDIS_URL: redis.url });
    expect((await fetch(worker.healthUrl)).status).toBe(200);
    await worker.stop();
    expect(await worker.ended).toEqual({ code: 0, signal: null });
    await redis.stop();
    const orphan = await startExtraWorker({ REDIS_URL: redis.url }, 'answering');
    expect((await fetch(orphan.healthUrl)).status).toBe(503);
    await orphan.stop();
    expect((await orphan.ended).code).toBe(0);
  });

  it('stops, kills and starts its own worker on request', async () => {
    const healthy = () => fetch(stack().workerHealthUrl).then((response) => response.ok, () => false);
    for (const end of [stopWorker, killWorker]) {
      expect(await healthy()).toBe(true);
      await end();
      expect(await healthy()).toBe(false);
      await startWorker();
    }
    expect(await healthy()).toBe(true);
  });

  it('keeps its secrets where only their owner can read them', async () => {
    const paths = dataPaths(stack().dataDir);
    for (const file of [paths.secrets, paths.stackEnv]) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('refuses the API to a request without a key', async () => {
    expect((await fetch(`${stack().supabaseUrl}/rest/v1/organizations`)).status).toBe(401);
  });
});
