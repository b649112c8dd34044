/** What every page must be, whoever looks at it and however: no finding of axe, no violation, nothing sideways, usable by keyboard. */
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { routeOf } from '#tests/support/built-actions.ts';
import { connected, eventually, handIn, requestEnded } from '#tests/support/connected.ts';
import { accessibilityFindings, sidewaysPixels, stickingOut } from '#tests/support/page-rules.ts';
import { openVisit, type Visit } from '#tests/support/page-visit.ts';
import { issueKey } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

const PHONE = { width: 390, height: 844 };
/** As narrow as a page may be asked to get: a desk at 400 %. */
const NARROWEST = { width: 320, height: 640 };
const DESK = { width: 1280, height: 900 };

let browser: Browser;
let people: Record<'busy' | 'new', TestUser>;
let ids: Record<'connection' | 'refused' | 'budget', string>;

/** Somebody with everything there is to show: two sources with 90 days, a refused key, a budget that was crossed, mails. */
async function busyUser(): Promise<TestUser> {
  const user = await createUser();
  const org = `p${randomBytes(6).toString('hex')}`;
  const [openai, , refused] = await Promise.all([
    issueKey({ provider: 'openai', org }).then((key) => connected(user, 'openai', key)),
    issueKey({ provider: 'anthropic', org }).then((key) => connected(user, 'anthropic', key)),
    handIn(user, 'openai', `sk-admin-${randomBytes(48).toString('base64url')}`, 'A key with a rather long name, so that something has to give way'),
  ]);
  await requestEnded(refused);
  const budgets = await user.client.from('budgets').insert([{ org_id: user.orgId, name: 'All AI spend', amount: '10' }, { org_id: user.orgId, name: 'Far away', amount: '999999999' }]).select('id');
  if (budgets.error) throw budgets.error;
  await eventually('an alert', async () => (await stack().admin.query('select 1 from public.alert_events where org_id = $1', [user.orgId])).rowCount);
  ids = { connection: openai.connectionId, refused: refused.connectionId, budget: String((budgets.data[0] as { id: string } | undefined)?.id) };
  return user;
}

beforeAll(async () => {
  const [launched, busy, fresh] = await Promise.all([launchBrowser(), busyUser(), createUser()]);
  browser = launched;
  people = { busy, new: fresh };
});
afterAll(() => browser?.close());

interface Sight {
  readonly path: () => string;
  readonly route: string;
  readonly who: 'nobody' | keyof typeof people;
  readonly status?: number;
  /** For what is not in the address. */
  readonly cookies?: Record<string, string>;
}

const token = 'ab'.repeat(28);
const proof = Buffer.from(JSON.stringify(['a.b.c', 'refresh'])).toString('base64url');
const sight = (route: string, who: Sight['who'] = 'nobody', path: () => string = () => route, more: Partial<Sight> = {}): Sight => ({ route, who, path, ...more });

const SIGHTS: readonly Sight[] = [
  sight('/'),
  sight('/', 'busy'),
  sight('/sign-in'),
  sight('/sign-in', 'nobody', () => '/sign-in?notice=confirmed'),
  sight('/sign-in', 'nobody', () => '/sign-in?next=%2Falerts'),
  sight('/sign-up'),
  sight('/forgot-password'),
  sight('/check-mail'),
  sight('/check-mail', 'nobody', () => '/check-mail?for=reset'),
  sight('/auth/confirm'),
  sight('/auth/confirm', 'nobody', () => `/auth/confirm?type=signup&token_hash=${token}`),
  sight('/auth/confirm', 'nobody', () => `/auth/confirm?type=recovery&token_hash=${token}`),
  sight('/reset-password'),
  sight('/reset-password', 'nobody', () => '/reset-password', { cookies: { 'km-reset': proof } }),
  sight('/no-organisation'),
  sight('/nowhere', 'nobody', () => '/nowhere', { status: 404 }),
  ...(['busy', 'new'] as const).flatMap((who) => [
    sight('/overview', who),
    sight('/alerts', who),
    sight('/alerts/budgets/new', who),
    sight('/settings/connections', who),
    sight('/settings/connections/new/[provider]', who, () => '/settings/connections/new/openai'),
    sight('/settings/security', who),
    sight('/settings/security/entries', who),
  ]),
  sight('/settings/connections/new/[provider]', 'busy', () => '/settings/connections/new/anthropic'),
  sight('/settings/connections/[id]', 'busy', () => `/settings/connections/${ids.connection}`),
  sight('/settings/connections/[id]', 'busy', () => `/settings/connections/${ids.refused}`),
  sight('/settings/connections/[id]', 'busy', () => `/settings/connections/${token}`, { status: 404 }),
  sight('/settings/connections/[id]/replace', 'busy', () => `/settings/connections/${ids.connection}/replace`),
  sight('/alerts/budgets/[budgetId]', 'busy', () => `/alerts/budgets/${ids.budget}`),
];
const named = SIGHTS.map((seen, at) => [`${seen.route} (${seen.who}, ${at})`, seen] as const);

/** The page, hydrated and at rest. */
async function see({ who, path, status = 200, cookies = {} }: Sight, viewport: { width: number; height: number }): Promise<Visit> {
  const options = { viewport, reducedMotion: 'reduce' } as const;
  const visit = who === 'nobody' ? await openVisit(browser, options) : await openSignedIn(browser, people[who], options);
  await visit.context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: stack().appUrl })));
  await visit.page.addInitScript(watchShifts);
  const answer = await visit.page.goto(path(), { waitUntil: 'load' });
  expect(answer?.status()).toBe(status);
  await hydrated(visit.page);
  await visit.page.evaluate(() => document.fonts.ready.then(() => true));
  return visit;
}

/** Runs in the page: adds up what moved by itself, as browsers score it. */
function watchShifts(): void {
  const moved = { score: 0 };
  Object.assign(window, { moved });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) if (!entry.hadRecentInput) moved.score += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
const shiftsOf = (page: Page) => page.evaluate(() => (window as unknown as { moved: { score: number } }).moved.score);

/** A 404 is an error to the console, by the browser's own hand. */
const complaintsOf = ({ complaints }: Visit, { status = 200 }: Sight) => complaints.filter((text) => status === 200 || !/Failed to load resource.*404/.test(text));
const toElsewhere = ({ sent }: Visit) => sent.map((request) => request.split(' ')[1] ?? '').filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(`${stack().appUrl}/`));

const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
/** The device goes dark, and the page with it. */
async function darken(page: Page): Promise<void> {
  const light = await paper(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction((before) => getComputedStyle(document.documentElement).backgroundColor !== before, light);
}

/** Charts follow a changed width a moment later. */
async function expectToFit(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth, undefined, { timeout: 5_000 }).catch(() => {});
  const pixels = await sidewaysPixels(page);
  expect([pixels, pixels > 0 ? await stickingOut(page) : []]).toEqual([0, []]);
}

describe('the list of pages', () => {
  it('holds every page there is', () => {
    const routes = globSync('app/**/page.tsx', { cwd: CHECKOUT }).map(routeOf);
    expect(routes.length).toBeGreaterThan(12);
    const seen = new Set(SIGHTS.map(({ route }) => route));
    expect(routes.filter((route) => !seen.has(route))).toEqual([]);
  });
});

describe.concurrent('a page', () => {
  it.each(named)('%s: axe finds nothing, nothing breaks the policy, it fits a phone and a desk, and the focus is always seen', async (_name, seen) => {
    const visit = await see(seen, PHONE);
    const { page, context } = visit;
    // What browsers call good ends at 0.1; fonts that arrive late move a line by a hair.
    expect(await shiftsOf(page)).toBeLessThan(0.05);
    await expectToFit(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await lostFocus(page)).toEqual([]);
    await page.setViewportSize(NARROWEST);
    await expectToFit(page);

    await page.setViewportSize(DESK);
    await expectToFit(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    await darken(page);
    expect(await accessibilityFindings(page, 'colours')).toEqual([]);

    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.title()).toMatch(/Keymeter/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(toElsewhere(visit)).toEqual([]);
    expect(complaintsOf(visit, seen)).toEqual([]);
    await context.close();
  });
});

/** Goes through the page by Tab; every stop that shows no ring, lies outside of the view, or behind something else. */
async function lostFocus(page: Page, most = 80): Promise<string[]> {
  const lost: string[] = [];
  const seen = new Set<string>();
  // From the top, wherever a field took the focus by itself.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      element.setAttribute('data-stop', element.getAttribute('data-stop') ?? String(document.querySelectorAll('[data-stop]').length));
      const box = element.getBoundingClientRect();
      // A field may leave its ring to the box around it.
      const ring = [element, element.parentElement].some((holder) => {
        const style = holder ? getComputedStyle(holder) : null;
        return style && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
      });
      // Seen where at least one of nine points of it lies in the view with nothing else on top.
      const visible = [0.1, 0.5, 0.9].some((across) =>
        [0.1, 0.5, 0.9].some((down) => {
          const on = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
          return on !== null && (element.contains(on) || [...((element as HTMLInputElement).labels ?? [])].some((label) => label.contains(on)));
        }),
      );
      return { id: element.getAttribute('data-stop') ?? '', name: `${element.tagName.toLowerCase()} "${element.textContent?.trim().slice(0, 40) || element.getAttribute('name') || element.getAttribute('aria-label')}"`, ring, visible };
    });
    if (!at || seen.has(at.id)) break;
    seen.add(at.id);
    if (!at.ring) lost.push(`no ring: ${at.name}`);
    if (!at.visible) lost.push(`not to be seen: ${at.name}`);
  }
  return seen.size > 0 ? lost : ['nothing takes the focus'];
}

describe('by keyboard', () => {
  it('the first stop skips to the content, past the navigation', async () => {
    const { page, context } = await see(sight('/settings/connections', 'busy'), DESK);
    await page.keyboard.press('Tab');
    const link = page.getByRole('link', { name: 'Skip to content' });
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await link.boundingBox())?.height).toBeGreaterThan(20);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
    await context.close();
  });

  it('the account menu opens, is without findings, and Escape closes it and gives the focus back', async () => {
    const { page, context } = await see(sight('/settings/security', 'busy'), PHONE);
    const menu = page.locator('header summary');
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await sidewaysPixels(page)).toBe(0);
    await darken(page);
    expect(await accessibilityFindings(page, 'colours')).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).focus();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
    expect(await menu.evaluate((element) => element === document.activeElement)).toBe(true);
    await context.close();
  });

  it('every dialog of a connection holds the focus, is without findings, and gives it back', async () => {
    const { page, context } = await see(sight('/settings/connections/[id]', 'busy', () => `/settings/connections/${ids.connection}`), PHONE);
    const openers = page.locator('button[aria-haspopup=dialog]');
    expect(await openers.count()).toBeGreaterThan(0);
    for (const opener of await openers.all()) {
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      expect(await accessibilityFindings(page)).toEqual([]);
      for (let stop = 0; stop < 12; stop += 1) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement === document.body || document.querySelector('dialog[open]')?.contains(document.activeElement))).toBe(true);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    }
    await context.close();
  });

  it('a refused form takes the focus to what is wrong, and axe finds nothing in it', async () => {
    const { page, context } = await see(sight('/sign-in'), PHONE);
    await page.getByLabel('E-mail').fill('nobody@example.test');
    await page.getByLabel('Password').fill('surely not this one');
    await page.keyboard.press('Enter');
    await page.locator('main [role=alert]').waitFor();
    await page.waitForFunction(() => document.activeElement !== document.body && document.activeElement?.contains(document.querySelector('main [role=alert]')));
    expect(await accessibilityFindings(page)).toEqual([]);
    await darken(page);
    expect(await accessibilityFindings(page, 'colours')).toEqual([]);
    await context.close();
  });
});

describe('the colours', () => {
  it('follow the device, or the person’s choice on every page', async () => {
    const visit = await see(sight('/settings/security', 'new'), DESK);
    const { page, context } = visit;
    const light = await paper(page);
    await darken(page);
    await page.locator('header summary').click();
    await page.getByRole('button', { name: 'Light' }).click();
    await expect.poll(() => paper(page), { timeout: 10_000 }).toBe(light);
    await page.goto('/overview');
    expect(await paper(page)).toBe(light);
    expect(visit.complaints).toEqual([]);
    await context.close();
  });
});
