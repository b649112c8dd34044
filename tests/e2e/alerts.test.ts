/**
 * Budgets and alerts in a real browser, against the worker, the mailbox and the simulated providers: a budget set on the
 * page warns by one mail, whose link leads to it; what became of every mail is shown; and viewers only look.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatMoney } from '#app/_components/figure-format.ts';
import { addDays, dayOf, firstOfMonth } from '#lib/day.ts';
import { MAIL_SENTENCES } from '#lib/email/codes.ts';
import { Money } from '#lib/money.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { askSyncNow, eventually, handIn, requestEnded, runsEnded } from '#tests/support/connected.ts';
import type { Connecting } from '#tests/support/connected.ts';
import { failMails, healMails, mails, waitForMail } from '#tests/support/mails.ts';
import { accessibilityFindings, sidewaysPixels, stickingOut } from '#tests/support/page-rules.ts';
import type { Visit } from '#tests/support/page-visit.ts';
import { issueKey, simulatedTotals } from '#tests/support/simulator.ts';
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

const usd = (text: string) => Money.parse(text, 'USD');
const shown = (amount: Money) => formatMoney(amount.toDecimal(), 'USD').text;

/** The simulated world stands still, so that what was read is what is asked for afterwards. */
async function stopTheClock(now: Date | null): Promise<void> {
  await fetch(`${stack().simulatorUrl}/_sim/now`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ now: now?.toISOString() ?? null }) });
}

/** The skeleton that comes first has no heading. */
async function ready(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await hydrated(page);
}

async function open(user: TestUser, path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const visit = await openSignedIn(browser, user, options);
  await visit.page.goto(path);
  await ready(visit.page);
  return visit;
}

async function expectGoodPage({ page, complaints }: Visit): Promise<void> {
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await sidewaysPixels(page), (await stickingOut(page)).join(', ')).toBe(0);
  expect(complaints).toEqual([]);
}

/** Mails about alerts; the one that confirmed the address is not among them. */
const alertMails = async (to: string) => (await mails(to)).filter(({ subject }) => /budget|Test:|Resolved|refuses/i.test(subject ?? ''));
const raised = (page: Page) => page.locator('[data-alert]');

const LOOKS: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
];

describe('before there is anything', () => {
  it('leads to the first budget, which proposes nothing that it cannot know', async () => {
    const user = await createUser();
    const visit = await open(user, '/alerts');
    expect(await visit.page.getByText('No budget yet').count()).toBe(1);
    expect(await visit.page.getByText('Nothing was raised yet').count()).toBe(1);
    await expectGoodPage(visit);
    await visit.page.getByRole('link', { name: 'Set the first budget' }).click();
    await visit.page.waitForURL('**/alerts/budgets/new');
    await ready(visit.page);
    expect(await visit.page.getByLabel('Amount (USD)').inputValue()).toBe('');
    expect(await visit.page.getByText('was not read whole').count()).toBe(1);
    await expectGoodPage(visit);
    await visit.close();
  });

  it('refuses what cannot be a budget, beside the field, and keeps what was typed', async () => {
    const user = await createUser();
    const visit = await open(user, '/alerts/budgets/new');
    const { page } = visit;
    await page.getByLabel('Amount (USD)').fill('-5');
    await page.getByLabel('Threshold 2, percent').fill('abc');
    await page.getByRole('button', { name: 'Set the budget' }).click();
    await page.getByText('The amount must be more than zero.').waitFor();
    expect(await page.getByText('Write percents of the budget').count()).toBe(1);
    expect(await page.getByLabel('Amount (USD)').inputValue()).toBe('-5');
    expect(await page.getByLabel('Threshold 2, percent').inputValue()).toBe('abc');
    await expectGoodPage(visit);
    expect((await user.client.from('budgets').select('id')).data).toEqual([]);
    await visit.close();
  });
});

describe('a budget that is crossed', () => {
  let user: TestUser;
  let connection: Connecting;
  let visit: Visit;
  let billed: Money;
  const org = `a${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    const now = new Date();
    await stopTheClock(now);
    user = await createUser();
    connection = await handIn(user, 'anthropic', await issueKey({ provider: 'anthropic', org }), 'Main');
    expect((await requestEnded(connection)).state).toBe('done');
    await runsEnded(connection.connectionId);
    billed = usd((await simulatedTotals({ provider: 'anthropic', org, from: firstOfMonth(dayOf(now)), to: addDays(dayOf(now), 1) })).billed);
    visit = await open(user, '/alerts/budgets/new');
  });
  afterAll(() => visit?.close());

  it('is proposed from last month, with what it would have said of it', async () => {
    const { page } = visit;
    const first = firstOfMonth(dayOf(new Date()));
    const before = await simulatedTotals({ provider: 'anthropic', org, from: firstOfMonth(addDays(first, -1)), to: first });
    const proposed = await page.getByLabel('Amount (USD)').inputValue();
    expect(usd(proposed).compare(usd(before.billed).scale(11n, 10n))).toBeGreaterThanOrEqual(0);
    expect(await page.getByText(`cost ${shown(usd(before.billed))}`).count()).toBe(1);
    // By hand: the first day on which the days so far reach half of it.
    let spent = usd('0');
    const half = before.billedByDay.find(({ amount }) => (spent = spent.plus(usd(amount))).pico * 2n >= usd(proposed).pico);
    expect(await page.locator('[data-preview]').innerText()).toContain(`50% on ${Number(half?.day.slice(8))} `);
    await expectGoodPage(visit);
  });

  it('warns within seconds, once, and shows who was told', async () => {
    const { page } = visit;
    const amount = billed.scale(100n, 84n);
    await page.getByLabel('Name').fill('Research');
    await page.getByLabel('Amount (USD)').fill(amount.toFixedDecimal(2));
    await page.getByRole('button', { name: 'Set the budget' }).click();
    await page.waitForURL('**/alerts#budget-*');
    // It appears without anybody loading the page again.
    await eventually('the alert and its mail', async () => (await raised(page).count()) === 1 && (await raised(page).innerText()).includes('sent'));
    const text = await raised(page).innerText();
    expect(text).toMatch(/Research passed 80% of its \w+ \d{4} budget/);
    expect(text).toContain(`${shown(billed)} of ${shown(usd(amount.toFixedDecimal(2)))}`);
    expect(text).toContain('50% passed at the same time, without a mail of its own.');
    expect(text).toContain(user.email);
    const gauge = page.locator('[data-budget]');
    expect(await gauge.innerText()).toContain('Passed 80%.');
    expect(await gauge.getByRole('meter').getAttribute('aria-valuetext')).toMatch(/^(83\.9|84)% of the budget$/);
    await raised(page).getByText('What it is made of').click();
    expect(await raised(page).innerText()).toContain('A threshold is reached by its exact amount or more');
    await expectGoodPage(visit);
  });

  it('is told by one mail, however often it is looked at again', async () => {
    expect(await alertMails(user.email)).toHaveLength(1);
    const request = await askSyncNow(user, connection.connectionId);
    await requestEnded({ requestId: request });
    await runsEnded(connection.connectionId);
    await user.client.from('budgets').update({ name: 'Research and evals' }).eq('org_id', user.orgId);
    // All budgets are looked at together: once the second one has spoken, the first was looked at again as well.
    const { data: second } = await user.client.from('budgets').insert({ org_id: user.orgId, name: 'Second', amount: '0.01' }).select('id').single();
    await waitForMail(user.email, ({ subject }) => subject?.startsWith('Second ') ?? false);
    expect((await alertMails(user.email)).filter(({ subject }) => subject?.startsWith('Research'))).toHaveLength(1);
    await stack().admin.query('delete from public.budgets where id = $1', [second?.id]);
    await stack().admin.query('delete from public.alert_events where budget_id = $1', [second?.id]);
    const { rows } = await stack().admin.query<{ n: number }>(`select count(*)::int as n from public.alert_events where org_id = $1 and message`, [user.orgId]);
    expect(rows[0]?.n).toBe(1);
  });

  it('is where the link of the mail leads: marked, in sight, and under the keyboard', async () => {
    const mail = (await alertMails(user.email)).find(({ subject }) => subject?.startsWith('Research'));
    const link = /href="([^"]*\/alerts#budget-[^"]+)"/.exec(mail?.html ?? '')?.[1]?.replaceAll('&amp;', '&');
    expect(link?.startsWith(`${stack().appUrl}/alerts#budget-`)).toBe(true);
    for (const [, options] of LOOKS) {
      const fromMail = await openSignedIn(browser, user, { ...options, viewport: { width: options.viewport?.width ?? 1280, height: 500 } });
      await fromMail.page.goto(link ?? '');
      const marked = fromMail.page.locator('[data-budget][data-target]');
      await marked.waitFor();
      const box = await marked.boundingBox();
      expect(box && box.y + box.height > 0 && box.y < 500).toBe(true);
      expect(await marked.evaluate((element) => element === document.activeElement)).toBe(true);
      await fromMail.close();
    }
  });

  it('can be read without a finding in every look', async () => {
    for (const [name, options] of LOOKS) {
      const look = await open(user, '/alerts', options);
      expect(await raised(look.page).count(), name).toBe(1);
      await expectGoodPage(look);
      await look.close();
    }
  });

  it('is cleared without a mail when its amount is raised, and its story stays when it is deleted', async () => {
    const { page } = visit;
    await page.goto('/alerts');
    await ready(page);
    await page.getByRole('link', { name: 'Edit Research and evals' }).click();
    await page.waitForURL('**/alerts/budgets/*');
    await ready(page);
    await page.getByLabel('Amount (USD)').fill(billed.scale(10n, 1n).toFixedDecimal(2));
    await page.getByRole('button', { name: 'Save the budget' }).click();
    await page.waitForURL('**/alerts#budget-*');
    await eventually('the end of the alert', async () => (await raised(page).innerText()).includes('Cleared'));
    expect(await page.locator('[data-budget]').innerText()).toContain('On track');

    await page.getByRole('link', { name: 'Edit Research and evals' }).click();
    await page.waitForURL('**/alerts/budgets/*');
    await ready(page);
    await page.getByRole('button', { name: 'Delete' }).click();
    await expectGoodPage(visit);
    await page.getByRole('button', { name: 'Delete the budget' }).click();
    await page.waitForURL('**/alerts');
    await page.getByText('No budget yet').waitFor();
    expect(await raised(page).innerText()).toMatch(/Research passed 80% of its/);
    expect((await alertMails(user.email)).filter(({ subject }) => subject?.startsWith('Research'))).toHaveLength(1);
  });
});

describe('a test alert', () => {
  it('is asked for by a button, shown on its way, and arrives once', async () => {
    const user = await createUser();
    const visit = await open(user, '/alerts');
    const { page } = visit;
    await page.getByRole('button', { name: 'Send a test alert' }).click();
    await page.getByText(`To ${user.email}: sent.`).waitFor({ timeout: 60_000 });
    expect(await raised(page).innerText()).toContain('Nothing was crossed and nothing is wrong.');
    expect((await alertMails(user.email)).map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Test: /)]);
    await expectGoodPage(visit);
    await visit.close();
  });

  it.each([
    ['rate_limited', 'mail_rate_limited', /not sent yet, 1 try, next try in/],
    ['refuse', 'mail_refused', /not delivered[\s\S]*It will not be tried again\./],
  ] as const)('that meets "%s" says why, and whether it is tried again', async (behaviour, code, words) => {
    const user = await createUser();
    await failMails({ to: user.email, behaviour, retryAfterSeconds: 600 });
    try {
      const visit = await open(user, '/alerts');
      const { page } = visit;
      await page.getByRole('button', { name: 'Send a test alert' }).click();
      await page.getByText(MAIL_SENTENCES[code]).first().waitFor({ timeout: 60_000 });
      expect(await page.locator('[data-delivery]').innerText()).toMatch(words);
      expect(await alertMails(user.email)).toEqual([]);
      await expectGoodPage(visit);
      await visit.close();
    } finally {
      await healMails(user.email);
    }
  });
});

describe('a long list', () => {
  it('is turned page by page, with every alert on one of them', async () => {
    const user = await createUser();
    await stack().admin.query(
      `insert into public.alert_events (org_id, rule, scope, period_start, threshold, kind, message, state, facts, raised_at)
       select $1, 'test', 'user', 'epoch', gen_random_uuid()::text, 'test', true, 'resolved', '{}', date_trunc('minute', now()) - (n / 3) * interval '1 minute' from generate_series(1, 95) n`,
      [user.orgId],
    );
    const visit = await open(user, '/alerts');
    const { page } = visit;
    const ids = new Set<string>();
    for (let pageNumber = 1; ; pageNumber += 1) {
      const here = await raised(page).evaluateAll((items) => items.map(({ id }) => id));
      for (const id of here) {
        expect(ids.has(id)).toBe(false);
        ids.add(id);
      }
      const older = page.getByRole('link', { name: 'Older' });
      if ((await older.count()) === 0) {
        expect(pageNumber).toBe(3);
        break;
      }
      const address = page.url();
      await older.click();
      await page.waitForURL((url) => url.href !== address);
      await eventually('the next page', async () => !(await raised(page).evaluateAll((items) => items.map(({ id }) => id))).some((id) => here.includes(id)));
    }
    expect(ids.size).toBe(95);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.waitForURL('**/alerts');
    await visit.close();
  });
});

describe('who may do what', () => {
  it('leaves a viewer with everything to read and nothing to press', async () => {
    const [owner, viewer] = await Promise.all([createUser(), createUser()]);
    await stack().admin.query('delete from public.memberships where user_id = $1', [viewer.id]);
    await addMember(owner.orgId, viewer.id, 'viewer');
    const { data } = await owner.client.from('budgets').insert({ org_id: owner.orgId, name: 'Everything', amount: '100' }).select('id').single();
    const visit = await open(viewer, '/alerts');
    const { page } = visit;
    expect(await page.locator('[data-budget]').innerText()).toContain('Unknown, of $100.00');
    for (const name of ['New budget', 'Edit Everything']) expect(await page.getByRole('link', { name }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Send a test alert' }).count()).toBe(0);
    await expectGoodPage(visit);
    for (const path of ['/alerts/budgets/new', `/alerts/budgets/${data?.id}`]) {
      await page.goto(path);
      expect(new URL(page.url()).pathname).toBe('/alerts');
    }
    await visit.close();
  });

  it('answers for another organisation’s budget as for none', async () => {
    const [mine, others] = await Promise.all([createUser(), createUser()]);
    const { data } = await others.client.from('budgets').insert({ org_id: others.orgId, name: 'Theirs', amount: '100' }).select('id').single();
    const visit = await openSignedIn(browser, mine);
    for (const id of [String(data?.id), randomUUID(), 'nothing']) expect((await visit.page.goto(`/alerts/budgets/${id}`))?.status()).toBe(404);
    expect(await visit.page.content()).not.toContain('Theirs');
    await visit.close();
  });
});
