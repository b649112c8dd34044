/** The source can be seen again. */
import { Action, Facts, Lead } from '#lib/email/blocks.tsx';
import type { ConnectionRecoveredContent } from '#lib/email/content.ts';
import { MailLayout } from '#lib/email/layout.tsx';

export function ConnectionRecoveredMail({ mail }: { mail: ConnectionRecoveredContent }) {
  return (
    <MailLayout mail={mail} kicker="Working again">
      <Lead>{mail.lead}</Lead>
      <Facts facts={mail.facts} />
      <Action link={mail.link} />
    </MailLayout>
  );
}
