/** A person asked whether alerts arrive here. */
import { Action, Facts, Lead } from '#lib/email/blocks.tsx';
import type { TestAlertContent } from '#lib/email/content.ts';
import { MailLayout } from '#lib/email/layout.tsx';

export function TestAlertMail({ mail }: { mail: TestAlertContent }) {
  return (
    <MailLayout mail={mail} kicker="Test">
      <Lead>{mail.lead}</Lead>
      <Facts facts={mail.facts} />
      <Action link={mail.link} />
    </MailLayout>
  );
}
