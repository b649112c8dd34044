/**
 * The page people open every morning, in a real browser, on figures that the simulated providers add up by themselves:
 * every amount on it equals theirs, and what nobody answered for is never a zero.
 */
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatMoney } from '#app/_components/figure-format.ts';
import { addDays, addMonths, dayOf, eachDay, firstOfMonth } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { eventually, handIn, requestEnded, runsEnded } from '#tests/support/connected.ts';
import { accessibilityFindings, sidewaysPixels, stickingOut } from '#tests/support/page-rules.ts';
import type { Visit } from '#tests/support/page-visit.ts';
import { behave, issueKey, misbehave, simulatedTotals } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { addMember } from '#tests/support/tenant-rows.ts';
import { createUser } from '#tests/support/users.ts';
import type { TestUser } from '#tests/support/users.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await stopTheClock(null);
  await browser?.close();
});

const PROVIDERS: readonly ProviderName[] = ['openai', 'anthropic'];
const customer = () => `o${randomBytes(6).toString('hex')}`;
const usd = (text: string) => Money.parse(text, 'USD');
const shown = (amount: Money) => formatMoney(amount.toDecimal(), 'USD').text;
const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total.plus(usd(amount)), usd('0'));

/** The simulated world stands still, so that what was read is what is asked for afterwards. */
async function stopTheClock(now: Date | null): Promise<void> {
  await fetch(`${stack().simulatorUrl}/_sim/now`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ now: now?.toISOString() ?? null }) });
}

async function connect(user: TestUser, provider: ProviderName, org: string): Promise<void> {
  const handed = await handIn(user, provider, await issueKey({ provider, org }), `${provider} of ${org}`);
  expect((await requestEnded(handed)).state).toBe('done');
  await runsEnded(handed.connectionId);
}

async function overview(visit: Visit, query = ''): Promise<Page> {
  await visit.page.goto(`/overview${query}`);
  // The skeleton that comes first has no heading.
  await visit.page.getByRole('heading', { level: 1 }).waitFor();
  await hydrated(visit.page);
  return visit.page;
}

/** The exact amount behind a figure: the page shows cents and keeps every digit. */
const exactly = (page: Page, selector: string): Promise<string | null> => page.locator(`${selector} data`).first().getAttribute('value');

async function expectGoodPage({ page, complaints }: Visit): Promise<void> {
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await sidewaysPixels(page), (await stickingOut(page)).join(', ')).toBe(0);
  expect(complaints).toEqual([]);
}

const LOOKS: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
];

describe('before anything is connected', () => {
  it('leads to the connections, and makes up no figure', async () => {
    const user = await createUser();
    for (const [, options] of LOOKS) {
      const visit = await openSignedIn(browser, user, options);
      const page = await overview(visit);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Overview');
      expect(await page.locator('main').innerText()).not.toMatch(/\$\d/);
      await expectGoodPage(visit);
      await page.getByRole('link', { name: 'Connect the first key' }).click();
      await page.waitForURL('**/settings/connections');
      await visit.close();
    }
  });

  it('tells a viewer whom to ask', async () => {
    const [owner, viewer] = await Promise.all([createUser(), createUser()]);
    await stack().admin.query('delete from public.memberships where user_id = $1', [viewer.id]);
    await addMember(owner.orgId, viewer.id, 'viewer');
    const visit = await openSignedIn(browser, viewer);
    const page = await overview(visit);
    expect(await page.getByText('Ask an owner or an admin').count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Connect the first key' }).count()).toBe(0);
    await visit.close();
  });
});

describe('with both providers connected', () => {
  let user: TestUser;
  const org = customer();
  let today: Day;
  const totals = (provider: ProviderName, from: Day, to: Day) => simulatedTotals({ provider, org, from, to });

  beforeAll(async () => {
    const now = new Date();
    today = dayOf(now);
    await stopTheClock(now);
    user = await createUser();
    await Promise.all(PROVIDERS.map((provider) => connect(user, provider, org)));
  });

  it('shows this month to the cent: the whole, each provider, last month to the same day', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    const [first, tomorrow] = [firstOfMonth(today), addDays(today, 1)];
    const billed = await Promise.all(PROVIDERS.map(async (provider) => (await totals(provider, first, tomorrow)).billed));
    expect(sum(billed).isZero()).toBe(false);
    expect(await exactly(page, '[data-figure="month-billed"]')).toBe(sum(billed).toDecimal());
    expect(await page.locator('[data-figure="month-billed"]').innerText()).toBe(shown(sum(billed)));
    for (const [i, provider] of PROVIDERS.entries()) expect(await exactly(page, `[data-provider="${provider}"] [data-figure="provider-billed"]`)).toBe(usd(billed[i] ?? '').toDecimal());

    // Complete days only, and as many of the month before.
    const days = Math.min(eachDay(first, today).length, eachDay(addMonths(first, -1), first).length);
    if (days > 0) {
      const between = async (from: Day) => sum(await Promise.all(PROVIDERS.map(async (provider) => (await totals(provider, from, addDays(from, days))).billed)));
      const [now, before] = [await between(first), await between(addMonths(first, -1))];
      const difference = now.minus(before);
      const text = await page.locator('section', { hasText: 'Billed so far' }).first().innerText();
      expect(text).toContain(shown(difference).replace('−', ''));
      expect(text).toContain(shown(before));
      expect(text).toContain(difference.isNegative() ? 'less in' : 'more in');
    }
    await visit.close();
  });

  it('keeps what a provider estimates beside the bill, never in it', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    const { rows } = await stack().admin.query<{ amount: string }>(
      `select trim_scale(sum(amount))::text as amount from metering.daily_spend where org_id = $1 and kind = 'estimated' and day >= $2 and day <= $3`,
      [user.orgId, firstOfMonth(today), today],
    );
    expect(usd(rows[0]?.amount ?? '0').isZero()).toBe(false);
    expect(await exactly(page, '[data-figure="estimated"]')).toBe(rows[0]?.amount);
    expect(await page.getByText('Not added').count()).toBe(1);
    await visit.close();
  });

  it.each([
    ['', (day: Day) => firstOfMonth(day)],
    ['?span=30d', (day: Day) => addDays(day, -29)],
    ['?span=90d', (day: Day) => addDays(day, -89)],
  ])('shows every day of %s as the providers billed it, in the chart’s table', async (query, firstDay) => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit, query);
    const [from, to] = [firstDay(today), addDays(today, 1)];
    const truth = await Promise.all(PROVIDERS.map((provider) => totals(provider, from, to)));
    expect(await exactly(page, '[data-figure="span-billed"]')).toBe(sum(truth.map(({ billed }) => billed)).toDecimal());

    await page.getByText('Show as a table').click();
    const table = page.getByRole('region', { name: /^Billed per day/ });
    const rows = (await table.locator('tbody tr').all()).length;
    expect(rows).toBe(eachDay(from, to).length);
    const cells = await table.locator('tbody tr').evaluateAll((trs) => trs.map((tr) => [...tr.querySelectorAll('td')].map((td) => td.textContent)));
    const expected = eachDay(from, to).toReversed().map((day) => {
      const amounts = truth.map(({ billedByDay }) => usd(billedByDay.find((known) => known.day === day)?.amount ?? '0'));
      return [...amounts, sum(amounts.map((amount) => amount.toDecimal()))].map(shown);
    });
    expect(cells).toEqual(expected);
    const totalRow = await table.locator('tfoot td').allTextContents();
    expect(totalRow).toEqual([...truth.map(({ billed }) => usd(billed)), sum(truth.map(({ billed }) => billed))].map(shown));
    await visit.close();
  });

  it('names what cost most, with the amounts that the providers know', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    const truth = await Promise.all(PROVIDERS.map((provider) => totals(provider, firstOfMonth(today), addDays(today, 1))));
    const highest = (amounts: readonly string[]) => amounts.map(usd).sort((a, b) => b.compare(a)).slice(0, 7).map((amount) => amount.toDecimal());
    const listed = (what: string) => page.locator(`[data-list="${what}"] > li > div:first-child data`).evaluateAll((figures) => figures.map((figure) => (figure as HTMLDataElement).value));
    expect(await listed('projects')).toEqual(highest(truth.flatMap(({ billedByProject }) => billedByProject.map(({ amount }) => amount))));
    // Reserved capacity is paid whether a model is used or not, so it is tied to none.
    const byModel = truth.flatMap(({ billedRows }) => {
      const models = Map.groupBy(billedRows, ({ model, item }) => (item.startsWith('Scale Tier') ? null : model));
      return [...models.values()].map((rows) => sum(rows.map(({ amount }) => amount)).toDecimal());
    });
    expect(await listed('models')).toEqual(highest(byModel));
    // Names, not ids.
    const names = await page.locator('[data-list="projects"] > li').evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.name ?? ''));
    expect(names).toHaveLength(7);
    expect(names.filter((name) => /^(proj|wrkspc)_/.test(name))).toEqual([]);
    await visit.close();
  });

  it('says where the month will end, as an estimate between two bounds', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    const section = page.locator('section', { hasText: 'Billed so far' }).first();
    expect(await section.getByText('Estimated', { exact: true }).first().isVisible()).toBe(true);
    expect(await section.innerText()).toMatch(/Between \$[\d,]+ and \$[\d,]+/);
    expect(await page.locator('[data-figure="month-end"]').innerText()).toMatch(/^\$[\d,]+ by \d+ \w{3}$/);
    await visit.close();
  });

  it('tells a day’s amounts to a mouse and to the arrow keys', async () => {
    const visit = await openSignedIn(browser, user, { viewport: { width: 1280, height: 1600 } });
    const page = await overview(visit, '?span=30d');
    const plot = page.locator('svg.recharts-surface[role="application"]');
    await plot.waitFor();
    const day = addDays(today, -29);
    const amounts = await Promise.all(PROVIDERS.map(async (provider) => usd((await totals(provider, day, addDays(day, 1))).billed)));
    await plot.focus();
    const tooltip = page.locator('.recharts-tooltip-wrapper');
    await eventually('the tooltip of the first day', async () => {
      await page.keyboard.press('ArrowLeft');
      return (await tooltip.innerText()).includes(shown(sum(amounts.map((amount) => amount.toDecimal()))));
    });
    for (const amount of amounts) expect(await tooltip.innerText()).toContain(shown(amount));
    await page.keyboard.press('ArrowRight');
    const second = addDays(day, 1);
    const next = await Promise.all(PROVIDERS.map(async (provider) => (await totals(provider, second, addDays(second, 1))).billed));
    await eventually('the tooltip of the second day', async () => (await tooltip.innerText()).includes(shown(sum(next))));
    const box = await plot.boundingBox();
    if (!box) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await eventually('another day under the mouse', async () => !(await tooltip.innerText()).includes(shown(sum(next))));
    await visit.close();
  });

  it('keeps the choice of days in the address, reachable by a link and by the back button', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    await page.getByRole('link', { name: '90 days' }).click();
    await page.waitForURL('**/overview?span=90d');
    await eventually('the longer table', async () => (await page.locator('table tbody tr').count()) >= 90);
    expect(await page.getByRole('link', { name: '90 days' }).getAttribute('aria-current')).toBe('true');
    await page.goBack();
    await page.waitForURL('**/overview');
    await visit.close();
  });

  it('says how fresh each source is', async () => {
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    const sources = page.locator('[data-source]');
    expect(await sources.count()).toBe(2);
    for (const source of await sources.all()) expect(await source.innerText()).toMatch(/Healthy[\s\S]*Data through .*, next read in \d+ (hours?|minutes?)/);
    await visit.close();
  });

  it.each(LOOKS)('is without a finding in %s: accessible, within its width, and still while it loads', async (_name, options) => {
    const visit = await openSignedIn(browser, user, options);
    await visit.page.addInitScript(() => {
      const seen = window as unknown as { shifted: number };
      seen.shifted = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.shifted += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await overview(visit);
    await page.locator('svg.recharts-surface[role="application"]').waitFor();
    await page.getByText('Show as a table').click();
    await expectGoodPage(visit);
    expect(await page.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBeLessThan(0.05);
    await visit.close();
  });
});

describe('while the first days are read', () => {
  it('shows how far it is and what is known, marks the rest unknown, and goes on by itself', async () => {
    const [user, org] = [await createUser(), customer()];
    const key = await issueKey({ provider: 'openai', org });
    // The newest part comes soon; the older ones take until the test has looked.
    const slow = await misbehave(key, { kind: 'delay', ms: 6_000, path: '/organization/costs', skip: 2 });
    const handed = await handIn(user, 'openai', key);
    expect((await requestEnded(handed)).state).toBe('done');
    const visit = await openSignedIn(browser, user);
    await eventually('a part that is read', async () => {
      const { rows } = await stack().admin.query(`select 1 from public.sync_runs where connection_id = $1 and state = 'done'`, [handed.connectionId]);
      return rows.length > 0;
    });
    const page = await overview(visit, '?span=90d');
    expect(await page.getByText('Reading history, newest days first').count()).toBe(1);
    expect(await page.getByRole('progressbar').count()).toBeGreaterThan(0);
    expect(await page.getByText('Unknown: not answered for yet').count()).toBe(1);
    const now = await exactly(page, '[data-figure="span-billed"]');
    await page.getByText('Show as a table').click();
    expect(await page.getByRole('region', { name: /^Billed per day/ }).locator('tbody tr').last().innerText()).toContain('Unknown');
    await behave(key, slow);
    await runsEnded(handed.connectionId);
    await eventually('the whole history without a reload', async () => (await page.getByText('Reading history').count()) === 0 && (await page.getByText('Unknown: not answered for yet').count()) === 0);
    const whole = await exactly(page, '[data-figure="span-billed"]');
    expect(usd(whole ?? '0').compare(usd(now ?? '0'))).toBe(1);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });
});

describe('when something is missing', () => {
  it('names a source that cannot be seen, and what the figures lack', async () => {
    const [user, org] = [await createUser(), customer()];
    await connect(user, 'openai', org);
    await user.client.from('connections').update({ paused: true }).eq('org_id', user.orgId);
    await stack().admin.query(`delete from metering.coverage where org_id = $1 and day = $2`, [user.orgId, dayOf(new Date())]);
    const visit = await openSignedIn(browser, user);
    const page = await overview(visit);
    expect(await page.locator('[data-blind]').innerText()).toMatch(/is unknown since .* UTC\. It is paused\. What it spent after that is in none of these figures\./);
    expect(await page.getByText('1 day unknown').count()).toBe(1);
    expect(await page.locator('[data-source]').innerText()).toContain('Paused');
    await expectGoodPage(visit);
    await visit.close();
  });

  it('shows a part’s error in its place, keeps the others, and tries again on request', async () => {
    const [user, org] = [await createUser(), customer()];
    await connect(user, 'openai', org);
    const visit = await openSignedIn(browser, user);
    await stack().admin.query('alter function public.token_totals(uuid, date, date) rename to token_totals_away');
    let page: Page;
    try {
      page = await overview(visit);
      expect(await page.getByText('Tokens could not be loaded').count()).toBe(1);
      expect(await page.locator('[data-figure="month-billed"] data').count()).toBe(1);
      await expectGoodPage(visit);
    } finally {
      await stack().admin.query('alter function public.token_totals_away(uuid, date, date) rename to token_totals');
    }
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Tokens by provider' }).waitFor();
    expect(await page.getByText('Tokens could not be loaded').count()).toBe(0);
    await visit.close();
  });
});
