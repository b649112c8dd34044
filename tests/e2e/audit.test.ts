/** Settings -> Security in a real browser: every opening of every key is there, and nobody sees another's. */
import { createHash, randomBytes } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNoteVerifier } from '#lib/audit/signed-note.ts';
import { openCheckpoint } from '#lib/audit/checkpoint.ts';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { auditOf, connected, eventually, handIn, requestEnded, type Connecting } from '#tests/support/connected.ts';
import { axeFindings, scrollsSideways } from '#tests/support/key-pages.ts';
import type { Visit } from '#tests/support/page-visit.ts';
import { issueKey } from '#tests/support/simulator.ts';
import { stack } from '#tests/support/stack.ts';
import { addMember } from '#tests/support/tenant-rows.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

let browser: Browser;
let user: TestUser;
let good: Connecting;
let visit: Visit;

const customer = () => `a${randomBytes(6).toString('hex')}`;
const open = (who: TestUser, options: BrowserContextOptions = {}) => openSignedIn(browser, who, options);

/** The body rows of the page's table, each as the text of its cells. */
async function rowsOf(page: Page, label: string): Promise<string[][]> {
  await page.getByRole('region', { name: label }).waitFor();
  return page.getByRole('region', { name: label }).locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim())));
}
const openings = (page: Page) => rowsOf(page, 'Openings of keys, newest first');
const entries = (page: Page) => rowsOf(page, 'All entries, newest first');

async function go(path: string): Promise<Page> {
  await visit.page.goto(path);
  await hydrated(visit.page);
  return visit.page;
}

beforeAll(async () => {
  browser = await launchBrowser();
  user = await createUser();
  good = await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org: customer() }));
  const refused = await handIn(user, 'openai', `sk-admin-${randomBytes(36).toString('base64url')}`, 'Wrong one');
  await requestEnded(refused);
  visit = await open(user);
});
afterAll(async () => {
  await visit?.close();
  await browser?.close();
});

describe('openings of keys', () => {
  it('are all there, newest first, with what the trail says of each', async () => {
    const page = await go('/settings/security');
    const shown = await openings(page);
    const attempts = (await auditOf(user.orgId, 'key.open.attempt')).toReversed();
    const outcomes = await auditOf(user.orgId, 'key.open.outcome');
    expect(attempts.length).toBe(5);
    expect(shown).toHaveLength(attempts.length);
    for (const [at, attempt] of attempts.entries()) {
      const outcome = outcomes.find(({ body }) => String(body.attempt) === attempt.seq);
      const [time = '', what = '', ended = '', held = '', calls = '', who = '', seqs = ''] = shown[at] ?? [];
      expect(time).toBe(`${String(attempt.body.at).slice(0, 10)} ${String(attempt.body.at).slice(11, 19)} UTC`);
      expect(what).toContain(attempt.body.purpose === 'backfill' ? 'Read the past' : 'Check a new key');
      expect(what).toContain(String(attempt.body.label));
      expect(ended).toBe(outcome?.body.outcome === 'success' ? 'Success' : 'Failure Key refused');
      expect(held.replaceAll(/[^\d]/g, '').replace(/^0+/, '')).toBe(String(outcome?.body.held_us));
      expect(held).toMatch(/^[\d,]+\.\d{3} ms$/);
      expect(calls).toBe(String(outcome?.body.calls));
      expect(who).toBe(`${String(attempt.body.worker)} ${String(attempt.body.job)}`);
      expect(seqs).toBe(`${attempt.seq} ${outcome?.seq}`);
    }
    expect(shown.filter(([, what, ended]) => what?.includes('Read the past') && ended === 'Success')).toHaveLength(3);
  });

  it('are filtered by connection and outcome, in the address', async () => {
    const page = await go('/settings/security');
    await page.getByLabel('Outcome').selectOption('failure');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL('**/settings/security?*outcome=failure*');
    await eventually('one opening', async () => (await openings(page)).length === 1);
    expect((await openings(page))[0]?.[1]).toContain('Wrong one');
    await page.goto(`/settings/security?connection=${good.connectionId}`);
    expect((await openings(page)).every(([, what]) => what?.includes('anthropic key'))).toBe(true);
    await page.goto(`/settings/security?connection=${good.connectionId}&outcome=failure`);
    await page.getByText('Nothing fits this filter').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await eventually('all openings', async () => (await openings(page)).length === 5);
  });

  it('ignore what is no filter and no entry', async () => {
    const page = await go("/settings/security?connection=nonsense&outcome=1'--&before=abc&after=-1");
    expect(await openings(page)).toHaveLength(5);
  });

  it('are paged to the oldest and back, each once', async () => {
    const member = await createUser();
    const { admin } = stack();
    const one = await connected(member, 'openai', await issueKey({ provider: 'openai', org: customer() }));
    for (let i = 0; i < 120; i++) {
      const { rows } = await admin.query<{ seq: string }>(`select private.worker_begin_opening($1, $2, 'admin_key', 'envelope', 'scheduled_sync', $3, 'test', 60)::text as seq`, [one.orgId, one.connectionId, `job-${i}`]);
      await admin.query(`select private.worker_end_opening($1, $2, 'success', null, $3, 1)`, [one.orgId, rows[0]?.seq, 1000 + i]);
    }
    const attempts = (await auditOf(one.orgId, 'key.open.attempt')).map(({ seq }) => seq).toReversed();
    const other = await open(member);
    const { page } = other;
    await page.goto('/settings/security');
    const seen: string[] = [];
    const pages = Math.ceil(attempts.length / 50);
    expect(await page.getByRole('link', { name: 'Newer' }).count()).toBe(0);
    for (let at = 0; at < pages; at++) {
      const first = attempts[at * 50] ?? '';
      await eventually(`page ${at + 1}`, async () => (await openings(page))[0]?.[6]?.startsWith(`${first} `));
      seen.push(...(await openings(page)).map((cells) => cells[6]?.split(' ')[0] ?? ''));
      if (at < pages - 1) await page.getByRole('link', { name: 'Older' }).click();
    }
    expect(seen).toEqual(attempts);
    expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
    for (let at = 1; at < pages; at++) {
      const before = page.url();
      await page.getByRole('link', { name: 'Newer' }).click();
      await page.waitForURL((url) => url.href !== before);
    }
    await eventually('the newest page', async () => (await openings(page))[0]?.[6]?.startsWith(`${attempts[0]} `));
    expect(await openings(page)).toHaveLength(50);
    expect(await page.getByRole('link', { name: 'Newer' }).count()).toBe(0);
    await other.close();
  });

  it('without an outcome show as unfinished once their lease ended, and are counted', async () => {
    const member = await createUser();
    const one = await connected(member, 'openai', await issueKey({ provider: 'openai', org: customer() }));
    await stack().admin.query(`select private.worker_begin_opening($1, $2, 'admin_key', 'envelope', 'scheduled_sync', 'job', 'a worker that died', 8)`, [one.orgId, one.connectionId]);
    const other = await open(member);
    await other.page.goto('/settings/security');
    await other.page.getByRole('cell', { name: 'Open now' }).waitFor();
    // The page asks again by itself while something is open.
    await other.page.getByText('Its worker ended without a word.').waitFor({ timeout: 20_000 });
    expect((await openings(other.page))[0]).toEqual(expect.arrayContaining(['–', 'a worker that died job']));
    await other.page.getByText('openings whose worker ended without a word, ever').waitFor();
    await other.close();
  });

  it('are measured honestly: the figures say over how many openings, and each is one of those shown', async () => {
    const page = await go('/settings/security');
    const held = (await openings(page)).map((cells) => cells[3]);
    const median = await page.getByText(/^[\d,]+\.\d{3} ms$/).first().innerText();
    expect(held).toContain(median);
    const note = await page.getByText(/95th percentile/).innerText();
    expect(held).toContain(/95th percentile ([\d,.]+ ms)/.exec(note)?.[1]);
    expect(note).toContain('over the 5 of the openings below');
  });
});

describe('all entries', () => {
  it('show the very characters that were hashed: whoever copies them can compute the chain', async () => {
    const page = await go('/settings/security/entries');
    const rows = await entries(page);
    expect(rows.map(([seq]) => seq)).toEqual((await auditOf(user.orgId)).map(({ seq }) => seq).toReversed());
    for (const summary of await page.locator('main summary').all()) await summary.click();
    const bodies = await page.locator('main pre').evaluateAll((elements) => elements.map((element) => element.textContent ?? ''));
    const hashes = await page.locator('main details dd').allInnerTexts();
    let previous = '0'.repeat(64);
    for (const at of rows.keys()) {
      const place = rows.length - 1 - at;
      const hash = createHash('sha256').update(`keymeter.audit.v1\n${user.orgId}\n${rows[place]?.[0]}\n${previous}\n${bodies[place]}\n`).digest('hex');
      expect(hashes.slice(place * 2, place * 2 + 2)).toEqual([previous, hash]);
      previous = hash;
    }
    await page.getByTitle(previous).first().waitFor();
  });

  it('say in words who did what', async () => {
    const rows = await entries(await go('/settings/security/entries'));
    const words = rows.map(([, , what, who]) => `${what} / ${who}`);
    expect(words).toEqual(expect.arrayContaining([`Organisation created / ${user.email}`, `Key handed over for a new connection “anthropic key” at api.anthropic.com / ${user.email}`]));
    expect(words).toContainEqual(expect.stringMatching(/^Pasted key refused and destroyed key_rejected \/ The worker$/));
    expect(words).toContainEqual(expect.stringMatching(/^Key accepted and encrypted sk-ant-admin01-….{4} \/ The worker$/));
  });

  it('carry the newest checkpoint, which the shown public key verifies', async () => {
    const page = await go('/settings/security');
    await eventually('a checkpoint', async () => {
      await page.reload();
      return (await page.getByRole('button', { name: 'Copy the checkpoint' }).count()) === 1;
    });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the checkpoint' }).click();
    const note = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy the key' }).click();
    const publicKey = await page.evaluate(() => navigator.clipboard.readText());
    const checkpoint = openCheckpoint(readNoteVerifier(publicKey), note);
    expect(checkpoint?.org).toBe(user.orgId);
    await page.getByText(`Up to entry ${checkpoint?.seq}`).waitFor();
  });
});

describe('who may look', () => {
  it('is every member of the organisation, viewers too, and nobody else', async () => {
    const viewer = await createUser();
    await addMember(user.orgId, viewer.id, 'viewer');
    await stack().admin.query('delete from public.memberships where user_id = $1 and org_id = $2', [viewer.id, viewer.orgId]);
    const member = await open(viewer);
    await member.page.goto('/settings/security');
    expect(await openings(member.page)).toHaveLength(5);
    await member.close();

    const stranger = await open(await createUser());
    await stranger.page.goto('/settings/security');
    await stranger.page.getByText('No key has been opened yet').waitFor();
    await stranger.page.goto(`/settings/security?connection=${good.connectionId}`);
    await stranger.page.getByText('Nothing fits this filter').waitFor();
    await stranger.page.goto('/settings/security/entries');
    expect((await entries(stranger.page)).map(([, , what]) => what)).toEqual(['Organisation created']);
    await stranger.close();
  });
});

describe('the pages', () => {
  it.each(['light', 'dark'] as const)('have no finding of axe in %s, on a desk and on a phone, and never scroll sideways', async (colorScheme) => {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
      const other = await open(user, { colorScheme, viewport });
      for (const path of ['/settings/security', '/settings/security?outcome=unfinished', '/settings/security/entries']) {
        await other.page.goto(path);
        await hydrated(other.page);
        if (path.endsWith('entries')) await other.page.locator('main summary').first().click();
        expect(await axeFindings(other.page), `${path} at ${viewport.width}`).toEqual([]);
        expect(await scrollsSideways(other.page), `${path} at ${viewport.width}`).toBe(false);
      }
      expect(other.complaints).toEqual([]);
      await other.close();
    }
  });
});
