'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';

/**
 * Asks the server for the page again every `everyMs` while something is under way. Renders nothing. Stops while the tab
 * is hidden, and waits for the last answer before it asks again, so that a slow server is never piled upon.
 */
export function AutoRefresh({ active, everyMs = 2_000 }: { active: boolean; everyMs?: number }) {
  const router = useRouter();
  const [pending, start] = useTransition();
  useEffect(() => {
    if (!active || pending) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') start(() => router.refresh());
    }, everyMs);
    return () => clearInterval(timer);
  }, [active, everyMs, pending, router]);
  return null;
}
