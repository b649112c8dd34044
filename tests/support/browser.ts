/** The system's Chromium, driven by Playwright. One browser a file; a context (its own cookies) a test. */
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '#scripts/ensure-system.ts';

export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error('No Chromium was found. `npm test` installs it, or says how.');
  // Chromium's own sandbox cannot be set up by root.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
