/** A budget reached a threshold: the figure, the gauge, where it went, how it was computed. */
import { Section, Text } from 'react-email';
import { Action, Caution, Facts, Ledger, Points } from '#lib/email/blocks.tsx';
import type { BudgetAlertContent } from '#lib/email/content.ts';
import { MailLayout } from '#lib/email/layout.tsx';
import { Meter } from '#lib/email/meter.tsx';
import { LIGHT } from '#lib/email/theme.ts';

export function BudgetAlertMail({ mail }: { mail: BudgetAlertContent }) {
  const { tone } = mail;
  return (
    <MailLayout mail={mail} kicker={mail.covers}>
      <Section style={{ paddingTop: '18px' }}>
        <Text className="km-ink km-figure" style={{ margin: 0, fontSize: '46px', lineHeight: '1.1', fontWeight: 700, letterSpacing: '-0.03em', color: LIGHT.ink, fontVariantNumeric: 'tabular-nums' }}>
          {mail.spent}
        </Text>
        <Text className="km-ink2" style={{ margin: '2px 0 0', fontSize: '16px', lineHeight: '24px', color: LIGHT.ink2, fontVariantNumeric: 'tabular-nums' }}>
          {mail.ofBudget}
          {mail.percent ? (
            <>
              {' · '}
              <strong className={`km-${tone}`} style={{ color: LIGHT.tone[tone].strong, fontWeight: 650 }}>
                {mail.percent}
              </strong>
            </>
          ) : null}
          {' · '}
          {mail.remaining}
        </Text>
        <Meter meter={mail.meter} tone={tone} />
      </Section>
      {mail.cautions.map((caution) => (
        <Caution key={caution} tone="near">
          {caution}
        </Caution>
      ))}
      <Action link={mail.link} />
      {mail.contributors ? <Ledger contributors={mail.contributors} tone={tone} /> : null}
      <Facts facts={mail.facts} />
      <Points title="How this was computed" points={mail.howComputed} />
    </MailLayout>
  );
}
