/** A source that cannot be seen: one notice an episode, one notice of its end, whoever notices it first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raiseConnectionTrouble, resolveConnectionTrouble } from '#lib/alerts/raise-connection.ts';
import { watchSources } from '#lib/alerts/watch-sources.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { Pool } from '#lib/db/pool.ts';
import { createLogger } from '#lib/log.ts';
import { addBudget, addSource, APP_URL, messagesOf, meteredOrg, raisedIn, workerPool } from '#tests/support/metered-org.ts';
import type { MeteredOrg } from '#tests/support/metered-org.ts';
import { restStackWorker } from '#tests/support/quiet-worker.ts';
import { stack } from '#tests/support/stack.ts';
import { asUser } from '#tests/support/users.ts';

restStackWorker();
const log = createLogger({ level: 'silent', name: 'test' });
let pool: Pool;
beforeAll(() => {
  pool = workerPool(20);
});
afterAll(() => pool.end());

const sourceOf = ({ orgId, source }: MeteredOrg) => ({ orgId, connectionId: source.connectionId, label: source.label, provider: source.provider, at: new Date() });
const raise = (org: MeteredOrg) => inTransaction(pool, (tx) => raiseConnectionTrouble(tx, { ...sourceOf(org), code: 'key_rejected' }));
const resolve = (org: MeteredOrg) => inTransaction(pool, (tx) => resolveConnectionTrouble(tx, sourceOf(org)));
const watch = () => watchSources({ pool, appUrl: APP_URL, log });
const set = (org: MeteredOrg, assignments: string) => stack().admin.query(`update public.connections set ${assignments} where org_id = $1 and id = $2`, [org.orgId, org.source.connectionId]);
const events = async (org: MeteredOrg) => (await raisedIn(org.orgId)).map(({ threshold, episode, state }) => `${threshold}#${episode} ${state}`);
const told = async (org: MeteredOrg) => (await messagesOf(org.orgId)).map(({ template }) => template);

describe('a key that the provider refuses', () => {
  it('is told once, by twenty runs at once and by the clock after them', async () => {
    const org = await meteredOrg();
    await addBudget(org.orgId, '100', { name: 'Research' });
    await set(org, `status = 'needs_attention', status_code = 'key_rejected'`);
    const answers = await Promise.all(Array.from({ length: 20 }, () => raise(org)));
    expect(answers.filter(({ raised }) => raised)).toEqual([{ raised: true, messages: 1 }]);
    await watch();
    expect(await events(org)).toEqual(['blind:alert#0 open']);
    expect(await told(org)).toEqual(['connection_attention']);
    const [message] = await messagesOf(org.orgId);
    expect(message?.facts.subject).toContain('OpenAI');
    expect(JSON.stringify(message?.facts)).toContain('Research');
    expect((await raisedIn(org.orgId))[0]?.facts).toMatchObject({ code: 'key_rejected', reason: 'key_rejected', connection: 'openai main' });
  });

  it('is over once, and the next time it is an episode of its own', async () => {
    const org = await meteredOrg();
    expect(await resolve(org)).toEqual({ ended: 0, messages: 0 });
    await raise(org);
    const ends = await Promise.all(Array.from({ length: 5 }, () => resolve(org)));
    expect(ends.filter(({ messages }) => messages > 0)).toEqual([{ ended: 1, messages: 1 }]);
    expect(await told(org)).toEqual(['connection_attention', 'connection_recovered']);
    expect(await raise(org)).toEqual({ raised: true, messages: 1 });
    expect(await events(org)).toEqual(['blind:alert#0 resolved', 'blind:alert#1 open']);
  });

  it('is told by the clock when the run could not', async () => {
    const org = await meteredOrg();
    await set(org, `status = 'needs_attention', status_code = 'key_rejected'`);
    await Promise.all([watch(), watch(), watch()]);
    expect(await events(org)).toEqual(['blind:alert#0 open']);
    expect(await told(org)).toEqual(['connection_attention']);
  });

  it('is told with a link that the sender completes', async () => {
    const org = await meteredOrg();
    await raise(org);
    const { rows } = await stack().admin.query(`select facts -> 'link' ->> 'url' as url from public.messages where org_id = $1`, [org.orgId]);
    expect(rows).toEqual([{ url: `/settings/connections/${org.source.connectionId}` }]);
  });
});

describe('a silent source', () => {
  it('is a warning that is shown after twice its interval, an alert after a day, and over with the next success', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = now() - interval '11 hours'`);
    await watch();
    expect(await events(org)).toEqual([]);
    await set(org, `last_success_at = now() - interval '13 hours'`);
    await watch();
    await watch();
    expect(await events(org)).toEqual(['blind:warning#0 open']);
    expect(await told(org)).toEqual([]);
    // Twelve hours pass: the success and the episode that counts from it move back together.
    await stack().admin.query(
      `with moved as (update public.connections set last_success_at = now() - interval '25 hours' where org_id = $1 returning last_success_at)
       update public.alert_events set facts = jsonb_set(facts, '{unknown_since}', to_jsonb(m.last_success_at)) from moved m where org_id = $1`,
      [org.orgId],
    );
    await watch();
    await watch();
    expect((await events(org)).sort()).toEqual(['blind:alert#0 open', 'blind:warning#0 open']);
    expect(await told(org)).toEqual(['connection_attention']);
    await set(org, `last_success_at = now()`);
    await watch();
    await watch();
    expect((await events(org)).sort()).toEqual(['blind:alert#0 resolved', 'blind:warning#0 resolved']);
    expect(await told(org)).toEqual(['connection_attention', 'connection_recovered']);
  });

  it('that was only warned about is over without a word', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = now() - interval '13 hours'`);
    await watch();
    await resolve(org);
    expect(await events(org)).toEqual(['blind:warning#0 resolved']);
    expect(await told(org)).toEqual([]);
  });

  it('whose key is then refused becomes worse within the same episode', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = now() - interval '13 hours'`);
    await watch();
    await raise(org);
    expect((await events(org)).sort()).toEqual(['blind:alert#0 open', 'blind:warning#0 open']);
    expect(await told(org)).toEqual(['connection_attention']);
  });

  it('that never succeeded counts from when its key was set', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = null, data_through = null, key_set_at = now() - interval '25 hours'`);
    await watch();
    expect(await events(org)).toEqual(['blind:alert#0 open']);
  });

  it('that somebody paused is what they asked for, and being resumed starts the count again', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = now() - interval '25 hours', paused = true`);
    await watch();
    expect(await events(org)).toEqual([]);
    await asUser(org.user.id, (client) => client.query('update public.connections set paused = false where org_id = $1', [org.orgId]));
    await watch();
    expect(await events(org)).toEqual([]);
    await set(org, `resumed_at = now() - interval '13 hours'`);
    await watch();
    expect(await events(org)).toEqual(['blind:warning#0 open']);
  });

  it('that is paused or purged while it is blind ends without a word', async () => {
    const paused = await meteredOrg();
    const purged = await meteredOrg();
    await raise(paused);
    await raise(purged);
    await set(paused, 'paused = true');
    await set(purged, `status = 'purged'`);
    await watch();
    expect(await events(paused)).toEqual(['blind:alert#0 resolved']);
    expect(await events(purged)).toEqual(['blind:alert#0 resolved']);
    expect(await told(paused)).toEqual(['connection_attention']);
    expect(await told(purged)).toEqual(['connection_attention']);
  });

  it('that is resumed while it is still blind does not count as heard', async () => {
    const org = await meteredOrg();
    await set(org, `last_success_at = now() - interval '25 hours'`);
    await watch();
    await set(org, 'paused = true');
    await asUser(org.user.id, (client) => client.query('update public.connections set paused = false where org_id = $1', [org.orgId]));
    await watch();
    expect(await events(org)).toEqual(['blind:alert#0 open']);
    expect(await told(org)).toEqual(['connection_attention']);
  });

  it('is found behind more than one page of others', async () => {
    const org = await meteredOrg();
    for (let i = 0; i < 205; i += 1) await addSource(org.orgId, 'anthropic', `source ${i}`);
    await stack().admin.query(`update public.connections set last_success_at = now() - interval '13 hours' where org_id = $1`, [org.orgId]);
    const { looked } = await watch();
    expect(looked).toBeGreaterThanOrEqual(206);
    expect(await events(org)).toHaveLength(206);
  });
});
