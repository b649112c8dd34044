/** The system's Chromium, driven by Playwright. One browser a file; a context (its own cookies) a test. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findChromium } from '#scripts/ensure-system.ts';
import { openVisit, type Visit } from './page-visit.ts';
import { sessionCookies } from './session-cookies.ts';
import { stack } from './stack.ts';
import type { TestUser } from './users.ts';

export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error('No Chromium was found. `npm test` installs it, or says how.');
  // Chromium's own sandbox cannot be set up by root.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** A visit whose session is there already, for tests that are not about signing in: it costs no attempt of the address. */
export async function openSignedIn(browser: Browser, user: Pick<TestUser, 'email' | 'password'>, options: BrowserContextOptions = {}): Promise<Visit> {
  const visit = await openVisit(browser, options);
  const { jar } = await sessionCookies(user);
  const url = options.baseURL ?? stack().appUrl;
  await visit.context.addCookies([...jar].map(([name, value]) => ({ name, value, url, httpOnly: true, sameSite: 'Lax' as const })));
  return visit;
}

/**
 * Waits until React has taken over every button, form and link of the page. Before that a click on a form sends it
 * without script, and an error of hydration has not been reported yet.
 */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const controls = [...document.querySelectorAll('button, form, main a[href^="/"]')];
    return controls.length > 0 && controls.every((control) => Object.keys(control).some((key) => key.startsWith('__reactProps$')));
  });
}
