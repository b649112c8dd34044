import type { Metadata } from 'next';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { Input } from '#app/_components/field.tsx';
import { mayChoosePassword } from '#app/_server/auth/new-password.ts';
import { submitNewPassword } from '../actions.ts';
import { AuthHeading } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'Choose a new password' };

export default async function ResetPasswordPage() {
  if (!(await mayChoosePassword())) {
    return (
      <>
        <AuthHeading title="This link is used up">A link to choose a password works once, for one hour, and only in the browser that opened it. Ask for a new one.</AuthHeading>
        <LinkButton href="/forgot-password">Ask for a new link</LinkButton>
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Choose a new password">Every session that is open now, on any device, is ended.</AuthHeading>
      <ActionForm action={submitNewPassword}>
        <Input name="password" label="New password" type="password" autoComplete="new-password" minLength={12} required autoFocus hint="At least 12 characters. Four or five words make a good one." />
        <SubmitButton busy="Changing…" className="mt-1">
          Change password
        </SubmitButton>
      </ActionForm>
    </>
  );
}
