/** The sheet every mail is written on: the name, the page, and a foot that tells why it came. */
import type { ReactNode } from 'react';
import { Body, Column, Container, Head, Html, Preview, Row, Section, Text } from 'react-email';
import { Checkpoint } from '#lib/email/blocks.tsx';
import type { MailBase } from '#lib/email/content.ts';
import { LIGHT, SANS, styleSheet } from '#lib/email/theme.ts';

export function MailLayout({ mail, kicker, children }: { mail: MailBase; kicker: string; children: ReactNode }) {
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <title>{mail.subject}</title>
        <style>{styleSheet()}</style>
      </Head>
      <Body className="km-paper" style={{ backgroundColor: LIGHT.paper, margin: 0, padding: 0, fontFamily: SANS }}>
        <Preview useTitleTag={false}>{mail.preheader}</Preview>
        <div role="article" aria-roledescription="email" aria-label={mail.subject} lang="en">
          <Container tdClassName="km-edge" style={{ maxWidth: '600px', padding: '28px 16px 36px' }}>
            <Masthead organization={mail.organization} />
            <Section
              className="km-surface km-line"
              style={{ backgroundColor: LIGHT.surface, border: `1px solid ${LIGHT.line}`, borderRadius: '12px', borderCollapse: 'separate' }}
            >
              <ToneRule tone={mail.tone} />
              <Section tdClassName="km-gutter" style={{ padding: '24px 36px 34px' }}>
                <Text className={`km-${mail.tone}`} style={{ margin: '0 0 6px', fontSize: '13px', lineHeight: '20px', fontWeight: 600, color: LIGHT.tone[mail.tone].strong }}>
                  {kicker}
                </Text>
                <h1 className="km-ink km-headline" style={{ margin: 0, fontSize: '24px', lineHeight: '1.28', fontWeight: 650, letterSpacing: '-0.015em', color: LIGHT.ink }}>
                  {mail.headline}
                </h1>
                {children}
              </Section>
            </Section>
            <Foot mail={mail} />
          </Container>
        </div>
      </Body>
    </Html>
  );
}

/** Four rising bars and the name: drawn with table cells, since pictures are blocked in many inboxes. */
function Masthead({ organization }: { organization: string }) {
  return (
    <Section style={{ padding: '0 4px 14px' }}>
      <Row>
        <Column style={{ width: '30px', verticalAlign: 'bottom' }} aria-hidden="true">
          <table role="presentation" cellPadding="0" cellSpacing="0" border={0} data-skip-in-text="true">
            <tbody>
              <tr>
                {[6, 10, 14, 18].map((height) => (
                  <td key={height} style={{ verticalAlign: 'bottom', paddingRight: '2px', fontSize: 0, lineHeight: 0 }}>
                    <div className="km-brand" style={{ width: '4px', height: `${height}px`, backgroundColor: LIGHT.accent, borderRadius: '1px' }} />
                  </td>
                ))}
              </tr>
            </tbody>
          </table>
        </Column>
        <Column style={{ verticalAlign: 'bottom' }}>
          <Text className="km-ink" style={{ margin: 0, fontSize: '16px', lineHeight: '18px', fontWeight: 700, letterSpacing: '-0.01em', color: LIGHT.ink }}>
            Keymeter
          </Text>
        </Column>
        <Column style={{ textAlign: 'right', verticalAlign: 'bottom' }}>
          <Text className="km-ink3" style={{ margin: 0, fontSize: '13px', lineHeight: '18px', color: LIGHT.ink3 }}>
            {organization}
          </Text>
        </Column>
      </Row>
    </Section>
  );
}

function ToneRule({ tone }: { tone: MailBase['tone'] }) {
  return (
    <div
      className={`km-${tone}-fill`}
      style={{ height: '4px', lineHeight: '4px', fontSize: 0, backgroundColor: LIGHT.tone[tone].fill, borderRadius: '11px 11px 0 0' }}
    >
      &nbsp;
    </div>
  );
}

function Foot({ mail }: { mail: MailBase }) {
  return (
    <Section style={{ padding: '18px 4px 0' }}>
      {mail.checkpoint ? <Checkpoint text={mail.checkpoint} /> : null}
      <Text className="km-ink3" style={{ margin: 0, fontSize: '12px', lineHeight: '18px', color: LIGHT.ink3 }}>
        {mail.why}
      </Text>
    </Section>
  );
}
