/** The small parts of lib/providers that both adapters lean on. */
import { describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { CostFact, ProviderResponse } from '#lib/providers/contract.ts';
import { baseUrlFor, parseHostAllowlist, providerHosts } from '#lib/providers/hosts.ts';
import { inParallel } from '#lib/providers/in-parallel.ts';
import { isMaskOf, maskedKey } from '#lib/providers/key-display.ts';
import { mergeCosts } from '#lib/providers/merge.ts';
import { refusalOf } from '#lib/providers/refusal.ts';
import { adapterFor, registry } from '#lib/providers/registry.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';

describe('hosts', () => {
  it('reads the operator’s list and refuses anything that is not a bare host name, without repeating it', () => {
    expect(parseHostAllowlist(' LLM.Example.com, proxy.corp.example:8443\n')).toEqual(['llm.example.com', 'proxy.corp.example:8443']);
    expect(parseHostAllowlist('')).toEqual([]);
    for (const wrong of ['https://a.example', '*.example.com', 'a.example/path', 'user:pw@a.example', 'localhost', 'a..b', '-a.example', 'a.example:port']) {
      expect(() => parseHostAllowlist(`ok.example.com,${wrong}`), wrong).toThrow(/^entry 2 is not a host name/);
    }
  });

  it('binds a connection to a host of the provider or of the operator, and to no other', () => {
    const openai = adapterFor('openai');
    expect(baseUrlFor(openai, 'eu.api.openai.com')).toBe('https://eu.api.openai.com/v1');
    expect(baseUrlFor(adapterFor('anthropic'), 'api.anthropic.com')).toBe('https://api.anthropic.com');
    expect(baseUrlFor(openai, 'llm.example.com:8443', ['llm.example.com:8443'])).toBe('https://llm.example.com:8443/v1');
    for (const host of ['api.openai.com.evil.example', 'api.anthropic.com', 'EU.api.openai.com', '']) expect(() => baseUrlFor(openai, host)).toThrow(expect.objectContaining({ code: 'host_refused' }));
  });

  it('every adapter calls its first host by default, and all hosts reach the dispatcher’s list', () => {
    const adapters = PROVIDERS.map((name) => registry[name].adapter);
    for (const [index, adapter] of adapters.entries()) {
      expect(adapter.name).toBe(PROVIDERS[index]);
      expect(baseUrlFor(adapter, adapter.hosts[0] ?? '')).toBe(adapter.defaultBaseUrl);
    }
    expect(providerHosts(adapters, ['llm.example.com', 'api.openai.com'])).toEqual(['api.openai.com', 'us.api.openai.com', 'eu.api.openai.com', 'ae.api.openai.com', 'au.api.openai.com', 'in.api.openai.com', 'jp.api.openai.com', 'api.anthropic.com', 'llm.example.com']);
  });
});

describe('inParallel', () => {
  it('keeps the order of tasks and never runs more than its width', async () => {
    let running = 0;
    let most = 0;
    const tasks = [5, 1, 3, 2, 4].map((value) => async () => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, value));
      running -= 1;
      return value;
    });
    expect([await inParallel(2, tasks), most]).toEqual([[5, 1, 3, 2, 4], 2]);
  });

  it('starts none after a failure, and waits for those in flight', async () => {
    const events: string[] = [];
    const slow = async () => {
      await new Promise((done) => setTimeout(done, 20));
      events.push('slow ended');
    };
    const fails = async () => {
      throw new Error('first');
    };
    await expect(inParallel(2, [slow, fails, async () => void events.push('started late')])).rejects.toThrow('first');
    expect(events).toEqual(['slow ended']);
  });
});

describe('keys as providers show them', () => {
  it.each([
    ['sk-abc...def', true],
    ['sk-admin-***...x7Qa', true],
    ['****wxyz', true],
    ['sk-ant-api03-R2D\u2026igAA', true],
    ['sk-proj-0123456789abcdefghijklmnopqrstuvwxyz', false],
    [`sk-...${'x'.repeat(40)}`, false],
    ['name without a mask', false],
    [null, false],
  ])('%j may be stored: %s', (shown, kept) => {
    expect(maskedKey(shown)).toBe(kept ? shown : null);
  });

  it('finds a key by its mask only when enough of its end is shown', () => {
    const key = 'sk-admin-abcdefghijklmnopx7Qa';
    expect(['sk-admin...x7Qa', 'sk-admin-***...x7Qa', '...7Qa'].map((mask) => isMaskOf(mask, key))).toEqual([true, true, true]);
    expect(['sk-admin...Qa', 'sk-proj...x7Qa', 'sk-admin...x7Qb', key, null].map((mask) => isMaskOf(mask, key))).toEqual([false, false, false, false, false]);
  });
});

describe('mergeCosts', () => {
  const fact = (over: Partial<CostFact> = {}, attributes: Record<string, string> = { a: '1', b: '2' }): CostFact => ({
    day: day('2026-11-18'),
    dimensions: { surface: 'cost', projectRef: null, model: 'm', apiKeyRef: null, userRef: null, lineItem: 'm, input', tokenType: 'input', serviceTier: null, attributes },
    amount: Money.parse('0.1', 'USD'),
    quantity: '3',
    quantityUnit: 'tokens',
    ...over,
  });

  it('adds what has one identity, whatever the order of its attributes', () => {
    expect(mergeCosts([fact(), fact({}, { b: '2', a: '1' })])).toMatchObject([{ amount: Money.parse('0.2', 'USD'), quantity: '6', quantityUnit: 'tokens' }]);
  });

  it('never adds two days, two currencies, or an empty text to none', () => {
    const null_ = fact();
    const facts = [null_, fact({ day: day('2026-11-19') }), fact({ amount: Money.parse('0.1', 'EUR') }), fact({}, {}), { ...null_, dimensions: { ...null_.dimensions, projectRef: '' } }];
    expect(mergeCosts(facts)).toHaveLength(5);
  });

  it('gives no quantity rather than a wrong one', () => {
    expect(mergeCosts([fact(), fact({ quantityUnit: 'images' })])).toMatchObject([{ quantity: null, quantityUnit: null }]);
    expect(mergeCosts([fact(), fact({ quantity: null, quantityUnit: null })])).toMatchObject([{ quantity: null, quantityUnit: null }]);
  });
});

describe('refusalOf', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const response = (status: number, over: Partial<ProviderResponse> = {}): ProviderResponse => ({ status, headers: {}, body: {}, text: '{}', bytes: 2, ...over });

  it('is null for 200 alone', () => {
    expect(refusalOf(response(200), 'GET /x', now)).toBeNull();
    for (const status of [100, 201, 202, 204, 206, 226]) expect(refusalOf(response(status), 'GET /x', now)?.code).toBe('provider_bad_answer');
  });

  it.each([
    [400, 'request_refused'],
    [402, 'request_refused'],
    [404, 'provider_unavailable'],
    [408, 'provider_unavailable'],
    [409, 'request_refused'],
    [422, 'request_refused'],
    [429, 'rate_limited'],
    [500, 'provider_unavailable'],
    [503, 'provider_unavailable'],
    [529, 'provider_unavailable'],
    [599, 'provider_unavailable'],
  ])('%i is %s', (status, code) => {
    expect(refusalOf(response(status), 'GET /x', now)).toMatchObject({ code, status, detail: 'GET /x' });
  });

  it('hands on how long to wait, from seconds and from a date, capped', () => {
    const wait = (status: number, headers: Record<string, string>) => refusalOf(response(status, { headers }), 'GET /x', now)?.retryAfterMs;
    expect(wait(429, { 'retry-after': '12' })).toBe(12_000);
    expect(wait(503, { 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT' })).toBe(60_000);
    expect(wait(429, { 'retry-after': '1e9' })).toBeNull();
    expect(wait(429, { 'retry-after': '1000000000' })).toBe(900_000);
    expect(wait(429, {})).toBeNull();
  });

  it('keeps scope names of a message and nothing else of it', () => {
    const text = JSON.stringify({ error: { message: 'Missing scopes: api.usage.read, api.management.read, sk-admin-canary, api.usage.read. Check canary' } });
    expect(refusalOf(response(403, { text }), 'GET /x', now)?.detail).toBe('GET /x: missing scope api.usage.read, api.management.read');
  });
});
