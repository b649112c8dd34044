/** A mail's content as what goes to the mail service. */
import type { ReactElement } from 'react';
import { render } from 'react-email';
import { AlertResolvedMail } from '#lib/email/alert-resolved.tsx';
import { BudgetAlertMail } from '#lib/email/budget-alert.tsx';
import { ConnectionAttentionMail } from '#lib/email/connection-attention.tsx';
import { ConnectionRecoveredMail } from '#lib/email/connection-recovered.tsx';
import type { MailContent } from '#lib/email/content.ts';
import { plainText } from '#lib/email/plain-text.ts';
import { headerText } from '#lib/email/safe-text.ts';
import { TestAlertMail } from '#lib/email/test-alert.tsx';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * The same content always gives the same bytes.
 * @throws UnsafeText when the subject holds a line break.
 */
export async function renderMail(content: MailContent): Promise<RenderedMail> {
  return { subject: headerText(content.subject, 'the subject'), html: await render(template(content)), text: plainText(content) };
}

function template(mail: MailContent): ReactElement {
  switch (mail.template) {
    case 'budget_alert':
      return <BudgetAlertMail mail={mail} />;
    case 'alert_resolved':
      return <AlertResolvedMail mail={mail} />;
    case 'connection_attention':
      return <ConnectionAttentionMail mail={mail} />;
    case 'connection_recovered':
      return <ConnectionRecoveredMail mail={mail} />;
    case 'test_alert':
      return <TestAlertMail mail={mail} />;
  }
}
