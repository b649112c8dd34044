'use client';
import { Check, ChevronDown, LogOut } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useEffect, useRef } from 'react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { LogoMark } from '#app/_components/logo.tsx';
import { ThemeSwitch } from '#app/_components/theme-switch.tsx';
import { chooseOrganisation, chooseTheme, signOut } from '#app/_server/frame-actions.ts';
import type { Membership } from '#app/_server/memberships.ts';

type AccountMenuProps = { email: string; role: string; orgId: string; orgName: string; memberships: readonly Membership[]; theme: string };

export function AccountMenu({ email, role, orgId, orgName, memberships, theme }: AccountMenuProps) {
  return (
    <header className="flex items-center justify-between gap-4 px-4 pt-3 sm:px-6 lg:px-10">
      <Link href="/overview" className="flex min-w-0 items-center gap-2.5 rounded-control lg:invisible" aria-label={`Keymeter, ${orgName}: overview`}>
        <LogoMark />
        <span className="truncate text-sm font-medium">{orgName}</span>
      </Link>
      <Disclosure label={email}>
        <div className="border-b border-line px-4 py-3">
          <p className="truncate text-sm font-medium">{email}</p>
          <p className="text-sm text-ink-3 capitalize">{role}</p>
        </div>
        {memberships.length > 1 ? (
          <div className="border-b border-line p-2">
            <p className="px-2 pb-1 text-xs font-medium text-ink-3">Organisation</p>
            {memberships.map((m) => (
              <ActionForm key={m.orgId} action={chooseOrganisation}>
                <input type="hidden" name="orgId" value={m.orgId} />
                <SubmitButton look="ghost" size="sm" className="w-full justify-between" aria-current={m.orgId === orgId || undefined}>
                  <span className="truncate">{m.orgName}</span>
                  {m.orgId === orgId ? <Check aria-hidden="true" /> : null}
                </SubmitButton>
              </ActionForm>
            ))}
          </div>
        ) : null}
        <div className="flex items-center justify-between gap-4 border-b border-line px-4 py-3">
          <span className="text-sm">Colours</span>
          <ThemeSwitch current={theme} action={chooseTheme} />
        </div>
        <div className="p-2">
          <ActionForm action={signOut}>
            <SubmitButton look="ghost" size="sm" className="w-full justify-start">
              <LogOut aria-hidden="true" />
              Sign out
            </SubmitButton>
          </ActionForm>
        </div>
      </Disclosure>
    </header>
  );
}

/** A native disclosure, so that it opens without script; with it, Escape and a click beside it close it. */
function Disclosure({ label, children }: { label: string; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const element = details.current;
      if (!element?.open) return;
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !element.contains(event.target as Node)) {
        element.open = false;
        if (event instanceof KeyboardEvent) element.querySelector('summary')?.focus();
      }
    };
    document.addEventListener('keydown', close);
    document.addEventListener('pointerdown', close);
    return () => {
      document.removeEventListener('keydown', close);
      document.removeEventListener('pointerdown', close);
    };
  }, []);
  return (
    <details ref={details} className="group relative">
      <summary className="flex min-h-9 list-none items-center gap-2 rounded-control px-2 text-sm font-medium text-ink-2 hover:bg-inset hover:text-ink [&::-webkit-details-marker]:hidden">
        <span className="flex size-7 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent-ink uppercase" aria-hidden="true">
          {label.slice(0, 1)}
        </span>
        <span className="sr-only">Account: </span>
        <span className="max-w-48 truncate max-sm:sr-only">{label}</span>
        <ChevronDown className="size-4 transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <div className="absolute right-0 z-30 mt-2 w-72 rounded-card border border-line bg-surface shadow-float">{children}</div>
    </details>
  );
}
