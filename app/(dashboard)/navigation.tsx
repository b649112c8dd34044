'use client';
import { BellRing, KeyRound, LayoutDashboard, type LucideIcon, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '#app/_components/class-names.ts';
import { Logo } from '#app/_components/logo.tsx';

type Place = { href: string; name: string; icon: LucideIcon };

const PLACES: readonly { group: string | null; items: readonly Place[] }[] = [
  {
    group: null,
    items: [
      { href: '/overview', name: 'Overview', icon: LayoutDashboard },
      { href: '/alerts', name: 'Alerts', icon: BellRing },
    ],
  },
  {
    group: 'Settings',
    items: [
      { href: '/settings/connections', name: 'Connections', icon: KeyRound },
      { href: '/settings/security', name: 'Security', icon: ShieldCheck },
    ],
  },
];

function useIsHere(): (href: string) => boolean {
  const path = usePathname();
  return (href) => path === href || path.startsWith(`${href}/`);
}

export function Sidebar({ orgName }: { orgName: string }) {
  const isHere = useIsHere();
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-inset/50 px-3 py-4 lg:flex">
      <Link href="/overview" className="rounded-control px-2 py-1">
        <Logo />
      </Link>
      <p className="mt-4 truncate px-2 text-sm font-medium text-ink-2" title={orgName}>
        {orgName}
      </p>
      <div className="graduation mx-2 mt-3 h-2 opacity-60" aria-hidden="true" />
      <nav aria-label="Main" className="mt-3 flex flex-col gap-5">
        {PLACES.map(({ group, items }) => (
          <div key={group ?? 'main'}>
            {group ? <p className="px-2 pb-1 text-xs font-medium text-ink-3">{group}</p> : null}
            <ul className="flex flex-col gap-0.5">
              {items.map(({ href, name, icon: Icon }) => {
                const here = isHere(href);
                return (
                  <li key={href}>
                    <Link
                      href={href}
                      aria-current={here ? 'page' : undefined}
                      className={cx(
                        'relative flex min-h-9 items-center gap-3 rounded-control px-2 text-sm font-medium [&_svg]:size-4.5',
                        here ? 'bg-raised text-ink shadow-card before:absolute before:inset-y-2 before:left-0 before:w-0.5 before:rounded-full before:bg-copper' : 'text-ink-2 hover:bg-inset hover:text-ink',
                      )}
                    >
                      <Icon aria-hidden="true" className={here ? 'text-accent-ink' : 'text-ink-3'} />
                      {name}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
      </nav>
    </aside>
  );
}

export function BottomBar() {
  const isHere = useIsHere();
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden">
      <ul className="mx-auto grid max-w-lg grid-cols-4">
        {PLACES.flatMap(({ items }) => items).map(({ href, name, icon: Icon }) => {
          const here = isHere(href);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={cx('relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs font-medium focus-visible:-outline-offset-4 [&_svg]:size-5', here ? 'text-accent-ink' : 'text-ink-3')}
              >
                {here ? <span className="absolute top-0 h-0.5 w-8 rounded-full bg-copper" aria-hidden="true" /> : null}
                <Icon aria-hidden="true" />
                {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
