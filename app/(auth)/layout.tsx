import Link from 'next/link';
import type { ReactNode } from 'react';
import { Logo } from '../_components/logo.tsx';
import { ThemeSwitch } from '../_components/theme-switch.tsx';
import { chooseTheme } from '../_server/frame-actions.ts';
import { readTheme } from '../_server/theme.ts';
import { LedgerPanel } from './ledger-panel.tsx';

export default async function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <div className="flex flex-col px-5 py-6 sm:px-10">
        <header className="flex items-center justify-between">
          <Link href="/" className="rounded-control">
            <Logo />
          </Link>
          <ThemeSwitch current={await readTheme()} action={chooseTheme} />
        </header>
        <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">{children}</main>
      </div>
      <LedgerPanel />
    </div>
  );
}
