/** When Auth or the database does not answer: web says so, tells nothing of why, and signs nobody out. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIXED_HEADERS } from '#app/_server/security-headers.ts';
import { startBackendSwitch, TALK, type BackendSwitch } from '#tests/support/backend-switch.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { exchange, type Exchange } from '#tests/support/exchange.ts';
import { accessibilityFindings } from '#tests/support/page-rules.ts';
import { formHolding, plainVisitor, wordsOf } from '#tests/support/plain-visitor.ts';
import { sessionCookies, type CookieSession } from '#tests/support/session-cookies.ts';
import { restartPostgres, stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';
import { startExtraWeb, type ExtraWeb } from '#tests/support/web.ts';

let browser: Browser;
let backend: BackendSwitch;
let web: ExtraWeb;
let user: TestUser;
let session: CookieSession;

beforeAll(async () => {
  backend = await startBackendSwitch();
  [browser, web, user] = await Promise.all([launchBrowser(), startExtraWeb({ SUPABASE_URL: backend.url }), createUser()]);
  session = await sessionCookies(user);
});
beforeEach(() => {
  backend.mode = 'works';
});
afterAll(async () => {
  await browser?.close();
  await web?.stop();
  await backend?.close();
});

const person = () => plainVisitor(web.url, { cookies: session.jar });

function expectSilence(answer: Exchange): void {
  for (const piece of TALK) expect(answer.text).not.toContain(piece);
  for (const [name, value] of Object.entries(FIXED_HEADERS)) expect(answer.headers[name.toLowerCase()], name).toBe(value);
  expect(answer.setCookies).toEqual([]);
}

describe.each(['errors', 'drops', 'misanswers'] as const)('with an API that %s', (mode) => {
  it('a page is an error that tells nothing, and the session stays for when it is over', async () => {
    for (const path of ['/overview', '/settings/connections', '/settings/security']) {
      backend.mode = mode;
      const broken = await person().get(path);
      expect([path, broken.status]).toEqual([path, 500]);
      expectSilence(broken);
      backend.mode = 'works';
      expect([path, (await person().get(path)).status]).toEqual([path, 200]);
    }
  });

  it('a session that is about to end is not ended because it could not be renewed', async () => {
    backend.mode = mode;
    const ending = Buffer.from(JSON.stringify([session.accessToken, session.refreshToken, Math.floor(Date.now() / 1000) + 30])).toString('base64url');
    const from = backend.asked.length;
    expectSilence(await plainVisitor(web.url, { cookies: new Map([['km-session.0', ending]]) }).get('/overview'));
    // Asked once: a client that repeats itself would keep the person waiting.
    expect(backend.asked.slice(from).filter((path) => path.includes('/token'))).toHaveLength(1);
  });

  it('the forms say that it is us and not the person', async () => {
    const said = async (path: string, holding: string, fields: Record<string, string>) => {
      backend.mode = 'works';
      const form = formHolding((await plainVisitor(web.url).get(path)).text, holding);
      backend.mode = mode;
      const answer = await plainVisitor(web.url).send(path, form, fields);
      expectSilence(answer);
      return wordsOf(answer.text);
    };
    const { email, password } = user;
    expect(await said('/sign-in', 'current-password', { email, password })).toContain('Signing in is not possible at the moment.');
    expect(await said('/sign-up', 'new-password', { email: `x${email}`, password })).toContain('Signing in is not possible at the moment.');
    expect(await said(`/auth/confirm?type=signup&token_hash=${'ab'.repeat(28)}`, 'Confirm my address', {})).toContain('Signing in is not possible at the moment.');
  });

  it('signing out works in this browser all the same', async () => {
    const leaving = plainVisitor(web.url, { cookies: (await sessionCookies(user)).jar });
    const form = formHolding((await leaving.get('/settings/security')).text, 'Sign out');
    backend.mode = mode;
    const answer = await leaving.send('/settings/security', form, {});
    expect([answer.status, [...leaving.jar.keys()]]).toEqual([303, []]);
  });

  it('health is a boolean and no reason', async () => {
    backend.mode = mode;
    // The answer is kept for a moment, whoever asks.
    await expect.poll(() => readiness(web.url), { timeout: 15_000, interval: 300 }).toBe('503 {"db":false}');
    const live = await exchange(web.url, '/api/health/live');
    expect([live.status, live.text]).toEqual([200, '{"ok":true}']);
    backend.mode = 'works';
    await expect.poll(() => readiness(web.url), { timeout: 15_000, interval: 300 }).toBe('200 {"db":true}');
  });
});

async function readiness(url: string): Promise<string> {
  const answer = await exchange(url, '/api/health/ready');
  expectSilence(answer);
  return `${answer.status} ${answer.text}`;
}

describe('the error page', () => {
  it.each(['light', 'dark'] as const)('reads well (%s), runs under the policy, and leads back once it is over', async (colorScheme) => {
    const visit = await openSignedIn(browser, user, { baseURL: web.url, colorScheme });
    const { page, complaints, context } = visit;
    backend.mode = 'errors';
    await page.goto('/settings/security');
    await page.getByRole('heading', { level: 1, name: 'This page could not be loaded' }).waitFor();
    await hydrated(page);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByText('Reference').locator('code').innerText()).toMatch(/^\d+$/);
    expect(await accessibilityFindings(page)).toEqual([]);
    const text = (await visit.received()).join('\n');
    for (const piece of TALK) expect(text).not.toContain(piece);
    expect(complaints.filter((complaint) => complaint.includes('Content Security Policy'))).toEqual([]);
    backend.mode = 'works';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
    await context.close();
  });
});

describe('with the database itself away', () => {
  const ready = () => readiness(stack().appUrl);

  it('health says no while it hangs and yes afterwards', async () => {
    const client = await stack().admin.connect();
    try {
      await client.query('begin');
      await client.query('lock table public.organizations in access exclusive mode');
      await expect.poll(ready, { timeout: 15_000, interval: 500 }).toBe('503 {"db":false}');
    } finally {
      await client.query('rollback');
      client.release();
    }
    await expect.poll(ready, { timeout: 15_000, interval: 500 }).toBe('200 {"db":true}');
  });

  it('a restart of it needs none of web: pages come back by themselves', async () => {
    // Nothing is asked meanwhile: the embedded API may end when its connections break under a request.
    await restartPostgres();
    await expect.poll(ready, { timeout: 20_000, interval: 500 }).toBe('200 {"db":true}');
    const back = plainVisitor(stack().appUrl, { cookies: session.jar });
    await expect.poll(async () => (await back.get('/settings/security')).status, { timeout: 20_000 }).toBe(200);
  });
});
