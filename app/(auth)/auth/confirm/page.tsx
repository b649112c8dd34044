import type { Metadata } from 'next';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { type Link, linkSchema } from '#app/_server/auth/confirm-link.ts';
import { submitLink } from '../../actions.ts';
import { AuthHeading } from '../../auth-heading.tsx';

export const metadata: Metadata = { title: 'Confirm' };

const WORDS: Record<Link['type'], { title: string; text: string; verb: string }> = {
  signup: { title: 'Confirm your address', text: 'One click, and your account is ready.', verb: 'Confirm my address' },
  email: { title: 'Confirm your address', text: 'One click, and your account is ready.', verb: 'Confirm my address' },
  magiclink: { title: 'Confirm your address', text: 'One click, and you can sign in.', verb: 'Confirm my address' },
  email_change: { title: 'Confirm your new address', text: 'From then on you sign in with it.', verb: 'Confirm the new address' },
  recovery: { title: 'Choose a new password', text: 'The link is good. Go on to choose the password.', verb: 'Go on' },
  invite: { title: 'Accept the invitation', text: 'Go on to choose your password.', verb: 'Go on' },
};

/**
 * Where the links in mails lead. Opening it changes nothing: programs that check mail open links too, and would use the
 * link up before the person came. The button does.
 */
export default async function ConfirmPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const link = linkSchema.safeParse(await searchParams);
  if (!link.success) {
    return (
      <>
        <AuthHeading title="This link is not whole">Part of it was lost on the way. Copy the whole address from the mail, or ask for a new link.</AuthHeading>
        <LinkButton href="/forgot-password">Ask for a new link</LinkButton>
      </>
    );
  }
  const words = WORDS[link.data.type];
  return (
    <>
      <AuthHeading title={words.title}>{words.text}</AuthHeading>
      <ActionForm action={submitLink}>
        <input type="hidden" name="token_hash" value={link.data.token_hash} />
        <input type="hidden" name="type" value={link.data.type} />
        <SubmitButton busy="One moment…">{words.verb}</SubmitButton>
      </ActionForm>
    </>
  );
}
