import { channel } from 'node:diagnostics_channel';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { checkEnvironment, prepareEveryRequest, redactOutput } from '#app/_server/boot.ts';
import { PEER_HEADER } from '#app/_server/client-address.ts';
import { restError } from '#lib/rest.ts';
import { closedHeaders } from '#app/_server/security-headers.ts';
import { securityText } from '#app/_server/security-text.ts';
import { inWords } from '#app/_server/answer.ts';

describe('the web process at its start', () => {
  it('ends with a clear message and code 1 when it is handed what opens keys', () => {
    vi.stubEnv('ENCRYPTION_KEYS', '1:abc');
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    checkEnvironment();
    expect(exit).toHaveBeenCalledWith(1);
    const text = said.mock.calls.map(([chunk]) => String(chunk)).join('');
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    expect(text).toContain('ENCRYPTION_KEYS');
    expect(text).not.toContain('1:abc');
  });

  it('puts its headers on each response and the socket’s address on each request, whatever the client sent', () => {
    prepareEveryRequest();
    const set = new Map<string, string>();
    const request = { headers: { [PEER_HEADER]: '6.6.6.6' }, socket: { remoteAddress: '203.0.113.5' } };
    channel('http.server.request.start').publish({ request, response: { setHeader: (name: string, value: string) => set.set(name, value) } });
    expect([...set]).toEqual(closedHeaders());
    expect(request.headers[PEER_HEADER]).toBe('203.0.113.5');
  });

  it('writes nothing that looks like a credential', () => {
    const written: unknown[] = [];
    const stream = { write: (chunk: unknown) => written.push(chunk) > 0 };
    redactOutput([stream]);
    stream.write('Error: could not use sk-admin-abcdefgh12345678 here');
    expect(written).toEqual(['Error: could not use [redacted key] here']);
  });
});

describe('what the database says', () => {
  it.each([
    [{ code: 'KM001', message: 'already_verifying' }, 400, 'already_verifying'],
    [{ code: 'KM001', message: 'something_new' }, 400, 'internal'],
    [{ code: '23505', message: 'already_verifying' }, 409, 'internal'],
    [{ code: '42501', message: 'permission denied for table x' }, 403, 'forbidden'],
    [{ message: 'TypeError: fetch failed' }, 0, 'database_unavailable'],
    [{ message: 'bad gateway' }, 502, 'database_unavailable'],
    [{ code: 'PGRST301', message: 'JWT expired' }, 401, 'unauthenticated'],
  ])('%o with status %i is %s', (error, status, code) => {
    const seen = restError(error, status);
    expect(seen.code).toBe(code);
    if (code === 'internal') expect(seen.detail).not.toContain(error.message);
  });
});

describe('security.txt', () => {
  it('has what RFC 9116 asks for, and expires within a year', () => {
    const now = new Date('2026-11-20T11:00:00Z');
    const lines = securityText({ APP_URL: 'https://km.example' }, now).split('\n');
    expect(lines).toContain('Contact: mailto:security@km.example');
    expect(lines).toContain('Canonical: https://km.example/.well-known/security.txt');
    const expires = new Date(lines.find((line) => line.startsWith('Expires: '))?.slice(9) ?? '');
    expect(expires.getTime()).toBeGreaterThan(now.getTime());
    expect(expires.getTime()).toBeLessThan(now.getTime() + 365 * 86_400_000);
    expect(securityText({ APP_URL: 'https://km.example', SECURITY_CONTACT: 'https://km.example/report' }, now)).toContain('Contact: https://km.example/report\n');
  });
});

describe('every server action goes through the wrapper', () => {
  const files = globSync('app/**/*.{ts,tsx}').map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const actionFiles = files.filter(({ text }) => /^'use server';/m.test(text));

  it('and exports nothing that does not', () => {
    expect(actionFiles.length).toBeGreaterThan(1);
    for (const { path, text } of actionFiles) {
      const bare = [...text.matchAll(/^export (?!type )(.*)$/gm)].map(([, rest]) => rest ?? '').filter((rest) => !/^const \w+ = (public)?[aA]ction\(/.test(rest));
      expect(bare, path).toEqual([]);
    }
  });

  it('and none is hidden inside a component', () => {
    expect(files.filter(({ text }) => /^\s+['"]use server['"]/m.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

it('says how long to wait so that waiting that long is enough', () => {
  expect([1, 59, 89, 90, 121, 5_400].map(inWords)).toEqual(['1 second', '59 seconds', '89 seconds', '2 minutes', '3 minutes', '2 hours']);
});
