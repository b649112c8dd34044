import { describe, expect, it } from 'vitest';
import { localPath } from '#app/_server/local-path.ts';
import { comesFromOwnPage, isSafeMethod, ownOrigins } from '#app/_server/same-origin.ts';

const own = ownOrigins('https://km.example');

describe('a write comes from a page of ours or it is refused', () => {
  it.each([
    ['our origin', { origin: 'https://km.example' }, true],
    ['another site', { origin: 'https://evil.example' }, false],
    ['a subdomain', { origin: 'https://x.km.example' }, false],
    ['our name without TLS', { origin: 'http://km.example' }, false],
    ['our name on another port', { origin: 'https://km.example:8443' }, false],
    ['a sandboxed frame', { origin: 'null' }, false],
    ['another site that claims to be same-origin', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    ['no origin, but the browser says same-origin', { 'sec-fetch-site': 'same-origin' }, true],
    ['no origin, same site', { 'sec-fetch-site': 'same-site' }, false],
    ['no origin and no word of the browser', {}, false],
  ])('%s', (_what, headers, allowed) => {
    expect(comesFromOwnPage(new Headers(headers as Record<string, string>), own)).toBe(allowed);
  });

  it('knows loopback by each of its names, on the same port only', () => {
    const loopback = ownOrigins('http://127.0.0.1:3000');
    expect([...loopback].sort()).toEqual(['http://127.0.0.1:3000', 'http://[::1]:3000', 'http://localhost:3000']);
  });

  it('treats reads as reads and everything else as a write', () => {
    expect(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'FOO'].filter(isSafeMethod)).toEqual(['GET', 'HEAD', 'OPTIONS']);
  });
});

describe('where a person goes after signing in is a path of ours', () => {
  it.each([
    ['/alerts?x=1', '/alerts?x=1'],
    ['//evil.example', '/overview'],
    ['/\\evil.example', '/overview'],
    ['/\t/evil.example', '/overview'],
    ['https://evil.example', '/overview'],
    ['javascript:alert(1)', '/overview'],
    ['/..//evil.example', '/overview'],
    ['/%2F/evil', '/%2F/evil'],
    ['', '/overview'],
    [null, '/overview'],
  ])('%s leads to %s', (wanted, path) => {
    expect(localPath(wanted, '/overview')).toBe(path);
  });
});
