/** What every page must be, whatever it shows. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Every finding of axe, with the place: `color-contrast: button.x (Element has insufficient ...)`.
 * @param rules `colours`: only what can differ between light and dark
 */
export async function accessibilityFindings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // Pages hold no frames: without a look into them axe needs no second tab, and half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations, passes } = await (rules === 'all' ? axe.withTags(STANDARDS) : axe.withRules(['color-contrast', 'link-in-text-block'])).analyze();
  // A check that looked at nothing found nothing either.
  if (passes.length === 0) throw new Error('axe checked nothing');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary?.replace(/\s+/g, ' ')})`));
}

/** By how many pixels the page can be moved sideways; what scrolls inside its own box does not count. */
export function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What sticks out to the right, for the message of a failure. */
export function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const clipped = (element: Element): boolean => {
      for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        if (parent !== document.body && getComputedStyle(parent).overflowX !== 'visible') return true;
      }
      return false;
    };
    return [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1 && !clipped(element)).map((element) => `${element.tagName.toLowerCase()}.${element.className}`).slice(0, 5);
  });
}
