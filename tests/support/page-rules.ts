/** What every page must be, whatever it shows. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Every finding of axe, with the place: `color-contrast: button.x (Element has insufficient ...)`. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  const { violations, incomplete } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  // What axe could not decide is no finding, but a check that never ran would be none either.
  if (violations.length === 0 && incomplete.some(({ error }) => Boolean(error))) throw new Error('axe could not finish a check');
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
