/** What strangers may learn and how often they may try, asked the way attackers ask: plain requests, many addresses. */
import { randomBytes, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS, type LimitName } from '#app/_server/rate-limit.ts';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { builtActions, routeOf } from '#tests/support/built-actions.ts';
import { exchange, type Exchange } from '#tests/support/exchange.ts';
import { formHolding, plainVisitor, withoutNonce, wordsOf, type PlainForm } from '#tests/support/plain-visitor.ts';
import { sessionCookies } from '#tests/support/session-cookies.ts';
import { anonymousClient, createUser } from '#tests/support/users.ts';
import { startExtraWeb, type ExtraWeb } from '#tests/support/web.ts';

/** As in production: people know it by an https address, one proxy stands in front. */
const ORIGIN = 'https://keymeter.example.test';
let web: ExtraWeb;
let addresses = 0;
const newAddress = () => `203.0.113.${(addresses += 1)}`;
const visitor = (address = newAddress()) => plainVisitor(web.url, { origin: ORIGIN, address });
const strongPassword = () => randomBytes(15).toString('base64url');

beforeAll(async () => {
  web = await startExtraWeb({ APP_URL: ORIGIN, TRUSTED_PROXY_HOPS: '1' });
});
afterAll(() => web?.stop());

/** The pages that strangers can post to, with a piece of the form on each and the counter it uses up. */
const FORMS: Readonly<Record<string, { holding: string; limit: LimitName }>> = {
  '/sign-in': { holding: 'current-password', limit: 'signInAddress' },
  '/sign-up': { holding: 'new-password', limit: 'signUpAddress' },
  '/forgot-password': { holding: 'Mail me a link', limit: 'resetAddress' },
  '/check-mail': { holding: 'Send again', limit: 'resetAddress' },
  '/check-mail?for=reset': { holding: 'Send again', limit: 'resetAddress' },
  [`/auth/confirm?type=signup&token_hash=${'ab'.repeat(28)}`]: { holding: 'Confirm my address', limit: 'confirmAddress' },
};

const formOf = async (path: string): Promise<PlainForm> => formHolding((await visitor().get(path)).text, FORMS[path]?.holding ?? 'no form');

/** All that an answer tells: status, where it leads, which cookies it sets, every byte of the page but the nonce. */
const told = (answer: Exchange) => ({ status: answer.status, leads: answer.headers.location, cookies: answer.setCookies, page: withoutNonce(answer) });

describe('known, unknown and unconfirmed addresses', () => {
  it.each([
    ['/sign-in', { password: 'surely not this one' }],
    ['/sign-up', { password: 'correct horse battery staple' }],
    ['/forgot-password', {}],
    ['/check-mail', {}],
    ['/check-mail?for=reset', {}],
  ] as const)('get the same answer, byte for byte, on %s', async (path, fields) => {
    const unconfirmed = `unconfirmed-${randomUUID()}@example.test`;
    const [known] = await Promise.all([createUser(), anonymousClient().auth.signUp({ email: unconfirmed, password: strongPassword() })]);
    const form = await formOf(path);
    const emails = [known.email, `unknown-${randomUUID()}@example.test`, unconfirmed];
    const answers = await Promise.all(emails.map((email) => visitor().send(path, form, { email, ...fields })));
    const [first, ...others] = answers.map(told);
    expect(first?.status).toBeLessThan(400);
    for (const other of others) expect(other).toEqual(first);
    for (const { text } of answers) for (const email of emails) expect(text).not.toContain(email);
  });
});

describe('by mail address, wherever the attempts come from', () => {
  it.each([
    ['/sign-in', 'signInMail', { password: 'surely not this one' }],
    ['/sign-up', 'signUpMail', { password: 'correct horse battery staple' }],
    ['/forgot-password', 'resetMail', {}],
    ['/check-mail', 'resetMail', {}],
  ] as const)('%s stops, for known and unknown ones alike, and leaves others alone', async (path, limit, fields) => {
    const form = await formOf(path);
    const attempt = (email: string) => visitor().send(path, form, { email, ...fields });
    const emails = [(await createUser()).email, `unknown-${randomUUID()}@example.test`];
    const refusals = await Promise.all(
      emails.map(async (email) => {
        const allowed = await Promise.all(Array.from({ length: LIMITS[limit].points }, () => attempt(email)));
        for (const { text } of allowed) expect(wordsOf(text)).not.toContain('Too many');
        // Written otherwise it is the same address.
        return attempt(` ${email.toUpperCase()} `);
      }),
    );
    for (const { text } of refusals) expect(wordsOf(text)).toMatch(/Too many attempts\. .* try again in \d+ (seconds|minutes|hours)/);
    expect(wordsOf((await attempt(`other-${randomUUID()}@example.test`)).text)).not.toContain('Too many');
  });

  it('does not lock out who has the right password every time', async () => {
    const user = await createUser();
    const form = await formOf('/sign-in');
    for (let i = 0; i < LIMITS.signInMail.points + 2; i += 1) {
      expect((await visitor().send('/sign-in', form, { email: user.email, password: user.password })).headers.location).toBe('/overview');
    }
  });
});

describe('by network address, whomever the attempts are for', () => {
  it.each(Object.entries(FORMS).map(([path, { limit }]) => [path, limit] as const))('%s stops with 429 and the time to wait; others go on', async (path, limit) => {
    const form = await formOf(path);
    const greedy = visitor();
    // Nothing that fits the form: it counts all the same, and asks nothing of Auth.
    const attempts = await Promise.all(Array.from({ length: LIMITS[limit].points }, () => greedy.send(path, form, { email: 'no address', token_hash: '' })));
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 200));
    for (const { text } of attempts) expect(wordsOf(text)).not.toContain('Too many');
    // The last one of the allowance finds out by words, everyone after it by status.
    await greedy.send(path, form, {});
    const refused = await greedy.send(path, form, {});
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(LIMITS[limit].seconds);
    expect(refused.text).toMatch(/^Too many attempts\./);
    expect((await greedy.get(path)).status).toBe(200);
    expect((await visitor().send(path, form, { email: 'no address', token_hash: '' })).status).toBe(200);
  });

  it('cannot be had anew by inventing proxies', async () => {
    const form = await formOf('/forgot-password');
    const address = newAddress();
    const spoof = () => ({ 'x-forwarded-for': `${randomBytes(1)[0]}.1.2.3, ${address}` });
    for (let i = 0; i <= LIMITS.resetAddress.points; i += 1) await visitor().send('/forgot-password', form, { email: 'no address' }, spoof());
    expect((await visitor().send('/forgot-password', form, {}, spoof())).status).toBe(429);
  });
});

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];
const anyId = (route: string) => route.replaceAll(/\[\w+\]/g, randomUUID());
const routes = globSync('app/**/{page.tsx,route.ts}', { cwd: CHECKOUT }).map((file) => anyId(routeOf(file)));
const actions = () => builtActions().map(({ id, route }) => ({ id, path: anyId(route) }));

describe('every write', () => {
  it('is counted by address before anything of it is read: each route by each method, each action by its id', async () => {
    expect(routes.length).toBeGreaterThan(15);
    expect(actions().length).toBeGreaterThan(15);
    const headers = { origin: ORIGIN, 'x-forwarded-for': newAddress() };
    const spend = () => exchange(web.url, '/', { method: 'PUT', headers });
    for (let spent = 0; spent < LIMITS.anyWriteAddress.points; spent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, spend));
      expect(answers.map(({ status }) => status)).not.toContain(429);
    }
    const asked = [
      ...routes.flatMap((path) => WRITES.map((method) => ({ path, method, headers }))),
      ...actions().map(({ id, path }) => ({ path, method: 'POST', headers: { ...headers, 'next-action': id, 'content-type': 'text/plain;charset=UTF-8' }, body: '[null,{}]' })),
    ];
    for (const { path, ...rest } of asked) {
      const answer = await exchange(web.url, path, rest);
      expect([path, rest.method, answer.status]).toEqual([path, rest.method, 429]);
      expect(Number(answer.headers['retry-after']), path).toBeGreaterThan(0);
    }
    for (const path of ['/', '/sign-in', '/api/health/live']) expect((await exchange(web.url, path, { headers })).status).toBe(200);
  });

  it('of another website is refused, whatever it is and whoever is signed in', async () => {
    const { jar } = await sessionCookies(await createUser(), true);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const pages = routes.filter((path) => !path.startsWith('/api/'));
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${ORIGIN}.evil.example` },
      { origin: ORIGIN.replace('https:', 'http:') },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', referer: `${ORIGIN}/overview` },
      { 'sec-fetch-site': 'none' },
      {},
    ];
    const asked = [
      ...pages.flatMap((path) => WRITES.map((method) => ({ path, method, headers: foreign[0] ?? {} }))),
      ...foreign.flatMap((headers) => [
        { path: '/overview', method: 'POST', headers },
        { path: '/overview', method: 'POST', headers: { ...headers, host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
      ]),
      ...actions().map(({ id, path }) => ({ path, method: 'POST', headers: { ...foreign[0], 'next-action': id } })),
    ];
    for (const { path, method, headers } of asked) {
      const answer = await exchange(web.url, path, { method, headers: { cookie, 'x-forwarded-for': newAddress(), 'content-type': 'text/plain;charset=UTF-8', ...headers }, body: '[null,{}]' });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(answer.setCookies).toEqual([]);
      expect(answer.text).toBe('This request came from another website and was refused.\n');
    }
  });
});

describe('under https', () => {
  it('every cookie is Secure, HttpOnly, SameSite=Lax and bound to the host by its name', async () => {
    const user = await createUser();
    const person = visitor();
    const seen: string[] = [];
    const dark = await person.submit('/sign-in', 'Colours', { theme: 'dark' });
    const signedIn = await person.submit('/sign-in', 'current-password', { email: user.email, password: user.password });
    const out = await person.submit('/overview', 'Sign out', {});
    for (const answer of [dark, signedIn, out]) seen.push(...answer.setCookies);
    expect(seen.map((line) => line.split('=')[0])).toEqual(['__Host-km-theme', '__Host-km-session.0', '__Host-km-session.0']);
    for (const line of seen) {
      const attributes = line.toLowerCase().split('; ').slice(1);
      expect(attributes).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']));
      expect(attributes.some((attribute) => attribute.startsWith('domain'))).toBe(false);
    }
    expect(seen[2]).toMatch(/^__Host-km-session\.0=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/i);
    expect([...person.jar.keys()]).toEqual(['__Host-km-theme']);
  });

  it('a session in a cookie without that name is none', async () => {
    const { jar } = await sessionCookies(await createUser(), false);
    expect((await plainVisitor(web.url, { origin: ORIGIN, address: newAddress(), cookies: jar }).get('/overview')).status).toBe(307);
  });
});
