/** A provider corrected its bill, and an alert that was sent is no longer true. */
import { Section, Text } from 'react-email';
import { Action, Facts, Lead, Points } from '#lib/email/blocks.tsx';
import type { AlertResolvedContent, Fact } from '#lib/email/content.ts';
import { MailLayout } from '#lib/email/layout.tsx';
import { LIGHT } from '#lib/email/theme.ts';

export function AlertResolvedMail({ mail }: { mail: AlertResolvedContent }) {
  return (
    <MailLayout mail={mail} kicker="Resolved">
      <Lead>{mail.lead}</Lead>
      <Section style={{ paddingTop: '20px' }}>
        <table width="100%" cellPadding="0" cellSpacing="0" border={0}>
          <tbody>
            <tr>
              <Amount fact={mail.before} struck />
              <Amount fact={mail.after} />
            </tr>
          </tbody>
        </table>
      </Section>
      <Action link={mail.link} />
      <Facts facts={mail.facts} />
      <Points title="How this was computed" points={mail.howComputed} />
    </MailLayout>
  );
}

function Amount({ fact, struck = false }: { fact: Fact; struck?: boolean }) {
  const look = struck ? { className: 'km-ink3', color: LIGHT.ink3, textDecoration: 'line-through', fontWeight: 500 } : { className: 'km-ink', color: LIGHT.ink, textDecoration: 'none', fontWeight: 700 };
  return (
    <td style={{ width: '50%', padding: 0, verticalAlign: 'top' }}>
      <Text className="km-ink3" style={{ margin: 0, fontSize: '13px', lineHeight: '20px', color: LIGHT.ink3 }}>
        {fact.label}
      </Text>
      <Text
        className={look.className}
        style={{ margin: 0, fontSize: '28px', lineHeight: '1.25', fontWeight: look.fontWeight, letterSpacing: '-0.02em', color: look.color, textDecoration: look.textDecoration, fontVariantNumeric: 'tabular-nums' }}
      >
        {fact.value}
      </Text>
    </td>
  );
}
