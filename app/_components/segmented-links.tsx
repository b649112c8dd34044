import Link from 'next/link';
import { cx } from './class-names.ts';

type Segment = { href: string; name: string; current: boolean };

/** One of a few views of the same thing; each has its address, so that a link to the page carries the choice. */
export function SegmentedLinks({ label, items }: { label: string; items: readonly Segment[] }) {
  return (
    <nav aria-label={label} className="inline-flex max-w-full rounded-control border border-line bg-inset p-0.5">
      {items.map(({ href, name, current }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          aria-current={current ? 'true' : undefined}
          className={cx('flex min-h-8 items-center rounded-[0.375rem] px-3 text-sm font-medium whitespace-nowrap', current ? 'bg-raised text-ink shadow-card' : 'text-ink-3 hover:text-ink')}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
