'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from './class-names.ts';

/** Tabs that are pages: links, not a tab widget, so that each has its address. */
export function Subnav({ label, items }: { label: string; items: readonly { href: string; name: string }[] }) {
  const path = usePathname();
  const fitting = items.filter(({ href }) => path === href || path.startsWith(`${href}/`)).map(({ href }) => href);
  // One tab's address may begin another's; the longest is where we are.
  const here = fitting.find((href) => fitting.every((other) => other.length <= href.length));
  return (
    <nav aria-label={label} className="mb-6 overflow-x-auto border-b border-line">
      <ul className="flex gap-1">
        {items.map((item) => {
          const current = item.href === here;
          return (
            <li key={item.href}>
              <Link
                href={item.href}
                aria-current={current ? 'page' : undefined}
                className={cx(
                  '-mb-px block border-b-2 px-3 py-2 text-sm font-medium whitespace-nowrap focus-visible:-outline-offset-2',
                  current ? 'border-accent text-ink' : 'border-transparent text-ink-3 hover:text-ink',
                )}
              >
                {item.name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
