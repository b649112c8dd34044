/** The headers of every answer web can give, and what the policy among them does in a browser. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOSED_POLICY, FIXED_HEADERS } from '#app/_server/security-headers.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { exchange, type Asked, type Exchange } from '#tests/support/exchange.ts';
import { plainVisitor, type PlainVisitor } from '#tests/support/plain-visitor.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser } from '#tests/support/users.ts';

const own = () => ({ origin: stack().appUrl });
const big = 'a'.repeat(300_000);

/** Every kind of answer, by what brings it about. */
const KINDS: readonly [kind: string, status: number, path: string, asked?: () => Asked][] = [
  ['a page', 200, '/'],
  ['a page with a form', 200, '/sign-in'],
  ['the head of a page', 200, '/sign-in', () => ({ method: 'HEAD' })],
  ['a page for the router under a wrong address', 307, '/sign-in?_rsc=1', () => ({ headers: { rsc: '1' } })],
  ['a redirect to sign in', 307, '/overview'],
  ['a redirect of Next itself', 308, '/sign-in/'],
  ['a redirect of a path with two slashes', 308, '//evil.example/x'],
  ['a page that is not there', 404, '/nowhere'],
  ['a page that is not there, deep', 404, `/settings/connections/${randomUUID()}/nothing/at/all`],
  ['an address that is no address', 404, '/%E0%A4%A'],
  ['an icon that is not there', 404, '/favicon.ico'],
  ['an icon', 200, '/icon.svg'],
  ['whom to tell about a weakness', 200, '/.well-known/security.txt'],
  ['whether it lives', 200, '/api/health/live'],
  ['whether it is ready', 200, '/api/health/ready'],
  ['an API address that is not there', 404, '/api/nothing'],
  ['a file of the build that is not there', 404, '/_next/static/nothing.js'],
  ['the optimiser of images, which is off', 404, '/_next/image?url=%2Ficon.svg&w=64&q=75'],
  ['a method that the route has not', 405, '/api/health/live', () => ({ method: 'POST' })],
  ['options', 204, '/api/health/live', () => ({ method: 'OPTIONS' })],
  ['options of a page', 400, '/sign-in', () => ({ method: 'OPTIONS' })],
  ['a method that Next cannot take', 500, '/', () => ({ method: 'TRACE' })],
  ['a write of another website', 403, '/sign-in', () => ({ method: 'POST', headers: { origin: 'https://evil.example' } })],
  ['a form of ours without an action', 400, '/sign-in', () => ({ method: 'POST', headers: { ...own(), 'content-type': 'multipart/form-data; boundary=x' }, body: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n' })],
  ['a form that cannot be read', 500, '/sign-in', () => ({ method: 'POST', headers: { ...own(), 'content-type': 'multipart/form-data; boundary=x' }, body: 'garbage' })],
  ['a form that is too big', 500, '/sign-in', () => ({ method: 'POST', headers: { ...own(), 'content-type': 'multipart/form-data; boundary=x' }, body: `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${big}\r\n--x--\r\n` })],
  ['an action that is none', 409, '/sign-in', () => ({ method: 'POST', headers: { ...own(), 'next-action': 'f'.repeat(42), 'content-type': 'text/plain;charset=UTF-8' }, body: '[]' })],
];

function expectFixedHeaders({ headers }: Exchange): void {
  for (const [name, value] of Object.entries(FIXED_HEADERS)) expect(headers[name.toLowerCase()], name).toBe(value);
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('server');
  const directives = String(headers['content-security-policy']).split('; ');
  expect(directives).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]));
  const scripts = directives.find((directive) => directive.startsWith('script-src')) ?? '';
  expect(scripts).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
}

const nonceOf = ({ headers }: Exchange) => /script-src 'self' 'nonce-([\w+/]{22}==)' 'strict-dynamic'/.exec(String(headers['content-security-policy']))?.[1];

/** What the router fetches on a click: Next names the address that goes with the headers. */
async function forRouter(person: PlainVisitor, path: string): Promise<Exchange> {
  const { headers } = await person.get(path, { rsc: '1' });
  return person.get(headers.location ?? '', { rsc: '1' });
}

/** Nothing of the markup runs but what carries the answer's own nonce. */
function expectOnlyOurScripts(answer: Exchange): void {
  const nonce = nonceOf(answer);
  expect(nonce).toBeDefined();
  const scripts = [...answer.text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`);
  for (const [tag] of answer.text.matchAll(/<style\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
  const markup = answer.text.replace(/<script\b[\s\S]*?<\/script>/g, '');
  expect(markup).not.toMatch(/<[^>]+\son\w+=/i);
  expect(markup).not.toMatch(/(href|src|action|formaction)="\s*(javascript|data|vbscript):/i);
  // Nothing is loaded from anywhere else.
  for (const [, address = ''] of markup.matchAll(/<(?:link|img|script|iframe|source)\b[^>]*?(?:href|src)="([^"]*)"/g)) expect(address).toMatch(/^\/(?!\/)/);
}

describe('the headers', () => {
  it.each(KINDS)('are on %s (%i)', async (_kind, status, path, asked) => {
    const answer = await exchange(stack().appUrl, path, asked?.());
    expect(answer.status).toBe(status);
    expectFixedHeaders(answer);
    if (String(answer.headers['content-type']).includes('html')) expectOnlyOurScripts(answer);
  });

  it('are on every file that a page loads, with a policy under which nothing runs', async () => {
    const { text } = await exchange(stack().appUrl, '/sign-in');
    const files = new Set([...text.matchAll(/(?:href|src)="(\/_next\/static\/[^"]+)"/g)].map(([, file = '']) => file));
    const style = [...files].find((file) => file.includes('.css')) ?? '';
    for (const [, font = ''] of (await exchange(stack().appUrl, style)).text.matchAll(/url\(([^)]+\.woff2)\)/g)) files.add(new URL(font, `http://x${style}`).pathname);
    expect([...files].filter((file) => file.includes('.js')).length).toBeGreaterThan(3);
    expect([...files].filter((file) => file.includes('.woff2')).length).toBeGreaterThan(1);
    for (const file of files) {
      const answer = await exchange(stack().appUrl, file);
      expect([file, answer.status]).toEqual([file, 200]);
      expectFixedHeaders(answer);
      expect(answer.headers['content-security-policy']).toBe(CLOSED_POLICY);
      expect(answer.headers['cache-control']).toContain('immutable');
    }
  });

  it('are on answers of actions, good and bad, and no answer for a person is kept by a cache', async () => {
    const user = await createUser();
    const person = plainVisitor(stack().appUrl);
    const answers = [
      await person.submit('/sign-in', 'current-password', { email: user.email, password: 'not this one' }),
      await person.submit('/sign-in', 'current-password', { email: user.email, password: user.password }),
      await person.get('/overview'),
      await person.get('/settings/connections'),
      await forRouter(person, '/overview'),
      await person.submit('/overview', 'Sign out', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 303, 200, 200, 200, 303]);
    for (const answer of answers) {
      expectFixedHeaders(answer);
      expect(answer.headers['cache-control']).toMatch(/no-store/);
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      if (String(answer.headers['content-type']).includes('html')) expectOnlyOurScripts(answer);
    }
  });

  it('carry a nonce that no two answers share', async () => {
    const paths = ['/', '/sign-in', '/nowhere', '/overview', '/sign-up'];
    const answers = await Promise.all([...paths, ...paths, ...paths].map((path) => exchange(stack().appUrl, path)));
    const nonces = answers.map(nonceOf);
    expect(nonces).not.toContain(undefined);
    expect(new Set(nonces).size).toBe(answers.length);
  });

  it('cannot be chosen by the client', async () => {
    const answer = await exchange(stack().appUrl, '/sign-in', {
      headers: { 'content-security-policy': "script-src 'unsafe-inline' 'nonce-AAAA'", 'x-nonce': 'AAAA', 'x-request-id': 'mine', 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
    });
    expectFixedHeaders(answer);
    expectOnlyOurScripts(answer);
    expect(answer.text).not.toContain('AAAA');
    expect(answer.headers['x-request-id']).not.toBe('mine');
    const around = await exchange(stack().appUrl, '/overview', { headers: { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy', 'x-keymeter-path': '//evil.example' } });
    expect([around.status, around.headers.location]).toEqual([307, '/sign-in?next=%2Foverview']);
  });
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it('script that somebody slipped into a page does not run, and the violation is seen', async () => {
    const { page, complaints, context } = await openSignedIn(browser, await createUser());
    await page.goto('/settings/connections');
    await hydrated(page);
    expect(complaints).toEqual([]);
    await page.evaluate(() => {
      const holder = document.createElement('div');
      holder.innerHTML = '<img src="/nothing.png" onerror="window.broken = 1"><a href="javascript:window.broken=2" id="lure">x</a>';
      document.body.append(holder);
      const script = document.createElement('script');
      script.textContent = 'window.broken = 3';
      document.querySelector('main')?.insertAdjacentHTML('beforeend', '<iframe srcdoc="<script>parent.broken = 4</script>"></iframe><form action="https://evil.example/take"><button id="post">x</button></form>');
      document.querySelector<HTMLAnchorElement>('#lure')?.click();
    });
    await expect.poll(() => complaints.filter((text) => text.includes('Content Security Policy')).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(await page.evaluate(() => (window as unknown as { broken?: number }).broken)).toBeUndefined();
    await page.click('#post', { noWaitAfter: true });
    await expect.poll(() => complaints.some((text) => text.includes('form-action')), { timeout: 10_000 }).toBe(true);
    expect(page.url()).toContain('/settings/connections');
    const told = await page.evaluate(() => fetch('https://evil.example/take').then(() => 'sent', () => 'refused'));
    expect(told).toBe('refused');
    expect(complaints.some((text) => text.includes('connect-src'))).toBe(true);
    await context.close();
  });

  it.each(['localhost', '127.0.0.1'])('a website on %s can neither frame our pages nor post a form', async (host) => {
    const { page, context } = await openSignedIn(browser, await createUser());
    const { appUrl } = stack();
    await page.goto('/settings/security');
    const fields = await page.locator('form', { has: page.locator('button[value=dark]') }).first().evaluate((form) => [...form.querySelectorAll('input')].map((input) => input.outerHTML).join(''));
    const attack = `<form id="attack" method="post" enctype="multipart/form-data" action="${appUrl}/settings/security">${fields}<input type="hidden" name="theme" value="dark"></form>`;
    const website = await serve((path) => (path === '/harmless' ? 'harmless' : `<iframe src="${appUrl}/overview"></iframe><iframe src="${appUrl}/"></iframe><iframe src="/harmless"></iframe>${attack}`));
    try {
      await page.goto(`http://${host}:${website.port}/`, { waitUntil: 'load' });
      const framed = await Promise.all(page.frames().slice(1).map((frame) => frame.evaluate(() => document.body.innerText)));
      expect(framed.filter((text) => text === 'harmless')).toHaveLength(1);
      expect(framed.filter((text) => /Keymeter|AI costs|Overview/.test(text))).toEqual([]);
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === 'POST'),
        page.evaluate(() => (document.querySelector('#attack') as HTMLFormElement).submit()),
      ]);
      expect(answer.status()).toBe(403);
      expect((await answer.request().allHeaders()).origin).toBe(`http://${host}:${website.port}`);
      expect((await context.cookies(appUrl)).map(({ name }) => name)).not.toContain('km-theme');
    } finally {
      await website.close();
      await context.close();
    }
  });
});

/** Somebody else's website on this machine: to the browser another site (localhost) or another origin of ours (127.0.0.1). */
async function serve(page: (path: string) => string): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => response.setHeader('content-type', 'text/html').end(page(request.url ?? '')));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
