'use client';
import { useEffect, useState } from 'react';
import { relativeTime, utcTime } from './time-format.ts';

const REFRESH_MS = 30_000;

/**
 * `3 minutes ago`, exact in UTC on hover. `now` is the server's clock at render: the first paint says the same on both
 * sides, afterwards the browser keeps it fresh.
 */
export function RelativeTimeText({ at, now }: { at: string; now: string }) {
  const instant = new Date(at);
  const [text, setText] = useState(() => relativeTime(instant, new Date(now)));
  useEffect(() => {
    const show = () => setText(relativeTime(new Date(at), new Date()));
    show();
    const timer = setInterval(show, REFRESH_MS);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={instant.toISOString()} title={utcTime(instant)}>
      {text}
    </time>
  );
}
