import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Input } from '#app/_components/field.tsx';
import { localPath } from '#app/_server/local-path.ts';
import { currentSession } from '#app/_server/session.ts';
import { submitSignIn } from '../actions.ts';
import { AuthHeading, AuthLinks } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'Sign in' };

const NOTICES: Readonly<Record<string, string>> = {
  confirmed: 'Your address is confirmed. Sign in to begin.',
  'address-changed': 'Your new address is confirmed. Sign in with it.',
  'password-changed': 'Your password is changed, and every session that was open has been ended. Sign in with the new one.',
  'signed-out': 'You are signed out.',
};

type SearchParams = Promise<{ next?: string | string[]; notice?: string | string[] }>;

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const { next, notice } = await searchParams;
  const wanted = typeof next === 'string' ? next : undefined;
  if (await currentSession()) redirect(localPath(wanted, '/overview'));
  const told = typeof notice === 'string' ? NOTICES[notice] : undefined;
  return (
    <>
      <AuthHeading title="Sign in" />
      {told ? (
        <Callout tone={notice === 'signed-out' ? 'info' : 'good'} className="mb-5">
          {told}
        </Callout>
      ) : wanted ? (
        <Callout className="mb-5">Sign in to go on.</Callout>
      ) : null}
      <ActionForm action={submitSignIn}>
        {wanted ? <input type="hidden" name="next" value={wanted} /> : null}
        <Input name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <Input name="password" label="Password" type="password" autoComplete="current-password" required />
        <SubmitButton busy="Signing in…" className="mt-1">
          Sign in
        </SubmitButton>
      </ActionForm>
      <AuthLinks>
        <p>
          <Link href="/forgot-password">Forgot your password?</Link>
        </p>
        <p>
          New here? <Link href="/sign-up">Create an account</Link>
        </p>
      </AuthLinks>
    </>
  );
}
