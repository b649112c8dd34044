import type { Metadata } from 'next';
import Link from 'next/link';
import { MailCheck } from 'lucide-react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Input } from '#app/_components/field.tsx';
import { submitConfirmationAgain, submitForgotPassword } from '../actions.ts';
import { AuthHeading, AuthLinks } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'Check your mail' };

/** Says the same whether the address has an account or not. */
export default async function CheckMailPage({ searchParams }: { searchParams: Promise<{ for?: string | string[] }> }) {
  const reset = (await searchParams).for === 'reset';
  return (
    <>
      <span className="mb-5 flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-ink" aria-hidden="true">
        <MailCheck className="size-6" />
      </span>
      <AuthHeading title="Check your mail">
        {reset
          ? 'If there is an account with this address, a link to choose a new password is on its way. It works for one hour.'
          : 'A link to confirm your address is on its way. It works for one hour. If you have an account already, no mail comes: sign in or reset your password instead.'}
      </AuthHeading>
      <details className="rounded-card border border-line bg-surface px-4 py-3">
        <summary className="text-sm font-medium">No mail after a few minutes?</summary>
        <p className="mt-2 mb-4 text-sm text-ink-2">Look into the spam folder, then have it sent again.</p>
        <ActionForm action={reset ? submitForgotPassword : submitConfirmationAgain} done="If this address waits for a link, a new one is on its way.">
          <Input name="email" label="E-mail" type="email" autoComplete="username" required />
          <SubmitButton look="secondary" busy="Sending…">
            Send again
          </SubmitButton>
        </ActionForm>
      </details>
      <AuthLinks>
        <p>
          <Link href="/sign-in">Back to sign in</Link>
        </p>
      </AuthLinks>
    </>
  );
}
