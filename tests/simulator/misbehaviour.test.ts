import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Answer, type Query, askAnthropic, askOpenAi, expectWire, startAt, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const COSTS = '/organization/costs';
const START: Query = [['start_time', unix('2026-11-10T00:00:00Z')]];
const openAiWith = (behaviour: BehaviourInput | BehaviourInput[]) => simulator.control.issueKey({ provider: 'openai', behaviour });
const anthropicWith = (behaviour: BehaviourInput) => simulator.control.issueKey({ provider: 'anthropic', behaviour });
const costs = (key: string): Promise<Answer> => askOpenAi(simulator, COSTS, START, key);

/** The bytes as they come off the wire, nothing decompressed, and how the connection ended. */
function raw(key: string, options: { giveUpWhen?: () => boolean; stopAfterBytes?: number } = {}): Promise<{ status: number | null; headers: IncomingHttpHeaders; bytes: Buffer; complete: boolean }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status: number | null = null;
    let headers: IncomingHttpHeaders = {};
    let length = 0;
    const finish = (complete: boolean) => resolve({ status, headers, bytes: Buffer.concat(chunks), complete });
    const request = httpRequest(`${simulator.openaiBaseUrl}${COSTS}?${new URLSearchParams(START.map(([name, value]) => [name, value]))}`, { headers: { authorization: `Bearer ${key}`, 'accept-encoding': 'gzip' }, agent: false }, (response) => {
      status = response.statusCode ?? null;
      headers = response.headers;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (options.stopAfterBytes !== undefined && length >= options.stopAfterBytes) request.destroy();
      });
      response.on('close', () => finish(response.complete));
      response.on('error', () => {});
    });
    request.on('error', () => finish(false));
    const poll = setInterval(() => options.giveUpWhen?.() && request.destroy(), 5);
    request.on('close', () => clearInterval(poll));
    request.end();
  });
}

describe('refusals, in the words of each provider', () => {
  it('401 of each kind', async () => {
    const texts: string[] = [];
    for (const variant of ['wrong_key', 'no_key', 'missing_scope'] as const) {
      const answer = await costs(openAiWith({ kind: 'unauthorized', variant }));
      expectWire('openai', COSTS, answer);
      expect(answer.status).toBe(401);
      texts.push(answer.body.error.message);
    }
    expect(texts[0]).toMatch(/^Incorrect API key provided: sk-admin-\*+\S{4}\./);
    expect(texts[1]).toMatch(/^You didn't provide an API key/);
    expect(texts[2]).toContain('Missing scopes: api.usage.read');
    const anthropic = await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'unauthorized' }));
    expect([anthropic.status, anthropic.body.error.type]).toEqual([401, 'authentication_error']);
  });

  it('403 as an object and as a plain string', async () => {
    const object = await costs(openAiWith({ kind: 'forbidden' }));
    const string = await costs(openAiWith({ kind: 'forbidden', body: 'string' }));
    expect([object.status, string.status]).toEqual([403, 403]);
    expect(object.body.error.message).toBe(string.body.error);
    expect(string.body.error).toContain('Missing scopes');
    const anthropic = await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'forbidden', variant: 'wrong_kind' }));
    expect([anthropic.status, anthropic.body.error.type]).toEqual([403, 'permission_error']);
  });

  it('404 as an outage and 400 as a refusal', async () => {
    expect((await costs(openAiWith({ kind: 'not_found' }))).status).toBe(404);
    expect((await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'not_found' }))).body.error.type).toBe('not_found_error');
    expect((await costs(openAiWith({ kind: 'bad_request', message: 'No.' }))).body.error.message).toBe('No.');
  });

  it('429 with seconds, with a date, with nonsense of 1e9 seconds, and with nothing', async () => {
    const date = 'Fri, 20 Nov 2026 11:31:30 GMT';
    for (const [retryAfter, header] of [[3, '3'], [date, date], [1e9, '1000000000'], [undefined, null]] as const) {
      const answer = await costs(openAiWith({ kind: 'rate_limited', retryAfter }));
      expectWire('openai', COSTS, answer);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, header]);
    }
    const anthropic = await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'rate_limited', retryAfter: 7 }));
    expect([anthropic.status, anthropic.body.error.type, anthropic.headers.get('retry-after')]).toEqual([429, 'rate_limit_error', '7']);
  });

  it('500, 502, 503, 504 and 529', async () => {
    for (const status of [500, 502, 503, 504, 529] as const) {
      const openai = await costs(openAiWith({ kind: 'server_error', status }));
      const anthropic = await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'server_error', status }));
      for (const [provider, path, answer] of [['openai', COSTS, openai], ['anthropic', '/me', anthropic]] as const) {
        expectWire(provider, path, answer);
        expect(answer.status).toBe(status);
      }
    }
    expect((await askAnthropic(simulator, '/me', [], anthropicWith({ kind: 'server_error', status: 529 }))).body.error.type).toBe('overloaded_error');
  });

  it('the HTML page of a proxy, as an error and as a success', async () => {
    for (const status of [502, 200]) {
      const answer = await costs(openAiWith({ kind: 'html_page', status }));
      expect([answer.status, answer.headers.get('content-type')?.startsWith('text/html')]).toEqual([status, true]);
      expect(answer.body).toMatch(/^<!DOCTYPE html>/);
    }
  });
});

describe('transport', () => {
  it('never sends headers', async () => {
    const key = openAiWith({ kind: 'no_headers' });
    const { status, bytes } = await raw(key, { giveUpWhen: () => simulator.control.requests(key).length > 0 });
    expect([status, bytes.length]).toEqual([null, 0]);
    expect(simulator.control.requests(key).map((request) => request.status)).toEqual([null]);
  });

  it('closes the connection without a word', async () => {
    const { status, complete } = await raw(openAiWith({ kind: 'close_connection' }));
    expect([status, complete]).toEqual([null, false]);
  });

  it('sends the body byte by byte', async () => {
    const { status, bytes, complete } = await raw(openAiWith({ kind: 'slow_body', everyMs: 20, afterBytes: 10 }), { stopAfterBytes: 14 });
    expect([status, complete]).toEqual([200, false]);
    expect(bytes.length).toBeLessThan(40);
  });

  it('waits, then answers rightly', async () => {
    const key = openAiWith({ kind: 'delay', ms: 150 });
    const coming = costs(key);
    while (simulator.control.requests(key).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(simulator.control.requests(key)[0]?.status).toBeNull();
    expectWire('openai', COSTS, await coming);
    expect(simulator.control.requests(key)[0]?.status).toBe(200);
  });

  it('cuts the JSON in the middle, with and without HTTP noticing', async () => {
    const announced = await raw(openAiWith({ kind: 'truncate' }));
    expect([announced.status, announced.complete]).toEqual([200, false]);
    expect(announced.bytes.length).toBeLessThan(Number(announced.headers['content-length']));
    const quiet = await raw(openAiWith({ kind: 'truncate', manner: 'quiet', keepBytes: 40 }));
    expect([quiet.complete, quiet.bytes.length]).toEqual([true, 40]);
    for (const { bytes } of [announced, quiet]) {
      expect(bytes.length).toBeGreaterThan(0);
      expect(() => JSON.parse(bytes.toString())).toThrow(SyntaxError);
    }
  });

  it('sends a gzip bomb: a few hundred kilobytes that become 200 megabytes', async () => {
    const small = await raw(openAiWith({ kind: 'gzip_bomb', megabytes: 3 }));
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.bytes).length).toBe(3 * 1024 * 1024);
    const bomb = await raw(openAiWith({ kind: 'gzip_bomb' }));
    expect(bomb.complete).toBe(true);
    expect(bomb.bytes.length).toBeLessThan(400_000);
    expect(bomb.bytes.length / small.bytes.length).toBeCloseTo(200 / 3, 0);
  });

  it('sends a body of many megabytes that is valid to the end, and notices a reader that leaves', async () => {
    const whole = await raw(openAiWith({ kind: 'big_body', megabytes: 12 }));
    expect(whole.bytes.length).toBeGreaterThan(12 * 1024 * 1024);
    expect(JSON.parse(whole.bytes.toString()).object).toBe('page');
    const left = await raw(openAiWith({ kind: 'big_body', megabytes: 2000 }), { stopAfterBytes: 1_000_000 });
    expect(left.complete).toBe(false);
    expect(left.bytes.length).toBeLessThan(20_000_000);
  });

  it('redirects to another host, and knows whether the key went there', async () => {
    const key = anthropicWith({ kind: 'redirect', status: 307 });
    const careful = await askAnthropic(simulator, '/me', [], key);
    expect(careful.status).toBe(307);
    const target = careful.headers.get('location') ?? '';
    expect(new URL(target).host).not.toBe(new URL(simulator.url).host);
    const carriedBy = () => simulator.control.foreignVisits().filter((visit) => visit.keyIds.includes(simulator.control.keyId(key)));
    expect(carriedBy()).toEqual([]);
    // What fetch does when nobody forbids it: `x-api-key` goes along.
    await fetch(`${simulator.anthropicBaseUrl}/v1/organizations/me`, { headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' } });
    expect(carriedBy().map((visit) => [visit.method, visit.headerNames.includes('x-api-key')])).toEqual([['GET', true]]);
    expect(JSON.stringify(simulator.control.foreignVisits())).not.toContain(key.slice(20));
  });

  it('redirects to itself', async () => {
    const answer = await costs(openAiWith({ kind: 'redirect', to: 'here', status: 301 }));
    expect(answer.headers.get('location')?.startsWith(`${simulator.openaiBaseUrl}${COSTS}?`)).toBe(true);
  });
});

describe('scope of a misbehaviour', () => {
  it('only paths that begin with it, only after so many requests, only so many times', async () => {
    const key = openAiWith({ kind: 'server_error', path: '/organization/costs', skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      statuses.push((await costs(key)).status);
      expect((await askOpenAi(simulator, '/organization/projects', [], key)).status).toBe(200);
    }
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  it('only the key it was asked for, until it is told to behave', async () => {
    const [bad, good] = [openAiWith([]), openAiWith([])];
    const first = simulator.control.misbehave(bad, { kind: 'server_error' });
    simulator.control.misbehave(simulator.control.keyId(bad), { kind: 'rate_limited' });
    expect([(await costs(bad)).status, (await costs(good)).status]).toEqual([500, 200]);
    simulator.control.behave(bad, first);
    expect((await costs(bad)).status).toBe(429);
    simulator.control.behave(bad);
    expect((await costs(bad)).status).toBe(200);
  });

  it('refuses a misbehaviour it does not know', () => {
    const key = openAiWith([]);
    expect(() => simulator.control.misbehave(key, { kind: 'explode' } as unknown as BehaviourInput)).toThrow(/kind/);
    expect(() => simulator.control.misbehave('sk-admin-unknown-to-everybody', { kind: 'not_found' })).toThrow(RangeError);
  });
});
