import type { Metadata } from 'next';
import Link from 'next/link';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Input } from '#app/_components/field.tsx';
import { submitForgotPassword } from '../actions.ts';
import { AuthHeading, AuthLinks } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'Forgot your password' };

export default function ForgotPasswordPage() {
  return (
    <>
      <AuthHeading title="Forgot your password?">We mail you a link to choose a new one.</AuthHeading>
      <ActionForm action={submitForgotPassword}>
        <Input name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <SubmitButton busy="Sending…" className="mt-1">
          Mail me a link
        </SubmitButton>
      </ActionForm>
      <AuthLinks>
        <p>
          <Link href="/sign-in">Back to sign in</Link>
        </p>
      </AuthLinks>
    </>
  );
}
