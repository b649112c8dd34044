import { describe, expect, it } from 'vitest';
import { CLOSED_POLICY, closedHeaders, FIXED_HEADERS, pagePolicy } from '#app/_server/security-headers.ts';
import config from '../../next.config.ts';

const directives = (policy: string) => new Map(policy.split('; ').map((d) => [d.split(' ')[0] ?? '', d.split(' ').slice(1)]));
const page = (over: Partial<Parameters<typeof pagePolicy>[0]> = {}) => directives(pagePolicy({ nonce: 'abc', https: true, development: false, ...over }));

describe('the policy of a page', () => {
  it('runs scripts by nonce only: no inline, no eval, no host lists', () => {
    expect(page().get('script-src')).toEqual(["'self'", "'nonce-abc'", "'strict-dynamic'"]);
  });

  it('allows style attributes and nothing else that is inline', () => {
    expect(page().get('style-src')).toEqual(["'self'", "'nonce-abc'"]);
    expect(page().get('style-src-attr')).toEqual(["'unsafe-inline'"]);
    expect([...page()].filter(([, values]) => values.includes("'unsafe-inline'")).map(([name]) => name)).toEqual(['style-src-attr']);
  });

  it('is framed by nobody, posts and connects to us alone, has no base', () => {
    expect(Object.fromEntries(page())).toMatchObject({
      'default-src': ["'none'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'connect-src': ["'self'"],
    });
  });

  it('asks for https only where we are reached by it, and for eval only in development', () => {
    expect(page().has('upgrade-insecure-requests')).toBe(true);
    expect(page({ https: false }).has('upgrade-insecure-requests')).toBe(false);
    expect(page({ development: true }).get('script-src')).toEqual([...(page().get('script-src') ?? []), "'unsafe-eval'"]);
  });
});

describe('headers of every response', () => {
  it('hold HSTS for at least a year with subdomains, and the rest', () => {
    const [, seconds] = /^max-age=(\d+); includeSubDomains$/.exec(FIXED_HEADERS['Strict-Transport-Security'] ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(31_536_000);
    expect(FIXED_HEADERS).toMatchObject({
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
    expect(FIXED_HEADERS['Permissions-Policy']).toContain('camera=()');
  });

  it('close everything that is not a page', () => {
    expect(directives(CLOSED_POLICY).get('default-src')).toEqual(["'none'"]);
    expect(directives(CLOSED_POLICY).get('frame-ancestors')).toEqual(["'none'"]);
  });

  it('are repeated by Next for every path, files of the build included', async () => {
    const [rule, ...others] = (await config.headers?.()) ?? [];
    expect(others).toEqual([]);
    expect(rule?.source).toBe('/:path*');
    expect(rule?.headers.map(({ key, value }) => [key, value])).toEqual(closedHeaders());
    expect(config.poweredByHeader).toBe(false);
  });
});
