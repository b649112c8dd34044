import { NextRequest } from 'next/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PEER_HEADER } from '#app/_server/client-address.ts';
import { createLimiters, consume, LIMITS } from '#app/_server/rate-limit.ts';
import { FIXED_HEADERS } from '#app/_server/security-headers.ts';
import { config, proxy } from '../../proxy.ts';

vi.mock('#app/_server/env.ts', () => ({ webEnv: () => ({ APP_URL: 'https://km.example', TRUSTED_PROXY_HOPS: 0, NODE_ENV: 'production' }), isHttps: () => true }));

const limiterKey = Symbol.for('keymeter.limiters');
const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
  proxy(new NextRequest(`https://km.example${path}`, { method, headers: { [PEER_HEADER]: '203.0.113.5', ...headers } }));
/** What Next hands to the page, as NextResponse.next writes it down. */
const toPage = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`);

beforeEach(() => {
  (globalThis as Record<symbol, unknown>)[limiterKey] = createLimiters(undefined);
});
afterEach(() => {
  delete (globalThis as Record<symbol, unknown>)[limiterKey];
});

describe('before every page', () => {
  it('a fresh nonce is in the policy that the page sees and in the one that the browser gets', async () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 20; i += 1) {
      const response = await ask('/sign-in');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(toPage(response, 'content-security-policy')).toBe(policy);
      nonces.add(/'nonce-([\w+/=]{22,})'/.exec(policy)?.[1] ?? '');
    }
    expect(nonces.size).toBe(20);
    expect(nonces).not.toContain('');
  });

  it('what a client sends under our own names is overwritten', async () => {
    const response = await ask('/alerts?a=1', 'GET', { 'x-request-id': 'mine', 'content-security-policy': "script-src 'unsafe-inline'", 'x-keymeter-path': '/evil' });
    expect(toPage(response, 'x-request-id')).not.toBe('mine');
    expect(toPage(response, 'content-security-policy')).not.toContain("script-src 'unsafe-inline'");
    expect(toPage(response, 'x-keymeter-path')).toBe('/alerts?a=1');
  });

  it('every answer carries the fixed headers, refusals too', async () => {
    for (const response of [await ask('/'), await ask('/sign-in', 'POST')]) {
      for (const [name, value] of Object.entries(FIXED_HEADERS)) expect(response.headers.get(name), name).toBe(value);
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });

  it('runs for everything but the files of the build', () => {
    const runs = new RegExp(`^${config.matcher[0] ?? ''}$`);
    expect(['/', '/sign-in', '/api/health/live', '/favicon.ico', '/_next/image', '/.well-known/security.txt'].every((path) => runs.test(path))).toBe(true);
    expect(runs.test('/_next/static/chunks/a.js')).toBe(false);
  });
});

describe('a write', () => {
  it('of a foreign page is refused with 403 and reaches nothing', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'https://evil.example', 'next-action': 'a1' }, {}]) {
      const response = await ask('/settings/connections', 'POST', headers as Record<string, string>);
      expect(response.status).toBe(403);
      expect(response.headers.get('x-middleware-next')).toBeNull();
    }
  });

  it('of our own page goes on, under the host that people see', async () => {
    const response = await ask('/sign-in', 'POST', { origin: 'https://km.example', host: '10.0.0.2:3000' });
    expect(response.headers.get('x-middleware-next')).toBe('1');
    expect(toPage(response, 'x-forwarded-host')).toBe('km.example');
  });

  it('to an address for programs is not held against its origin', async () => {
    expect((await ask('/api/webhooks/resend', 'POST')).headers.get('x-middleware-next')).toBe('1');
  });

  it('too many from one address is 429 with Retry-After; reads go on', async () => {
    const own = { origin: 'https://km.example' };
    for (let i = 0; i < LIMITS.anyWriteAddress.points; i += 1) expect((await ask('/overview', 'POST', own)).status).toBe(200);
    const refused = await ask('/overview', 'POST', own);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/overview')).status).toBe(200);
    expect((await ask('/overview', 'POST', { ...own, [PEER_HEADER]: '203.0.113.6' })).status).toBe(200);
  });

  it('of a plain form to sign in is 429 once that counter is used up; with script the action answers', async () => {
    const own = { origin: 'https://km.example' };
    for (let i = 0; i <= LIMITS.signInAddress.points; i += 1) await consume('signInAddress', '203.0.113.5');
    const refused = await ask('/sign-in', 'POST', own);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await ask('/sign-in', 'POST', { ...own, 'next-action': 'a1' })).headers.get('x-middleware-next')).toBe('1');
  });
});
