/** Becoming a user, signing in and out, a forgotten password: each as a person lives it, in a real browser. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '#app/_server/rate-limit.ts';
import type { Mail } from '#scripts/stack/mailbox/mail.ts';
import { hydrated, launchBrowser } from '#tests/support/browser.ts';
import { exchange } from '#tests/support/exchange.ts';
import { mails, waitForMail } from '#tests/support/mails.ts';
import { openVisit, type Visit } from '#tests/support/page-visit.ts';
import { formHolding, plainVisitor, wordsOf } from '#tests/support/plain-visitor.ts';
import { sessionCookies } from '#tests/support/session-cookies.ts';
import { stack } from '#tests/support/stack.ts';
import { anonymousClient, createUser, linkToken, type TestUser } from '#tests/support/users.ts';
import { startExtraWeb, type ExtraWeb } from '#tests/support/web.ts';

let browser: Browser;
/** Behind one proxy, so that each test comes from an address of its own and no limit is shared with other files. */
let web: ExtraWeb;
let addresses = 0;

const newAddress = () => `198.51.100.${(addresses += 1)}`;
const newPassword = () => randomBytes(15).toString('base64url');

function visitor(options: Parameters<typeof openVisit>[1] = {}): Promise<Visit> {
  return openVisit(browser, { baseURL: web.url, extraHTTPHeaders: { 'x-forwarded-for': newAddress() }, ...options });
}

beforeAll(async () => {
  [browser, web] = await Promise.all([launchBrowser(), startExtraWeb({ TRUSTED_PROXY_HOPS: '1' })]);
});
afterAll(async () => {
  await browser?.close();
  await web?.stop();
});

async function fillSignIn(page: Page, { email, password }: Pick<TestUser, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signIn(page: Page, user: Pick<TestUser, 'email' | 'password'>): Promise<void> {
  await page.goto('/sign-in');
  await hydrated(page);
  await fillSignIn(page, user);
  await page.waitForURL('**/overview');
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
const sessionCookiesOf = async (visit: Visit): Promise<Cookie[]> => (await visit.context.cookies()).filter(({ name }) => name.startsWith('km-session.'));
const headerOf = (cookies: readonly Pick<Cookie, 'name' | 'value'>[]) => ({ cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') });
const opensOverview = async (cookies: readonly Cookie[]) => (await exchange(web.url, '/overview', { headers: headerOf(cookies) })).status;
/** The link of a mail as a path; the tests' own web process listens elsewhere. */
const pathOf = (mail: Mail): string => /href="[^"]*?(\/auth\/confirm\?[^"]*)"/.exec(mail.html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
const isRecovery = (mail: Mail) => pathOf(mail).includes('type=recovery');
const reportedSignIns = async (orgId: string) =>
  (await stack().admin.query(`select ip, user_agent from audit.reports join audit.entries using (org_id, seq) where org_id = $1 and action = 'session.signed_in'`, [orgId])).rows;
const confirmedAt = async (email: string) => (await stack().admin.query<{ at: Date | null }>('select email_confirmed_at as at from auth.users where email = $1', [email])).rows[0]?.at ?? null;

describe('signing up', () => {
  it('takes a mail and the press of a button, makes an organisation, and ends with a session that dies on sign-out', async () => {
    const user = { email: `new-${randomUUID()}@example.test`, password: newPassword() };
    const visit = await visitor({ baseURL: stack().appUrl });
    const { page } = visit;
    await page.goto('/sign-up');
    await hydrated(page);
    await page.getByLabel('E-mail').fill(user.email);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL('**/check-mail');

    const mail = await waitForMail(user.email);
    const path = pathOf(mail);
    expect(mail.html).toContain(`${stack().appUrl}/auth/confirm?token_hash=${linkToken(mail)}&amp;type=signup`);

    // What a mail scanner does: it opens links, also twice, and looks at their heads.
    for (const method of ['GET', 'GET', 'HEAD']) expect((await exchange(stack().appUrl, path, { method })).status).toBe(200);
    await page.goto(path);
    expect(await confirmedAt(user.email)).toBeNull();
    expect((await anonymousClient().auth.signInWithPassword(user)).error?.code).toBe('email_not_confirmed');

    await hydrated(page);
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    await page.waitForURL('**/sign-in?notice=confirmed');
    expect(await page.getByText('Your address is confirmed.').isVisible()).toBe(true);
    expect(await confirmedAt(user.email)).toBeInstanceOf(Date);
    // A link that somebody else sent must sign nobody in.
    expect(await sessionCookiesOf(visit)).toEqual([]);

    await page.goto(path);
    await hydrated(page);
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    expect(await page.locator('main [role=alert]').innerText()).toContain('used already or is too old');

    await signIn(page, user);
    const { rows } = await stack().admin.query<{ org_id: string; user_id: string; role: string; members: string }>(
      'select m.org_id, m.user_id, m.role, (select count(*)::text from public.memberships o where o.org_id = m.org_id) as members from public.memberships m join auth.users u on u.id = m.user_id where u.email = $1',
      [user.email],
    );
    expect(rows).toMatchObject([{ role: 'owner', members: '1' }]);
    expect(await reportedSignIns(rows[0]?.org_id ?? '')).toEqual([{ ip: '127.0.0.1', user_agent: expect.stringContaining('Chrome') as unknown }]);

    const cookies = await sessionCookiesOf(visit);
    const [accessToken, refreshToken] = JSON.parse(Buffer.from(cookies.map(({ value }) => value).join(''), 'base64url').toString('utf8')) as [string, string];
    expect((await anonymousClient().auth.getUser(accessToken)).error).toBeNull();
    await page.getByText('Account: ').locator('..').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in?notice=signed-out');
    expect(await sessionCookiesOf(visit)).toEqual([]);
    // Whoever copied the cookie before has nothing.
    expect(await opensOverview(cookies)).toBe(307);
    expect((await anonymousClient().auth.getUser(accessToken)).error).not.toBeNull();
    expect((await anonymousClient().auth.refreshSession({ refresh_token: refreshToken })).data.session).toBeNull();
    expect(visit.complaints).toEqual([]);
  });

  it('says at the field what is wrong with a password, keeps the address that was typed, and makes nobody', async () => {
    const email = `weak-${randomUUID()}@example.test`;
    const { page } = await visitor();
    await page.goto('/sign-up');
    await hydrated(page);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('password1234');
    await page.getByRole('button', { name: 'Create account' }).click();
    const field = page.getByLabel('Password');
    await page.locator('main [role=alert]').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator(`[id="${(await field.getAttribute('aria-describedby'))?.split(' ').at(-1)}"]`).innerText()).toContain('among the first that are guessed');
    expect(await page.getByLabel('E-mail').inputValue()).toBe(email);
    expect((await stack().admin.query('select 1 from auth.users where email = $1', [email])).rowCount).toBe(0);
  });

  it('works without script, and so do the colours and signing out', async () => {
    const user = { email: `plain-${randomUUID()}@example.test`, password: newPassword() };
    const { page, context } = await visitor({ javaScriptEnabled: false });
    await page.goto('/sign-up');
    await page.getByLabel('E-mail').fill(user.email);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await heading(page)).toBe('Check your mail');
    await page.goto(pathOf(await waitForMail(user.email)));
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    expect(page.url()).toContain('/sign-in?notice=confirmed');
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await fillSignIn(page, { ...user, password: 'not the password' });
    expect(await page.locator('main [role=alert]').innerText()).toContain('That did not work.');
    await fillSignIn(page, user);
    expect(new URL(page.url()).pathname).toBe('/overview');
    await page.locator('header summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['km-theme']);
  });
});

describe('a forgotten password', () => {
  it('is replaced by mail; the lock on the address opens, and every other session ends', async () => {
    const user = await createUser();
    const elsewhere = await sessionCookies(user);
    const elsewhereJar = [...elsewhere.jar].map(([name, value]) => ({ name, value }) as Cookie);
    expect(await opensOverview(elsewhereJar)).toBe(200);

    // Somebody guesses until the address is locked, from anywhere; then even its owner is refused.
    const guess = (password: string) => plainVisitor(web.url, { address: newAddress() }).submit('/sign-in', 'current-password', { email: user.email, password });
    const guesses = await Promise.all(Array.from({ length: LIMITS.signInMail.points }, (_, at) => guess(`guess number ${at}`)));
    expect(guesses.map(({ text }) => wordsOf(text).includes('That did not work.'))).toEqual(guesses.map(() => true));
    expect(wordsOf((await guess(user.password)).text)).toContain('Too many attempts.');

    const visit = await visitor();
    const { page } = visit;
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.waitForURL('**/forgot-password');
    await hydrated(page);
    await page.getByLabel('E-mail').fill(user.email.toUpperCase());
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await page.waitForURL('**/check-mail?for=reset');
    const path = pathOf(await waitForMail(user.email, isRecovery));

    await page.goto(path);
    await hydrated(page);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL('**/reset-password');
    const [proof] = (await visit.context.cookies()).filter(({ name }) => name === 'km-reset');
    expect(proof).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    // The proof opens this one page and nothing else.
    expect(await sessionCookiesOf(visit)).toEqual([]);
    await hydrated(page);
    await page.getByLabel('New password').fill('too short');
    const password = newPassword();
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.waitForURL('**/sign-in?notice=password-changed');
    expect((await visit.context.cookies()).map(({ name }) => name)).toEqual([]);

    expect(await opensOverview(elsewhereJar)).toBe(307);
    expect((await anonymousClient().auth.refreshSession({ refresh_token: elsewhere.refreshToken })).data.session).toBeNull();
    expect((await anonymousClient().auth.signInWithPassword(user)).error?.code).toBe('invalid_credentials');
    await hydrated(page);
    await fillSignIn(page, { email: user.email, password });
    await page.waitForURL('**/overview');
    expect(visit.complaints).toEqual([]);

    const later = await visitor();
    await later.page.goto(path);
    await hydrated(later.page);
    await later.page.getByRole('button', { name: 'Go on' }).click();
    expect(await later.page.locator('main [role=alert]').innerText()).toContain('used already or is too old');
    await later.page.goto('/reset-password');
    expect(await heading(later.page)).toBe('This link is used up');
  });

  it('sends nothing to an address without an account', async () => {
    const nobody = `nobody-${randomUUID()}@example.test`;
    const somebody = await createUser();
    for (const email of [nobody, somebody.email]) await plainVisitor(web.url, { address: newAddress() }).submit('/forgot-password', 'Mail me a link', { email });
    // The one who exists got theirs, so the other's would have come too.
    await waitForMail(somebody.email, isRecovery);
    expect(await mails(nobody)).toEqual([]);
  });

  it('needs the whole link', async () => {
    const { page } = await visitor();
    for (const path of ['/auth/confirm', '/auth/confirm?token_hash=abc&type=recovery', `/auth/confirm?token_hash=${'a1'.repeat(28)}&type=sms`]) {
      await page.goto(path);
      expect(await heading(page)).toBe('This link is not whole');
    }
  });
});

describe('a session', () => {
  it('is read by no script, stays behind on requests of other sites, and is renewed with every sign-in', async () => {
    const [user, attacker] = await Promise.all([createUser(), createUser()]);
    const visit = await visitor();
    // A session that somebody planted before: signing in must not go on with it.
    const planted = await sessionCookies(attacker);
    await signIn(visit.page, user);
    const first = await sessionCookiesOf(visit);
    expect(first.length).toBeGreaterThan(0);
    for (const cookie of first) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: false, domain: '127.0.0.1' });
    expect(await visit.page.evaluate(() => document.cookie)).toBe('');

    const again = plainVisitor(web.url, { address: newAddress(), cookies: planted.jar });
    // With a session the page leads on, so the form comes from somebody without one.
    const form = await plainVisitor(web.url, { address: newAddress() }).get('/sign-in');
    const answer = await again.send('/sign-in', formHolding(form.text, 'current-password'), { email: user.email, password: user.password });
    expect(answer.status).toBe(303);
    const second = [...again.jar].filter(([name]) => name.startsWith('km-session.'));
    expect(second).not.toEqual([...planted.jar]);
    expect(second).not.toEqual(first.map(({ name, value }) => [name, value]));
    await expect.poll(async () => (await anonymousClient().auth.getUser(planted.accessToken)).error !== null, { timeout: 10_000 }).toBe(true);
    // The person's other device stays signed in.
    expect(await opensOverview(first)).toBe(200);
  });

  it('is renewed on the way before it ends, also when two pages ask at once', async () => {
    const { accessToken, refreshToken } = await sessionCookies(await createUser());
    const ending = Buffer.from(JSON.stringify([accessToken, refreshToken, Math.floor(Date.now() / 1000) + 30])).toString('base64url');
    const pages = [0, 1].map(() => plainVisitor(web.url, { address: newAddress(), cookies: new Map([['km-session.0', ending]]) }));
    const answers = await Promise.all(pages.map((page) => page.get('/settings/security')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const { setCookies, headers } of answers) {
      expect(setCookies.join('\n')).toMatch(/^km-session\.0=[\w-]+; .*HttpOnly; SameSite=lax$/im);
      expect(headers['cache-control']).toMatch(/no-store/);
    }
    for (const page of pages) {
      expect(page.jar.get('km-session.0')).not.toBe(ending);
      expect((await page.get('/settings/security')).status).toBe(200);
    }
  });

  it('is believed by nobody when it was made up, altered or cut', async () => {
    const user = await createUser();
    const { jar, refreshToken } = await sessionCookies(user);
    const [[name, value] = ['', '']] = jar;
    const [accessToken, , expiresAt] = JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as [string, string, number];
    const encoded = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const [head = '', , signature = ''] = accessToken.split('.');
    const claims = { ...(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')) as object), sub: randomUUID() };
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${encoded(claims)}.`;
    const others = [
      encoded([`${head}.${encoded(claims)}.${signature}`, refreshToken, expiresAt]),
      encoded([unsigned, refreshToken, expiresAt]),
      encoded([stack().publishableKey, refreshToken, expiresAt]),
      encoded(['', '', 0]),
      encoded({ accessToken }),
      value.slice(0, -40),
      'garbage',
    ];
    expect(await opensOverview([{ name, value } as Cookie])).toBe(200);
    for (const other of others) expect(await opensOverview([{ name, value: other } as Cookie]), other.slice(0, 40)).toBe(307);
  });
});

describe('where signing in leads', () => {
  it('is the page that was asked for, with its filters', async () => {
    const user = await createUser();
    const { page } = await visitor();
    await page.goto('/settings/security?provider=openai');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/settings/security?provider=openai');
    await hydrated(page);
    await fillSignIn(page, user);
    await page.waitForURL('**/settings/security?provider=openai');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/%09/evil.example', 'javascript:alert(1)', '/\t/evil.example', '/.//evil.example', '/x/..//evil.example', 'evil'])('is never %j', async (next) => {
    const user = await createUser();
    const from = plainVisitor(web.url, { address: newAddress() });
    const page = await from.get(`/sign-in?next=${encodeURIComponent(next)}`);
    const answer = await from.send('/sign-in', formHolding(page.text, 'current-password'), { email: user.email, password: user.password, next });
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers.location ?? '', web.url);
    expect(target.origin).toBe(web.url);
    // And for somebody who is signed in already.
    const onward = await from.get(`/sign-in?next=${encodeURIComponent(next)}`);
    expect(onward.status).toBe(307);
    expect(new URL(onward.headers.location ?? '', web.url).origin).toBe(web.url);
  });
});
