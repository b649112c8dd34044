/** The parts that mails are put together from. */
import { Button, Section, Text } from 'react-email';
import type { Contributors, Fact, MailLink, Tone } from '#lib/email/content.ts';
import { LIGHT, MONO } from '#lib/email/theme.ts';

const CELL = { padding: 0, verticalAlign: 'top' } as const;
const FIGURES = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

export function Lead({ children }: { children: string }) {
  return (
    <Text className="km-ink2" style={{ margin: '12px 0 0', fontSize: '15px', lineHeight: '24px', color: LIGHT.ink2 }}>
      {children}
    </Text>
  );
}

/** A small heading between two parts of the sheet. */
export function Title({ children }: { children: string }) {
  return (
    <h2 className="km-ink" style={{ margin: '28px 0 8px', fontSize: '14px', lineHeight: '20px', fontWeight: 650, color: LIGHT.ink }}>
      {children}
    </h2>
  );
}

export function Action({ link }: { link: MailLink }) {
  return (
    <Section style={{ paddingTop: '26px' }}>
      <Button
        href={link.url}
        className="km-button km-wide"
        style={{ backgroundColor: LIGHT.accent, color: LIGHT.onAccent, borderRadius: '8px', fontSize: '15px', fontWeight: 600, padding: '13px 22px' }}
      >
        {link.label}
      </Button>
    </Section>
  );
}

/** What must be known to read the figures right; it stands close to them. */
export function Caution({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Section
      className={`km-${tone}-soft km-${tone}-edge`}
      style={{ marginTop: '16px', backgroundColor: LIGHT.tone[tone].soft, borderLeft: `3px solid ${LIGHT.tone[tone].fill}`, borderRadius: '0 6px 6px 0', padding: '10px 14px' }}
    >
      <Text className="km-ink" style={{ margin: 0, fontSize: '14px', lineHeight: '21px', color: LIGHT.ink }}>
        {children}
      </Text>
    </Section>
  );
}

/** Two columns with a rule under each line, as in an account book. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <table width="100%" cellPadding="0" cellSpacing="0" border={0} className="km-line" style={{ marginTop: '24px', borderTop: `1px solid ${LIGHT.line}`, borderCollapse: 'collapse' }}>
      <tbody>
        {facts.map(({ label, value }) => (
          <tr key={label}>
            <th scope="row" className="km-line km-ink3" style={{ ...CELL, width: '116px', padding: '9px 12px 9px 0', borderBottom: `1px solid ${LIGHT.line}`, textAlign: 'left', fontSize: '14px', lineHeight: '21px', fontWeight: 400, color: LIGHT.ink3 }}>
              {label}
            </th>
            <td className="km-line km-ink" style={{ ...CELL, padding: '9px 0', borderBottom: `1px solid ${LIGHT.line}`, fontSize: '14px', lineHeight: '21px', color: LIGHT.ink, fontVariantNumeric: 'tabular-nums' }}>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Names to the left, a bar, amounts to the right. */
export function Ledger({ contributors, tone }: { contributors: Contributors; tone: Tone }) {
  return (
    <>
      <Title>{contributors.title}</Title>
      <table width="100%" cellPadding="0" cellSpacing="0" border={0} className="km-line" style={{ borderTop: `1px solid ${LIGHT.line}`, borderCollapse: 'collapse' }}>
        <tbody>
          {contributors.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row" className="km-line km-ink" style={{ ...CELL, padding: '10px 12px 10px 0', borderBottom: `1px solid ${LIGHT.line}`, textAlign: 'left', fontSize: '14px', lineHeight: '20px', fontWeight: 400, color: LIGHT.ink, wordBreak: 'break-word' }}>
                {row.name}
                {row.kind ? <span className="km-ink3" style={{ color: LIGHT.ink3 }}> ({row.kind})</span> : null}
              </th>
              <td className="km-line km-bar" aria-hidden="true" style={{ ...CELL, width: '132px', padding: '16px 14px 0 0', borderBottom: `1px solid ${LIGHT.line}` }}>
                <div className={`km-${tone}-fill`} style={{ width: `${Math.max(2, row.bar / 10)}%`, height: '8px', fontSize: 0, lineHeight: 0, backgroundColor: LIGHT.tone[tone].fill, borderRadius: '2px' }} />
              </td>
              <td className="km-line km-ink" style={{ ...CELL, ...FIGURES, width: '1%', padding: '10px 0', borderBottom: `1px solid ${LIGHT.line}`, textAlign: 'right', fontSize: '14px', lineHeight: '20px', fontWeight: 600, color: LIGHT.ink }}>{row.amount}</td>
              <td className="km-line km-ink3" style={{ ...CELL, ...FIGURES, width: '52px', padding: '10px 0 10px 10px', borderBottom: `1px solid ${LIGHT.line}`, textAlign: 'right', fontSize: '14px', lineHeight: '20px', color: LIGHT.ink3 }}>{row.share}</td>
            </tr>
          ))}
          {contributors.rest ? (
            <tr>
              <th scope="row" className="km-ink3" style={{ ...CELL, padding: '9px 12px 0 0', textAlign: 'left', fontSize: '14px', lineHeight: '20px', fontWeight: 400, color: LIGHT.ink3 }}>
                {contributors.rest.label}
              </th>
              <td className="km-bar" />
              <td className="km-ink3" style={{ ...CELL, ...FIGURES, padding: '9px 0 0', textAlign: 'right', fontSize: '14px', lineHeight: '20px', color: LIGHT.ink3 }}>{contributors.rest.value}</td>
              <td />
            </tr>
          ) : null}
        </tbody>
      </table>
    </>
  );
}

/** Sentences under a title; numbered when their order matters. */
export function Points({ title, points, numbered = false }: { title: string; points: readonly string[]; numbered?: boolean }) {
  return (
    <>
      <Title>{title}</Title>
      <table width="100%" cellPadding="0" cellSpacing="0" border={0} role="presentation">
        <tbody>
          {points.map((point, index) => (
            <tr key={point}>
              <td className="km-ink3" style={{ ...CELL, width: '22px', paddingBottom: '6px', fontSize: '14px', lineHeight: '22px', color: LIGHT.ink3 }}>{numbered ? `${index + 1}.` : '–'}</td>
              <td className="km-ink2" style={{ ...CELL, paddingBottom: '6px', fontSize: '14px', lineHeight: '22px', color: LIGHT.ink2 }}>{point}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Line for line as it was signed, or it would not verify. */
export function Checkpoint({ text }: { text: string }) {
  return (
    <Section className="km-line" style={{ border: `1px solid ${LIGHT.line}`, borderRadius: '8px', padding: '12px 14px', marginBottom: '14px', borderCollapse: 'separate' }}>
      <Text className="km-ink3" style={{ margin: '0 0 6px', fontSize: '12px', lineHeight: '18px', color: LIGHT.ink3 }}>
        Audit checkpoint. Keep this mail: with it, anyone can prove later that no entry before this one was changed or cut off.
      </Text>
      <Text className="km-ink2" style={{ margin: 0, fontFamily: MONO, fontSize: '11px', lineHeight: '17px', color: LIGHT.ink2, whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
        {text.trimEnd()}
      </Text>
    </Section>
  );
}
