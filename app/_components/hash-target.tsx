'use client';
import { useEffect } from 'react';

/**
 * Brings what the address names (`#budget-...`) into view and marks it with `data-target`, also when it arrived after the
 * browser looked for it: a page that is streamed, or reached without a full load. Put it behind what it may find.
 */
export function HashTarget() {
  useEffect(() => {
    const show = () => {
      document.querySelector('[data-target]')?.removeAttribute('data-target');
      const found = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
      if (!found) return;
      found.setAttribute('data-target', '');
      found.scrollIntoView({ block: 'center' });
      // A keyboard goes on from here.
      found.focus({ preventScroll: true });
    };
    show();
    window.addEventListener('hashchange', show);
    return () => window.removeEventListener('hashchange', show);
  }, []);
  return null;
}
