/** What became of a message, for the person who looks at an alert. Pure. */
import type { Tone } from '#app/_components/badge.tsx';
import type { DeliveryRow } from '#lib/alerts/read-alerts.ts';
import { MAIL_SENTENCES } from '#lib/email/codes.ts';
import type { MailCode } from '#lib/email/codes.ts';

export interface DeliveryWords {
  id: string;
  recipient: string;
  tone: Tone;
  /** It is on its way: the page asks again. */
  moving: boolean;
  /** `sent`, `not sent yet` ... */
  word: string;
  /** When it was sent, or when it is tried next; null when neither. */
  at: string | null;
  /** What `at` is: `` or `next try`. */
  atIs: 'sent' | 'next' | null;
  /** Why it was not sent, and what can be done. */
  reason: string | null;
  /** The mail that said it is over. */
  ending: boolean;
}

export function deliveryWords(row: DeliveryRow): DeliveryWords {
  const common = { id: row.id, recipient: row.recipient, moving: false, at: null, atIs: null, reason: reasonOf(row.code), ending: ENDINGS.has(row.template) };
  switch (row.state) {
    case 'pending':
      return { ...common, tone: 'info', moving: true, word: 'waiting to be sent', reason: null };
    case 'sending':
      return { ...common, tone: 'info', moving: true, word: 'being sent', reason: null };
    case 'sent':
      return { ...common, tone: 'good', word: 'sent', at: row.sent_at, atIs: row.sent_at ? 'sent' : null, reason: null };
    case 'failed':
      return { ...common, tone: 'warn', word: row.attempts === 1 ? 'not sent yet, 1 try' : `not sent yet, ${row.attempts} tries`, at: row.next_attempt_at, atIs: 'next' };
    case 'uncertain':
      return { ...common, tone: 'warn', word: 'may have arrived', reason: `${common.reason ?? ''} It is not sent again, so that nobody gets it twice.`.trim() };
    case 'dead':
      return { ...common, tone: 'bad', word: 'not delivered', reason: `${common.reason ?? ''} It will not be tried again.`.trim() };
  }
}

const ENDINGS: ReadonlySet<string> = new Set(['alert_resolved', 'connection_recovered']);

function reasonOf(code: string | null): string | null {
  if (code === null) return null;
  return Object.hasOwn(MAIL_SENTENCES, code) ? MAIL_SENTENCES[code as MailCode] : `It ended with “${code}”, for which this version has no words.`;
}
