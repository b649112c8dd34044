import { RelativeTimeText } from './relative-time.tsx';
import { utcTime } from './time-format.ts';

type Instant = string | Date;
const iso = (at: Instant) => (typeof at === 'string' ? new Date(at) : at).toISOString();

/** When something happened, from the reader's point of view. Null reads "never". */
export function RelativeTime({ at }: { at: Instant | null }) {
  return at === null ? <span>never</span> : <RelativeTimeText at={iso(at)} now={new Date().toISOString()} />;
}

/** The instant itself, `2026-11-20 11:04:33 UTC`: for logs and proofs. */
export function UtcTime({ at }: { at: Instant }) {
  return (
    <time dateTime={iso(at)} className="figures whitespace-nowrap">
      {utcTime(new Date(iso(at)))}
    </time>
  );
}
