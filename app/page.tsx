import { ArrowRight } from 'lucide-react';
import { cookies } from 'next/headers';
import Link from 'next/link';
import { LinkButton } from './_components/button.tsx';
import { Logo } from './_components/logo.tsx';
import { ThemeSwitch } from './_components/theme-switch.tsx';
import { Custody } from './_landing/custody.tsx';
import { Promises } from './_landing/promises.tsx';
import { Specimen } from './_landing/specimen.tsx';
import { isHttps } from './_server/env.ts';
import { chooseTheme } from './_server/frame-actions.ts';
import { readSession } from './_server/session-cookie.ts';
import { readTheme } from './_server/theme.ts';

/** Before signing in: what it does, what it does with a key, where to begin. */
export default async function LandingPage() {
  // Only chooses a label; whether the session still stands is asked where it matters.
  const returning = readSession(await cookies(), isHttps()) !== null;
  return (
    <div className="mx-auto max-w-6xl px-5 sm:px-8">
      <header className="flex flex-wrap items-center justify-between gap-3 py-6">
        <Logo />
        <nav aria-label="Account" className="flex items-center gap-2">
          <ThemeSwitch current={await readTheme()} action={chooseTheme} />
          <LinkButton href={returning ? '/overview' : '/sign-in'} look="secondary" size="sm">
            {returning ? 'Open' : 'Sign in'}
          </LinkButton>
        </nav>
      </header>
      <main>
        <section className="grid items-center gap-12 pt-10 pb-16 lg:grid-cols-[1.1fr_1fr] lg:pt-20 lg:pb-24">
          <div>
            <h1 className="text-[2.5rem] leading-[1.05] font-semibold tracking-tight sm:text-6xl">Know what your AI costs. Before the invoice does.</h1>
            <p className="mt-6 max-w-xl text-lg text-ink-2">
              Keymeter reads your OpenAI and Anthropic bills, warns before a budget is gone, and shows every single time it touched the admin keys that you trusted it with.
            </p>
            <div className="mt-8 flex flex-wrap gap-3">
              <LinkButton href={returning ? '/overview' : '/sign-up'} className="min-h-12 px-6">
                {returning ? 'Open the overview' : 'Create an account'}
                <ArrowRight aria-hidden="true" />
              </LinkButton>
              {returning ? null : (
                <LinkButton href="/sign-in" look="secondary" className="min-h-12 px-6">
                  Sign in
                </LinkButton>
              )}
            </div>
          </div>
          <Specimen />
        </section>
        <Promises />
        <Custody />
      </main>
      <footer className="flex flex-wrap justify-between gap-4 border-t border-line py-8 text-sm text-ink-3">
        <p>No trackers and nobody else&rsquo;s scripts: this page loads nothing from anywhere else.</p>
        <Link href="/.well-known/security.txt" prefetch={false} className="underline underline-offset-4 hover:text-ink">
          Report a weakness
        </Link>
      </footer>
    </div>
  );
}
