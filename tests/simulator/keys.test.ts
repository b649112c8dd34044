import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Body, askAnthropic, askOpenAi, expectWire, startAt, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const PROJECTS = '/organization/projects';

describe('OpenAI keys', () => {
  it('accepts what was issued and what says demo, and refuses every other admin key with its mask', async () => {
    expect((await askOpenAi(simulator, PROJECTS, [], simulator.control.issueKey({ provider: 'openai', org: 'acme' }))).status).toBe(200);
    expect((await askOpenAi(simulator, PROJECTS, [], 'sk-admin-acme-typed-by-a-person')).status).toBe(200);
    expect((await askOpenAi(simulator, PROJECTS, [], 'sk-admin-AbCdemoEfGhIjKlMnOp')).status).toBe(200);
    const unknown = await askOpenAi(simulator, PROJECTS, [], 'sk-admin-nobody-knows-this-abcd');
    expectWire('openai', PROJECTS, unknown);
    expect([unknown.status, unknown.body.error.code]).toEqual([401, 'invalid_api_key']);
    expect(unknown.body.error.message).toContain('sk-admin-********************abcd');
    expect(JSON.stringify(unknown.body)).not.toContain('nobody');
  });

  it('refuses a missing key, a project key (an object) and a service-account key (a plain string)', async () => {
    expect((await askOpenAi(simulator, PROJECTS, [], null)).status).toBe(401);
    const project = await askOpenAi(simulator, PROJECTS, [], 'sk-proj-0123456789abcdefghij');
    const account = await askOpenAi(simulator, PROJECTS, [], simulator.control.issueKey({ provider: 'openai', kind: 'service_account' }));
    for (const answer of [project, account]) expectWire('openai', PROJECTS, answer);
    expect([project.status, account.status]).toEqual([403, 403]);
    expect(project.body.error.message).toContain('Missing scopes: api.usage.read.');
    expect(account.body.error).toContain('Missing scopes: api.usage.read.');
    expect((await askOpenAi(simulator, PROJECTS, [], 'sk-0123456789abcdefghijklmnop')).status).toBe(403);
  });

  it('holds a restricted key to its scopes', async () => {
    const key = simulator.control.issueKey({ provider: 'openai', scopes: ['api.usage.read'] });
    expect((await askOpenAi(simulator, '/organization/costs', [['start_time', unix('2026-11-18T00:00:00Z')]], key)).status).toBe(200);
    const refused = await askOpenAi(simulator, PROJECTS, [], key);
    expect([refused.status, refused.body.error.message.includes('Missing scopes: api.management.read.')]).toEqual([403, true]);
  });

  it('lists an issued key with its end and its last four, and refuses it once it has expired or was revoked', async () => {
    const expiring = simulator.control.issueKey({ provider: 'openai', org: 'keys', expiresAt: new Date('2026-11-21T00:00:00Z') });
    const other = simulator.control.issueKey({ provider: 'openai', org: 'keys' });
    const listed = (await askOpenAi(simulator, '/organization/admin_api_keys', [], other)).body.data;
    const entry = listed.find((key: Body) => key.redacted_value.endsWith(expiring.slice(-4)));
    expect(entry.expires_at).toBe(Number(unix('2026-11-21T00:00:00Z')));
    expect(JSON.stringify(listed)).not.toContain(expiring.slice(10, -4));
    expect((await askOpenAi(simulator, PROJECTS, [], expiring)).status).toBe(200);
    simulator.control.setNow(new Date('2026-11-21T00:00:00Z'));
    expect((await askOpenAi(simulator, PROJECTS, [], expiring)).status).toBe(401);
    simulator.control.setNow(null);
    simulator.control.revokeKey(other);
    expect((await askOpenAi(simulator, PROJECTS, [], other)).status).toBe(401);
  });

  it('names the organisation in a header and in cost rows, or in neither', async () => {
    const key = simulator.control.issueKey({ provider: 'openai' });
    const id = simulator.control.world().openai.directory.organization.id;
    const named = async () => {
      const answer = await askOpenAi(simulator, '/organization/costs', [['start_time', unix('2026-11-18T00:00:00Z')]], key);
      return [answer.headers.get('openai-organization'), answer.body.data[0].results[0].organization_id ?? null];
    };
    expect(await named()).toEqual([id, id]);
    simulator.control.misbehave(key, { kind: 'hide_organization', header: false });
    expect(await named()).toEqual([id, null]);
    simulator.control.misbehave(key, { kind: 'hide_organization' });
    expect(await named()).toEqual([null, null]);
  });
});

describe('Anthropic keys', () => {
  it('answers an ordinary, an unknown and a misplaced key alike', async () => {
    const wrong = ['sk-ant-api03-0123456789abcdefghij', 'sk-ant-admin01-nobody-knows-this', simulator.control.issueKey({ provider: 'anthropic', kind: 'ordinary' }), simulator.control.issueKey({ provider: 'anthropic', kind: 'oauth' })];
    for (const key of wrong) {
      const answer = await askAnthropic(simulator, '/me', [], key);
      expectWire('anthropic', '/me', answer);
      expect([answer.status, answer.body.error.type, answer.body.error.message]).toEqual([401, 'authentication_error', 'invalid x-api-key']);
      expect(answer.headers.get('request-id')).toBe(answer.body.request_id);
    }
  });

  it('takes an OAuth token as a bearer', async () => {
    const token = simulator.control.issueKey({ provider: 'anthropic', kind: 'oauth' });
    const answer = await fetch(`${simulator.anthropicBaseUrl}/v1/organizations/me`, { headers: { authorization: `Bearer ${token}`, 'anthropic-version': '2023-06-01' } });
    expect(answer.status).toBe(200);
  });

  it('lets an enterprise key read the analytics pair and nothing else', async () => {
    const key = simulator.control.issueKey({ provider: 'anthropic', kind: 'enterprise' });
    const refused = await askAnthropic(simulator, '/me', [], key);
    expect([refused.status, refused.body.error.type]).toEqual([403, 'permission_error']);
    const beta = { 'anthropic-beta': 'analytics-usage-cost-2026-08-24' };
    expect((await askAnthropic(simulator, '/analytics/cost', [['starting_at', '2026-11-18T00:00:00Z']], key, beta)).status).toBe(200);
  });
});

describe('customers', () => {
  it('two keys of one customer see one organisation, two customers see two', async () => {
    const me = async (org: string) => (await askAnthropic(simulator, '/me', [], simulator.control.issueKey({ provider: 'anthropic', org }))).body.id;
    const [first, second, other] = [await me('one'), await me('one'), await me('two')];
    expect(first).toBe(second);
    expect(other).not.toBe(first);
    const amount = (org: string) => simulator.control.totals({ provider: 'openai', from: day('2026-11-01'), to: day('2026-11-02'), org }).billed;
    expect(amount('one')).not.toBe(amount('two'));
  });

  it('refuses to issue what does not exist', () => {
    expect(() => simulator.control.issueKey({ provider: 'openai', kind: 'enterprise' })).toThrow(RangeError);
    expect(() => simulator.control.issueKey({ provider: 'openai', org: 'Not A Name' })).toThrow(RangeError);
  });
});

describe('the request log', () => {
  it('keeps what was asked, by key id, without the key', async () => {
    const key = simulator.control.issueKey({ provider: 'openai' });
    await askOpenAi(simulator, '/organization/costs', [['start_time', '1794700000'], ['group_by', 'line_item']], key);
    await askOpenAi(simulator, '/organization/nowhere', [], key);
    const log = simulator.control.requests(key);
    expect(log.map(({ method, path, status }) => [method, path, status])).toEqual([['GET', '/organization/costs', 200], ['GET', '/organization/nowhere', 404]]);
    expect(log[0]?.query).toEqual([['start_time', '1794700000'], ['group_by', 'line_item']]);
    expect(log[0]?.keyId).toBe(simulator.control.keyId(key));
    expect(log[0]?.headerNames).toContain('authorization');
    expect(JSON.stringify(log)).not.toContain(key.slice(20));
    simulator.control.clearRequests(key);
    expect(simulator.control.requests(key)).toEqual([]);
    expect(simulator.control.requests().length).toBeGreaterThan(0);
  });
});
