import type { Metadata } from 'next';
import Link from 'next/link';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Input } from '#app/_components/field.tsx';
import { submitSignUp } from '../actions.ts';
import { AuthHeading, AuthLinks } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'Create an account' };

export default function SignUpPage() {
  return (
    <>
      <AuthHeading title="Create an account">We mail you a link to confirm the address. Your own organisation is ready once you have.</AuthHeading>
      <ActionForm action={submitSignUp}>
        <Input name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <Input name="password" label="Password" type="password" autoComplete="new-password" minLength={12} required hint="At least 12 characters. Four or five words make a good one." />
        <SubmitButton busy="Creating your account…" className="mt-1">
          Create account
        </SubmitButton>
      </ActionForm>
      <AuthLinks>
        <p>
          Have an account? <Link href="/sign-in">Sign in</Link>
        </p>
      </AuthLinks>
    </>
  );
}
