/** Pages on which a key is pasted, and the proof that nothing of it is left anywhere the browser can be seen from. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { formsOf, occursIn } from './leak-search.ts';
import type { Visit } from './page-visit.ts';
import { stack } from './stack.ts';

export const plaintextField = (page: Page): Locator => page.getByRole('textbox', { name: /admin key$/ });
export const status = (page: Page): Locator => page.getByRole('status');

/** Fills in a key, hands it over and waits for the connection's page. @returns the connection's id */
export async function handOver(page: Page, key: string): Promise<string> {
  await plaintextField(page).fill(key);
  await page.getByRole('button', { name: /^Seal and/ }).click();
  await page.waitForURL(/\/settings\/connections\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Everything that could still hold the key: inputs, markup, what was sent, what came. */
export async function expectNoPlaintext(visit: Visit, key: string): Promise<void> {
  // The end of the key is shown afterwards, and its beginning is the same in all of them.
  const forms = formsOf(key.slice(-36, -4));
  const values = await visit.page.locator('input, textarea').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  expect(visit.sent.filter((request) => occursIn(request, forms))).toEqual([]);
  expect((await visit.received()).filter((answer) => occursIn(answer, forms))).toEqual([]);
  expect(occursIn(`${values.join('\n')}\n${await visit.page.content()}`, forms)).toBe(false);
}

export async function envelopeOf(connectionId: string): Promise<string | undefined> {
  const { rows } = await stack().admin.query<{ envelope: string }>('select envelope from custody.envelopes where connection_id = $1', [connectionId]);
  return rows[0]?.envelope;
}

/** What axe finds on the page: none, one hopes. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

export const scrollsSideways = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
