/**
 * Handing over a key, in a real browser, against the worker and the simulated providers: the plaintext never leaves the
 * page, every step is seen, every refusal says what to do, and afterwards there is nothing to see but prefix and last four.
 */
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { connected } from '#tests/support/connected.ts';
import { axeFindings, expectNoPlaintext, handOver, plaintextField, status } from '#tests/support/key-pages.ts';
import { visitAs, type Visit } from '#tests/support/page-visit.ts';
import { issueKey, misbehave } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';
import { startExtraWeb, type ExtraWeb } from '#tests/support/web.ts';

let browser: Browser;
/** With limits of its own: this file hands over more keys than a person would. */
let web: ExtraWeb;

beforeAll(async () => {
  [browser, web] = await Promise.all([launchBrowser(), startExtraWeb()]);
});
afterAll(async () => {
  await browser?.close();
  await web?.stop();
});

const customer = () => `c${randomBytes(6).toString('hex')}`;
const open = (user: TestUser, options: BrowserContextOptions = {}) => openSignedIn(browser, user, { baseURL: web.url, ...options });
/** What a server action sends; reads send nothing. */
const posts = (visit: Visit) => visit.sent.filter((request) => request.startsWith('POST'));

async function connectPage(visit: Visit, provider: 'openai' | 'anthropic'): Promise<Page> {
  await visit.page.goto(`/settings/connections/new/${provider}`);
  await hydrated(visit.page);
  return visit.page;
}

describe('connecting a key', () => {
  it('seals it in the browser, shows each step and the first read, and then only prefix and last four', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'openai', org: customer(), scopes: ['api.usage.read'] });
    // Slow enough for every step to be seen.
    await misbehave(key, { kind: 'delay', ms: 2_500, times: 3 });
    await misbehave(key, { kind: 'delay', ms: 1_500, path: '/organization/costs', skip: 2, times: 3 });
    const visit = await visitAs(browser, user, { baseURL: web.url });
    const { page } = visit;

    await page.getByRole('link', { name: 'Connections' }).first().click();
    await page.getByRole('link', { name: 'Connect OpenAI' }).click();
    await page.getByRole('heading', { name: 'Connect OpenAI' }).waitFor();
    await hydrated(page);
    await page.getByLabel('Name in Keymeter').fill('Research');
    await plaintextField(page).fill(key);
    await page.getByRole('button', { name: 'Seal and connect' }).click();
    await page.waitForURL(/\/settings\/connections\/[0-9a-f-]{36}$/);

    await status(page).getByText('OpenAI is asked whether the key works.').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Opened, on record: done' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Accepted by OpenAI: under way' }).waitFor();
    await status(page).getByText('The key was accepted and is encrypted at rest.').waitFor({ timeout: 60_000 });
    const progress = page.getByRole('progressbar', { name: 'Days read' });
    await progress.waitFor();
    expect(Number(await progress.getAttribute('aria-valuenow'))).toBeLessThan(100);
    await page.getByText('90 of 90 days').waitFor({ timeout: 90_000 });
    await page.getByText('Healthy').waitFor();

    const shown = (await page.getByText('sk-admin-').first().locator('..').innerText()).replaceAll(/\s/g, '');
    expect(shown).toMatch(/^sk-admin-[•…]+/);
    expect(shown.slice(-4)).toBe(key.slice(-4));
    expect(posts(visit).filter((request) => request.includes('kmi1:'))).toHaveLength(1);
    await expectNoPlaintext(visit, key);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('forgets what was pasted as soon as it is sealed, also when the seal cannot be handed over, and sends it again by request', async () => {
    const user = await createUser();
    const key = await issueKey({ provider: 'anthropic', org: customer() });
    const visit = await open(user);
    const page = await connectPage(visit, 'anthropic');
    await page.route('**/settings/connections/new/anthropic', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
    await plaintextField(page).fill(key);
    await page.getByRole('button', { name: 'Seal and connect' }).click();
    await page.getByRole('alert').getByText('the sealed key is still here. Try again.').waitFor();
    expect(await plaintextField(page).count()).toBe(0);
    await expectNoPlaintext(visit, key);

    await page.unroute('**/settings/connections/new/anthropic');
    await page.getByRole('button', { name: 'Send the sealed key' }).click();
    await page.waitForURL(/\/settings\/connections\/[0-9a-f-]{36}$/);
    await status(page).getByText('The key was accepted and is encrypted at rest.').waitFor({ timeout: 60_000 });
    await page.getByText('This key can do more than read').waitFor();
    await expectNoPlaintext(visit, key);
    await visit.close();
  });

  it('says at once what is wrong with what was pasted, and sends nothing', async () => {
    const user = await createUser();
    const visit = await open(user);
    const page = await connectPage(visit, 'openai');
    const wrong: [string, RegExp][] = [
      [`sk-proj-${'a1B2'.repeat(30)}`, /This is a project key\..*starts with sk-admin-/],
      [`sk-svcacct-${'a1B2'.repeat(30)}`, /This is a service account key/],
      [`sk-ant-admin01-${'a1B2'.repeat(30)}`, /This is an Anthropic key\. Choose Anthropic/],
      [`sk-admin-${'a1B2'.repeat(10)} ${'a1B2'.repeat(10)}`, /There is a space or a line break inside the key/],
      ['sk-admin-abc...wxyz', /shortened form that OpenAI shows in its list/],
      ['sk-admin-a1B2', /The key is cut off/],
      [`OPENAI_ADMIN_KEY=sk-admin-${'a1B2'.repeat(20)}`, /whole line from a settings file/],
      [`"sk-admin-${'a1B2'.repeat(20)}"`, /quotation marks/],
      ['', /Paste your OpenAI admin key/],
    ];
    for (const [pasted, sentence] of wrong) {
      await plaintextField(page).fill(pasted);
      await page.getByRole('button', { name: 'Seal and connect' }).click();
      await page.getByText(sentence).waitFor();
      expect(await plaintextField(page).getAttribute('aria-invalid')).toBe('true');
    }
    expect(await axeFindings(page)).toEqual([]);
    await connectPage(visit, 'anthropic');
    await plaintextField(page).fill(`sk-ant-api03-${'a1B2'.repeat(25)}`);
    await page.getByRole('button', { name: 'Seal and connect' }).click();
    await page.getByText(/This is an ordinary API key\..*starts with sk-ant-admin01-/).waitFor();
    expect(posts(visit)).toEqual([]);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('looks at the clipboard itself: blanks around a key are dropped, a line break inside it is not papered over', async () => {
    const user = await createUser();
    const visit = await open(user);
    const page = await connectPage(visit, 'openai');
    const key = `sk-admin-${randomBytes(36).toString('base64url')}`;
    const paste = (text: string) =>
      plaintextField(page).evaluate((input, pasted) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', pasted);
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    await paste(`${key.slice(0, 20)}\n${key.slice(20)}`);
    await page.getByText(/There is a space or a line break inside the key/).waitFor();
    expect(await plaintextField(page).inputValue()).toBe('');
    await paste(`\n  ${key}\r\n`);
    await page.getByText(`Looks right: sk-admin-…${key.slice(-4)}`).waitFor();
    expect(await plaintextField(page).inputValue()).toBe(key);
    await visit.close();
  });

  it('names its field for nobody: no form, no password store and no spelling service can take the plaintext', async () => {
    const visit = await open(await createUser());
    const page = await connectPage(visit, 'openai');
    const field = plaintextField(page);
    const attributes = await field.evaluate((input) => Object.fromEntries(input.getAttributeNames().map((name) => [name, input.getAttribute(name)])));
    expect(attributes).toMatchObject({ type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none' });
    expect(attributes).not.toHaveProperty('name');
    expect(attributes).not.toHaveProperty('value');
    expect(await field.evaluate((input) => getComputedStyle(input).getPropertyValue('-webkit-text-security'))).toBe('disc');
    await page.getByRole('button', { name: 'Show what was pasted' }).click();
    expect(await field.evaluate((input) => getComputedStyle(input).getPropertyValue('-webkit-text-security'))).toBe('none');
    await visit.close();
  });

  it('cannot be submitted without script', async () => {
    const visit = await open(await createUser(), { javaScriptEnabled: false });
    const { page } = visit;
    await page.goto('/settings/connections/new/openai');
    expect(await plaintextField(page).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Seal and connect' }).isDisabled()).toBe(true);
    expect(await page.locator('noscript').allTextContents()).toContainEqual(expect.stringContaining('This needs JavaScript'));
    const before = visit.sent.length;
    await page.getByLabel('Name in Keymeter').press('Enter');
    await page.waitForTimeout(500);
    expect(visit.sent.length).toBe(before);
    await visit.close();
  });

  it('is refused with a clear sentence on a page that came over plain http from another machine', async () => {
    const visit = await open(await createUser());
    const { page, context } = visit;
    const elsewhere = 'http://keymeter.example';
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    await page.route(`${elsewhere}/**`, async (route) => {
      const url = route.request().url().replace(elsewhere, web.url);
      await route.fulfill({ response: await route.fetch({ url, headers: { ...route.request().headers(), cookie } }) });
    });
    await page.goto(`${elsewhere}/settings/connections/new/openai`);
    await page.getByText('A key cannot be pasted here').waitFor();
    await page.getByText(/Open Keymeter over https/).waitFor();
    expect(await plaintextField(page).count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await visit.close();
  });
});

describe('a key that is refused', () => {
  let user: TestUser;
  let visit: Visit;
  beforeAll(async () => {
    user = await createUser();
    visit = await open(user);
  });
  afterAll(() => visit?.close());

  it.each<[string, 'openai' | 'anthropic', () => Promise<string>, RegExp]>([
    ['by the provider', 'openai', async () => `sk-admin-${randomBytes(36).toString('base64url')}`, /OpenAI does not know this key: it is mistyped, revoked or expired/],
    ['for its scope', 'openai', () => issueKey({ provider: 'openai', org: customer(), scopes: [] }), /may not read usage and cost\. Give it that permission at OpenAI/],
    ['by Anthropic', 'anthropic', async () => `sk-ant-admin01-${randomBytes(36).toString('base64url')}`, /Anthropic does not know this key/],
  ])('%s says what to do and can be replaced by another', async (_why, provider, makeKey, sentence) => {
    const key = await makeKey();
    const page = await connectPage(visit, provider);
    const id = await handOver(page, key);
    await status(page).getByText(sentence).waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Paste another key' }).waitFor();
    await expectNoPlaintext(visit, key);
    const { rows } = await stack().admin.query('select 1 from custody.intake where connection_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('is discarded with one click, because nothing was stored', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: 'Discard this connection' }).click();
    await page.waitForURL('**/settings/connections?notice=discarded');
    await page.getByText('Nothing was stored.').waitFor();
  });

  it('goes on with the next key that is pasted', async () => {
    const page = await connectPage(visit, 'openai');
    await handOver(page, `sk-admin-${randomBytes(36).toString('base64url')}`);
    await page.getByRole('link', { name: 'Paste another key' }).click();
    await page.getByRole('heading', { name: 'Paste another key' }).waitFor();
    await hydrated(page);
    await handOver(page, await issueKey({ provider: 'openai', org: customer() }));
    await status(page).getByText('The key was accepted and is encrypted at rest.').waitFor({ timeout: 60_000 });
    await page.getByText('90 of 90 days').waitFor({ timeout: 90_000 });
  });

  it('because it or its organisation is connected already says so', async () => {
    const org = customer();
    const first = await issueKey({ provider: 'openai', org });
    await connected(user, 'openai', first);
    for (const [key, sentence] of [
      [first, /This very key is connected already/],
      [await issueKey({ provider: 'openai', org }), /The OpenAI organisation behind this key is connected already/],
    ] as const) {
      const page = await connectPage(visit, 'openai');
      await handOver(page, key);
      await status(page).getByText(sentence).waitFor({ timeout: 60_000 });
    }
  });

  it('left no complaint in the browser', () => {
    expect(visit.complaints).toEqual([]);
  });
});
