import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import { HttpError, type HttpErrorCode } from '#lib/http-error.ts';
import { createHttp, type Http, type HttpRequest } from '#lib/http.ts';
import { PROVIDERS, type ProviderName } from '#lib/providers/contract.ts';
import { JsonNumber } from '#lib/providers/exact-json.ts';
import { providerHttp } from '#lib/providers/http.ts';
import { adapterFor } from '#lib/providers/registry.ts';
import { ANTHROPIC_KEY, OPENAI_KEY, anthropicPage, fakeProvider, keyOf, listPage, openaiPage, type Asked } from './fake-provider.ts';

const adapter = adapterFor('openai');
const close: Array<() => void> = [];
afterEach(() => close.splice(0).forEach((end) => end()));

/** A dispatcher that only remembers. */
function recorder(answer: () => Promise<Awaited<ReturnType<Http['request']>>> = async () => ({ status: 200, headers: {}, body: Buffer.from('{}') })) {
  const sent: HttpRequest[] = [];
  const http: Http = {
    purpose: 'provider',
    request: (request) => {
      sent.push(request);
      return answer();
    },
    close: async () => {},
  };
  return { http, sent };
}
const get = { path: '/organization/costs', query: [['group_by', 'a b'], ['group_by', 'c&d']] as const, headers: { authorization: 'Bearer x' } };

describe('providerHttp', () => {
  it('asks below the base URL, keeping its path and repeated names', async () => {
    const { http, sent } = recorder();
    await providerHttp({ adapter, http, baseUrl: 'https://eu.api.openai.com/v1/', paceMs: 0 }).get(get);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET https://eu.api.openai.com/v1/organization/costs?group_by=a+b&group_by=c%26d']);
    await providerHttp({ adapter, http, paceMs: 0 }).get(get);
    expect(sent[1]?.url.host).toBe('api.openai.com');
  });

  it.each(['/../admin', '/a/../b', '/a?b=1', '/a#b', 'a', '//evil.example', '/a//b', '/a\\b', '/.', '/a b', '/a/%2e%2e/b', '/%2E%2e/b', ''])('refuses the path %j', async (path) => {
    const { http, sent } = recorder();
    await expect(providerHttp({ adapter, http, paceMs: 0 }).get({ ...get, path })).rejects.toMatchObject({ code: 'request_refused' });
    expect(sent).toEqual([]);
  });

  it('keeps every number’s digits and only the headers that adapters need', async () => {
    const headers = { 'set-cookie': 'session=1', 'openai-organization': 'acme', 'retry-after': '3', 'x-other': 'y' };
    const { http } = recorder(async () => ({ status: 200, headers, body: Buffer.from('{"a":0.10,"b":[12345678901234567890]}') }));
    const response = await providerHttp({ adapter, http, paceMs: 0 }).get(get);
    expect(response.body).toEqual({ a: new JsonNumber('0.10'), b: [new JsonNumber('12345678901234567890')] });
    expect(response.headers).toEqual({ 'openai-organization': 'acme', 'retry-after': '3' });
    expect(response.bytes).toBe(37);
  });

  it.each<[HttpErrorCode, string]>([
    ['host_refused', 'host_refused'],
    ['request_refused', 'request_refused'],
    ['redirect_refused', 'redirect_refused'],
    ['tls_failed', 'tls_failed'],
    ['timeout', 'provider_timeout'],
    ['too_large', 'response_too_large'],
    ['bad_answer', 'provider_bad_answer'],
    ['unavailable', 'provider_unavailable'],
  ])('turns %s into %s and counts the call', async (from, code) => {
    const { http } = recorder(() => Promise.reject(new HttpError(from, 'why')));
    const provider = providerHttp({ adapter, http, paceMs: 0 });
    await expect(provider.get(get)).rejects.toMatchObject({ name: 'ProviderError', code, status: 0, detail: 'why' });
    expect(provider.calls).toBe(1);
  });

  it('spaces the starts of calls, and lets a stopping worker end the wait with its own reason', async () => {
    const { http, sent } = recorder();
    const stop = new AbortController();
    const provider = providerHttp({ adapter, http, paceMs: 60_000, signal: stop.signal });
    await provider.get(get);
    const waiting = provider.get(get);
    const reason = new Error('stopping');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(provider.get(get)).rejects.toBe(reason);
    expect([sent.length, provider.calls]).toEqual([1, 1]);
  });

  it('spaces calls by itself at a real provider, and not on loopback', async () => {
    const { http, sent } = recorder();
    const local = providerHttp({ adapter, http, baseUrl: 'http://127.0.0.1:1/v1' });
    await Promise.all([local.get(get), local.get(get), local.get(get)]);
    expect(sent).toHaveLength(3);
    const stop = new AbortController();
    const real = providerHttp({ adapter, http, signal: stop.signal });
    await real.get(get);
    const second = real.get(get);
    stop.abort(new Error('stopping'));
    await expect(second).rejects.toThrow('stopping');
    expect(sent).toHaveLength(4);
  });
});

describe('adapters', () => {
  const answers: Record<ProviderName, (asked: Asked) => unknown> = {
    openai: (asked) => (/projects|users|admin_api_keys/.test(asked.path) ? listPage([{ id: 'proj_1' }], asked) : openaiPage(asked)),
    anthropic: (asked) =>
      asked.path.endsWith('/me') ? { id: 'o', name: 'n' } : asked.path.endsWith('/claude_code') ? { data: [], has_more: false } : /workspaces|api_keys/.test(asked.path) ? listPage([], asked) : anthropicPage(asked),
  };
  const keys: Record<ProviderName, string> = { openai: OPENAI_KEY, anthropic: ANTHROPIC_KEY };
  const options = { from: day('2026-11-15'), to: day('2026-11-21'), hourlyFrom: day('2026-11-19'), now: new Date('2026-11-20T12:00:00Z') };

  it.each(PROVIDERS)('%s only ever sends GET, without a body, with the key in one header and nowhere else', async (name) => {
    const { http, asked } = await fakeProvider(name, (one) => ({ body: answers[name](one) }));
    const key = keyOf(keys[name]);
    await adapterFor(name).verify(http, key, options.now);
    await adapterFor(name).read(http, key, options);
    await adapterFor(name).readNames(http, key);
    expect(asked.length).toBeGreaterThan(10);
    for (const { method, path, query, headers } of asked) {
      expect([method, headers['content-length'], headers['transfer-encoding']]).toEqual(['GET', undefined, undefined]);
      expect(`${path}?${query}`).not.toContain('canary');
      expect(Object.entries(headers).filter(([, value]) => value.includes('canary')).map(([header]) => header)).toEqual([name === 'openai' ? 'authorization' : 'x-api-key']);
    }
    expect(http.calls).toBe(asked.length);
  });

  it.each(PROVIDERS)('%s never shows its key to the host of a redirect', async (name) => {
    const heard: unknown[] = [];
    const other = createServer((request, response) => response.end(heard.push(request.headers)));
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    close.push(() => other.close());
    const { http } = await fakeProvider(name, () => ({ status: 307, headers: { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` }, body: '' }));
    await expect(adapterFor(name).read(http, keyOf(keys[name]), options)).rejects.toMatchObject({ code: 'redirect_refused' });
    expect(heard).toEqual([]);
  });

  it.each(PROVIDERS)('%s reads a day whose rows exceed the cap without its finest groupings, and says so', async (name) => {
    const heavy = (asked: Asked, start: Date) => {
      const groups = asked.query.getAll(name === 'openai' ? 'group_by' : 'group_by[]');
      const users = start.toISOString().startsWith('2026-11-17') && groups.some((group) => group === 'user_id' || group === 'account_id') ? 400 : 1;
      return Array.from({ length: users }, (_, i) =>
        name === 'openai'
          ? { input_tokens: 400 / users, output_tokens: 0, num_model_requests: 1, user_id: users > 1 ? `user_${i}` : null, note: 'x'.repeat(100) }
          : { uncached_input_tokens: 400 / users, output_tokens: 0, account_id: users > 1 ? `user_${i}` : null, note: 'x'.repeat(100) },
      );
    };
    const wanted = name === 'openai' ? 'completions' : 'messages';
    const { http } = await fakeProvider(
      name,
      (asked) => {
        if (!asked.path.endsWith(`/${wanted}`)) return { body: answers[name](asked) };
        return { body: (name === 'openai' ? openaiPage : anthropicPage)(asked, (start) => heavy(asked, start)) };
      },
      { maxBytes: 40_000 },
    );
    const reading = await adapterFor(name).read(http, keyOf(keys[name]), { ...options, hourlyFrom: options.to });
    const usage = reading.usage.find(({ surface }) => surface === wanted);
    expect(usage?.coveredDays).toHaveLength(6);
    expect(usage?.facts.map(({ inputTokens }) => inputTokens)).toEqual(Array.from({ length: 6 }, () => 400n));
    expect(reading.notes).toContain(name === 'openai' ? 'usage_user_grouping_too_large' : 'usage_account_grouping_too_large');
  });

  it('reports response_too_large with the endpoint when nothing helps', async () => {
    const dispatcher = createHttp({ purpose: 'provider', allowedHosts: [], allowLoopback: true, maxBytes: 50 });
    const server = createServer((_, response) => response.end(JSON.stringify({ data: 'x'.repeat(1000) })));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    close.push(() => void dispatcher.close(), () => server.close());
    const http = providerHttp({ adapter, http: dispatcher, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
    await expect(adapter.read(http, keyOf(OPENAI_KEY), options)).rejects.toMatchObject({ code: 'response_too_large', detail: expect.stringContaining('GET /organization/costs') });
  });
});
