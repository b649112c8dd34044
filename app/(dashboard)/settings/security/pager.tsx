import { ChevronLeft, ChevronRight } from 'lucide-react';
import { LinkButton } from '#app/_components/button.tsx';
import type { EntryPage } from './entry-page.ts';

type PagerProps = {
  page: EntryPage<{ seq: string }>;
  path: string;
  /** Filters that every page keeps. */
  kept?: Readonly<Record<string, string | undefined>>;
};

/** To newer and older entries. */
export function Pager({ page, path, kept = {} }: PagerProps) {
  const { newer, older, rows } = page;
  const href = (name: string, seq: string) => `${path}?${new URLSearchParams({ ...present(kept), [name]: seq })}`;
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3">
      <p className="figures">{rows.length === 0 ? 'No entries' : `Entries ${rows.at(-1)?.seq} to ${rows[0]?.seq}, newest first`}</p>
      <div className="flex gap-2">
        {newer ? (
          <LinkButton look="secondary" size="sm" href={href('after', newer)}>
            <ChevronLeft aria-hidden="true" />
            Newer
          </LinkButton>
        ) : null}
        {older ? (
          <LinkButton look="secondary" size="sm" href={href('before', older)}>
            Older
            <ChevronRight aria-hidden="true" />
          </LinkButton>
        ) : null}
      </div>
    </nav>
  );
}

function present(kept: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(kept).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
