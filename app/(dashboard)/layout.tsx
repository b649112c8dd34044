import type { ReactNode } from 'react';
import { requireCtx } from '#app/_server/session.ts';
import { readTheme } from '#app/_server/theme.ts';
import { AccountMenu } from './account-menu.tsx';
import { BottomBar, Sidebar } from './navigation.tsx';

/** The frame of every signed-in page: a sidebar on a desk, a bar under the thumb on a phone. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const ctx = await requireCtx();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a href="#content" className="sr-only z-50 rounded-control bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3">
        Skip to content
      </a>
      <Sidebar orgName={ctx.orgName} />
      <div className="flex min-w-0 flex-col">
        <AccountMenu email={ctx.email} role={ctx.role} orgId={ctx.orgId} orgName={ctx.orgName} memberships={ctx.memberships} theme={await readTheme()} />
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 pt-4 pb-28 outline-none sm:px-6 lg:px-10 lg:pb-16">
          {children}
        </main>
      </div>
      <BottomBar />
    </div>
  );
}
