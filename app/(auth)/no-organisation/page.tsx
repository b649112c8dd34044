import type { Metadata } from 'next';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { signOut } from '#app/_server/frame-actions.ts';
import { AuthHeading } from '../auth-heading.tsx';

export const metadata: Metadata = { title: 'No organisation' };

export default function NoOrganisationPage() {
  return (
    <>
      <AuthHeading title="You belong to no organisation">You were removed from the last one. Ask its owner to invite you again.</AuthHeading>
      <ActionForm action={signOut}>
        <SubmitButton look="secondary">Sign out</SubmitButton>
      </ActionForm>
    </>
  );
}
