/** The life of a connected key in a real browser: watched, replaced, synced, paused, renamed, purged, and seen by others. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hydrated, launchBrowser, openSignedIn } from '#tests/support/browser.ts';
import { connected, handIn, requestEnded, runsEnded, type Connecting } from '#tests/support/connected.ts';
import { axeFindings, envelopeOf, expectNoPlaintext, handOver, scrollsSideways, status } from '#tests/support/key-pages.ts';
import type { Visit } from '#tests/support/page-visit.ts';
import { issueKey } from '#tests/support/simulator.ts';
import { stack, startWorker, stopWorker } from '#tests/support/stack.ts';
import { addMember } from '#tests/support/tenant-rows.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const customer = () => `l${randomBytes(6).toString('hex')}`;
const open = (user: TestUser, options: BrowserContextOptions = {}) => openSignedIn(browser, user, options);

describe('a connected key', () => {
  let user: TestUser;
  let org: string;
  let first: string;
  let connection: Connecting;
  let visit: Visit;
  const page = () => visit.page;

  beforeAll(async () => {
    [user, org] = [await createUser(), customer()];
    first = await issueKey({ provider: 'openai', org });
    connection = await connected(user, 'openai', first);
    visit = await open(user);
  });
  afterAll(() => visit?.close());

  async function openDetail(): Promise<void> {
    await page().goto(`/settings/connections/${connection.connectionId}`);
    await hydrated(page());
  }

  it('is listed with its health, its organisation and its last four', async () => {
    await page().goto('/settings/connections');
    const row = page().getByRole('listitem').filter({ hasText: 'openai key' });
    await row.getByText(first.slice(-4)).waitFor();
    await row.getByText('Healthy').waitFor();
    await row.getByText(`OpenAI, ${org}`).waitFor();
  });

  it('keeps working when its replacement is of another organisation', async () => {
    await openDetail();
    await page().getByRole('link', { name: 'Replace key' }).click();
    await page().getByRole('heading', { name: 'Replace the key' }).waitFor();
    await hydrated(page());
    const envelope = await envelopeOf(connection.connectionId);
    await handOver(page(), await issueKey({ provider: 'openai', org: customer() }));
    await status(page()).getByText(/belongs to another OpenAI organisation/).waitFor({ timeout: 60_000 });
    expect(await envelopeOf(connection.connectionId)).toBe(envelope);
    await page().getByText('Healthy').waitFor();
  });

  it('is replaced by one of the same organisation, and the old envelope is destroyed', async () => {
    const second = await issueKey({ provider: 'openai', org });
    const envelope = await envelopeOf(connection.connectionId);
    await page().goto(`/settings/connections/${connection.connectionId}/replace`);
    await hydrated(page());
    await handOver(page(), second);
    await status(page()).getByText('The key was accepted and is encrypted at rest.').waitFor({ timeout: 60_000 });
    await page().getByText(second.slice(-4), { exact: true }).waitFor();
    const now = await envelopeOf(connection.connectionId);
    expect(now).toMatch(/^km1:/);
    expect(now).not.toBe(envelope);
    expect(await page().getByText(first.slice(-4), { exact: true }).count()).toBe(0);
    await expectNoPlaintext(visit, second);
  });

  it('syncs when asked, waits visibly while the worker is away, and runs when it is back', async () => {
    await runsEnded(connection.connectionId);
    await stopWorker();
    try {
      await openDetail();
      await page().getByRole('button', { name: 'Sync now' }).click();
      await status(page()).getByText('Sync asked for: waiting for the worker.').waitFor();
      expect(await page().getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
      await status(page()).getByText('It runs as soon as the worker is back.').waitFor({ timeout: 30_000 });
    } finally {
      await startWorker();
    }
    await status(page()).getByText('The sync you asked for is done.').waitFor({ timeout: 60_000 });
    await page().getByRole('row').filter({ hasText: 'Asked for' }).filter({ hasText: 'Done' }).waitFor();
  });

  it('is paused, resumed, renamed and set to another interval', async () => {
    await openDetail();
    await page().getByRole('button', { name: 'Pause' }).click();
    await status(page()).getByText('Paused', { exact: true }).waitFor();
    await page().getByRole('button', { name: 'Resume' }).click();
    await page().getByRole('button', { name: 'Pause' }).waitFor();
    await page().getByLabel('Name', { exact: true }).fill('Platform team');
    await page().getByRole('button', { name: 'Rename' }).click();
    await page().getByRole('heading', { level: 1, name: 'Platform team' }).waitFor();
    await page().getByRole('combobox', { name: 'Sync' }).selectOption('60');
    await page().getByRole('button', { name: 'Save' }).click();
    await page().getByText('The interval is changed.').waitFor();
    const { rows } = await stack().admin.query('select label, paused, sync_interval_minutes, next_run_at < now() + interval $$61 minutes$$ as soon from public.connections where id = $1', [connection.connectionId]);
    expect(rows).toEqual([{ label: 'Platform team', paused: false, sync_interval_minutes: 60, soon: true }]);
  });

  it('is shown to a viewer, who can do nothing with it', async () => {
    const viewer = await createUser();
    await addMember(user.orgId, viewer.id, 'viewer');
    // The older membership is chosen by itself: the one here is made so.
    await stack().admin.query('delete from public.memberships where user_id = $1 and org_id = $2', [viewer.id, viewer.orgId]);
    const other = await open(viewer);
    await other.page.goto(`/settings/connections/${connection.connectionId}`);
    await other.page.getByText('Healthy').or(other.page.getByText('Syncing')).waitFor();
    await other.page.getByText(/You are a viewer of this organisation/).waitFor();
    for (const name of ['Sync now', 'Pause', 'Rename', 'Purge…']) expect(await other.page.getByRole('button', { name }).count(), name).toBe(0);
    expect(await other.page.getByRole('link', { name: 'Replace key' }).count()).toBe(0);
    await other.page.goto('/settings/connections/new/openai');
    await other.page.waitForURL('**/settings/connections');
    expect(await other.page.getByRole('link', { name: 'Connect OpenAI' }).count()).toBe(0);
    await other.close();
  });

  it('is not found by anybody else, exactly as one that does not exist', async () => {
    const other = await open(await createUser());
    const look = async (path: string) => {
      const answer = await other.page.goto(path);
      await other.page.getByRole('heading').first().waitFor();
      return [answer?.status(), await other.page.getByRole('heading').allInnerTexts()];
    };
    const unknown = await look(`/settings/connections/${randomUUID()}`);
    expect(unknown).toEqual([404, ['There is nothing here']]);
    expect(await look(`/settings/connections/${connection.connectionId}`)).toEqual(unknown);
    expect(await look(`/settings/connections/${connection.connectionId}/replace`)).toEqual(unknown);
    expect(await look('/settings/connections/nonsense')).toEqual(unknown);
    await other.close();
  });

  it('is purged after its name was typed, with its figures when asked', async () => {
    await openDetail();
    await page().getByRole('button', { name: 'Purge…' }).click();
    const dialog = page().getByRole('dialog');
    const purge = dialog.getByRole('button', { name: 'Purge the key' });
    await dialog.getByLabel(/to confirm$/).fill('platform team');
    expect(await purge.isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm$/).fill('Platform team');
    await dialog.getByLabel('Destroy the figures too').check();
    expect(await axeFindings(page())).toEqual([]);
    await purge.click();
    await page().waitForURL('**/settings/connections?notice=purged-with-data');
    await page().getByText('The key and the figures read with it are destroyed.').waitFor();
    expect(await page().getByText('Platform team').count()).toBe(0);
    expect(await envelopeOf(connection.connectionId)).toBeUndefined();
    const { rows } = await stack().admin.query('select 1 from metering.daily_spend where org_id = $1 limit 1', [user.orgId]);
    expect(rows).toEqual([]);
    const gone = await page().goto(`/settings/connections/${connection.connectionId}`);
    expect(gone?.status()).toBe(404);
  });
});

describe('the pages', () => {
  it.each(['light', 'dark'] as const)('have no finding of axe in %s, on a desk and on a phone, and never scroll sideways', async (colorScheme) => {
    const user = await createUser();
    const good = await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org: customer() }));
    const refused = await handIn(user, 'openai', `sk-admin-${randomBytes(36).toString('base64url')}`, 'A connection with a long name, as people give them when nobody stops them');
    await requestEnded(refused);
    const detail = `/settings/connections/${good.connectionId}`;
    const paths = ['/settings/connections', '/settings/connections/new/openai', '/settings/connections/new/anthropic', detail, `${detail}/replace`, `/settings/connections/${refused.connectionId}`];
    for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
      const visit = await open(user, { colorScheme, viewport });
      for (const path of paths) {
        await visit.page.goto(path);
        await hydrated(visit.page);
        expect(await axeFindings(visit.page), `${path} at ${viewport.width}`).toEqual([]);
        expect(await scrollsSideways(visit.page), `${path} at ${viewport.width}`).toBe(false);
      }
      expect(visit.complaints).toEqual([]);
      await visit.close();
    }
  });

  it('show a connection whose key the provider refuses one day, with what to do', async () => {
    const user = await createUser();
    const good = await connected(user, 'anthropic', await issueKey({ provider: 'anthropic', org: customer() }));
    await stack().admin.query(`update public.connections set status = 'needs_attention', status_code = 'key_rejected', failures = 1 where id = $1`, [good.connectionId]);
    const visit = await open(user);
    await visit.page.goto(`/settings/connections/${good.connectionId}`);
    await status(visit.page).getByText(/Anthropic refuses this key.*replace the key/).waitFor();
    expect(await visit.page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
    await visit.page.goto('/settings/connections');
    await visit.page.getByText('Needs attention').waitFor();
    await visit.close();
  });
});
