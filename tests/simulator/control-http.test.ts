import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Body, askOpenAi, startAt } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${simulator.url}/_sim${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
  return { status: response.status, body: await response.json() };
}

describe('the control over HTTP', () => {
  it('tells the totals that the program tells', async () => {
    const { body } = await control('GET', '/totals?provider=openai&from=2026-11-01&to=2026-11-08');
    expect(body).toEqual(JSON.parse(JSON.stringify(simulator.control.totals({ provider: 'openai', from: day('2026-11-01'), to: day('2026-11-08') }))));
    expect(body.billed).toMatch(/^\d{3,4}\.\d+$/);
    const earlier = await control('GET', '/totals?provider=openai&from=2026-11-01&to=2026-11-08&asOf=2026-11-02T00:00:00Z');
    expect(earlier.body.billedByDay.length).toBe(2);
  });

  it('issues a key that misbehaves, shows its requests, and makes it behave', async () => {
    const { body: issued } = await control('POST', '/keys', { provider: 'openai', org: 'http', behaviour: { kind: 'rate_limited', retryAfter: 5 } });
    expect((await askOpenAi(simulator, '/organization/projects', [], issued.key)).status).toBe(429);
    await control('DELETE', `/behaviour?key=${issued.keyId}`);
    expect((await askOpenAi(simulator, '/organization/projects', [], issued.key)).status).toBe(200);
    await control('POST', '/behaviour', { key: issued.key, behaviour: { kind: 'unauthorized' } });
    expect((await askOpenAi(simulator, '/organization/projects', [], issued.key)).status).toBe(401);
    const { body } = await control('GET', `/requests?key=${issued.keyId}`);
    expect(body.requests.map((request: Body) => request.status)).toEqual([429, 200, 401]);
    expect(JSON.stringify(body)).not.toContain(issued.key.slice(20));
  });

  it('stops and restarts the clock, and revokes a key', async () => {
    expect((await control('POST', '/now', { now: '2026-11-25T00:00:00Z' })).body.now).toBe('2026-11-25T00:00:00.000Z');
    expect((await control('POST', '/now', { now: null })).body.now).toBe('2026-11-20T11:30:00.000Z');
    const { body: issued } = await control('POST', '/keys', { provider: 'openai' });
    await control('POST', '/keys/revoke', { key: issued.keyId });
    expect((await askOpenAi(simulator, '/organization/projects', [], issued.key)).status).toBe(401);
  });

  it('refuses what it does not understand, without repeating it', async () => {
    const secret = 'sk-admin-typed-into-the-wrong-place';
    const malformed = await fetch(`${simulator.url}/_sim/behaviour`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"key": "${secret}", ` });
    const answers = [
      await control('POST', '/behaviour', { key: secret, behaviour: { kind: 'explode' } }),
      await control('POST', '/behaviour', { key: secret, behaviour: { kind: 'not_found' } }),
      await control('GET', '/totals?provider=openai&from=2026-02-30&to=2026-03-01'),
      { status: malformed.status, body: await malformed.json() },
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(JSON.stringify(answers)).not.toContain(secret);
    expect((await control('GET', '/nothing')).status).toBe(404);
  });

  it('takes writes as JSON only, which a page of another origin cannot send unasked', async () => {
    const response = await fetch(`${simulator.url}/_sim/now`, { method: 'POST', body: '{"now":null}' });
    expect(response.status).toBe(400);
  });
});

describe('the server', () => {
  it('listens on loopback, says where, and closes although somebody still waits', async () => {
    const own = await startAt();
    expect([own.openaiBaseUrl, own.anthropicBaseUrl]).toEqual([`${own.url}/openai/v1`, `${own.url}/anthropic`]);
    expect(new URL(own.url).hostname).toBe('127.0.0.1');
    const key = own.control.issueKey({ provider: 'openai', behaviour: { kind: 'no_headers' } });
    const waiting = askOpenAi(own, '/organization/projects', [], key).catch(() => 'cut');
    while (own.control.requests(key).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await own.close();
    expect(await waiting).toBe('cut');
  });

  it('answers nothing at other addresses', async () => {
    for (const path of ['/', '/openai/organization/costs', '/openai/v2/organization/costs', '/v1/organizations/me']) expect((await fetch(`${simulator.url}${path}`)).status, path).toBe(404);
  });

  it('keeps a taken port from starting a second one', async () => {
    const { startSimulator } = await import('#scripts/stack/simulator/server.ts');
    await expect(startSimulator({ port: Number(new URL(simulator.url).port) })).rejects.toThrow(/EADDRINUSE/);
  });
});
