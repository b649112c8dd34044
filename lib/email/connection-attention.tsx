/** A source went blind: what happened, what it means for the figures, what to do. */
import { Action, Facts, Lead, Points } from '#lib/email/blocks.tsx';
import type { ConnectionAttentionContent } from '#lib/email/content.ts';
import { MailLayout } from '#lib/email/layout.tsx';

export function ConnectionAttentionMail({ mail }: { mail: ConnectionAttentionContent }) {
  return (
    <MailLayout mail={mail} kicker="Needs your attention">
      <Lead>{mail.lead}</Lead>
      <Points title="What to do" points={mail.steps} numbered />
      <Action link={mail.link} />
      <Facts facts={mail.facts} />
      <Points title="Until then" points={mail.consequences} />
    </MailLayout>
  );
}
