/** The instant of an entry in two short lines, UTC, exact to the microsecond in its title. */
export function EntryTime({ at }: { at: string }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={at} className="figures block whitespace-nowrap">
      {iso.slice(0, 10)}
      <span className="block text-ink-3">
        {iso.slice(11, 19)} <span className="max-sm:sr-only">UTC</span>
      </span>
    </time>
  );
}
