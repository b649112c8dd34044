/** How far the newest test alert has come, in one sentence. Pure. */
import type { Tone } from '#app/_components/badge.tsx';
import type { AlertRow, DeliveryRow, TestRequest } from '#lib/alerts/read-alerts.ts';
import { deliveryWords } from './delivery-words.ts';

export interface TestStatus {
  requestId: string;
  tone: Tone;
  sentence: string;
  moving: boolean;
  askedAt: string;
}

/** A test is news for so long; afterwards it is one of the list. */
const SHOWN_MS = 15 * 60_000;
/** A worker takes a request within seconds. */
const LATE_MS = 15_000;

export function testStatus(request: TestRequest | null, events: readonly AlertRow[], deliveries: readonly DeliveryRow[], now: Date): TestStatus | null {
  if (!request) return null;
  const age = now.getTime() - new Date(request.created_at).getTime();
  if (age > SHOWN_MS) return null;
  const common = { requestId: request.id, askedAt: request.created_at };
  if (request.state === 'failed') return { ...common, tone: 'bad', moving: false, sentence: 'The test could not be prepared. Try again; if it stays like this, tell whoever runs Keymeter.' };
  if (request.state !== 'done') {
    return age < LATE_MS
      ? { ...common, tone: 'info', moving: true, sentence: request.state === 'waiting' ? 'Waiting for the worker …' : 'The worker prepares the mail …' }
      : { ...common, tone: 'warn', moving: true, sentence: 'Still waiting for the worker. It may be down: then no alert is sent either.' };
  }
  const event = events.find(({ kind, threshold }) => kind === 'test' && threshold === request.id);
  const sent = deliveries.filter((row) => row.event_id === event?.id).map(deliveryWords);
  const [first] = sent;
  if (!first) return { ...common, tone: 'warn', moving: false, sentence: 'There was nobody to send it to: a test goes to whoever asked, an owner or an admin with a confirmed address.' };
  return { ...common, tone: first.tone, moving: first.moving, sentence: `To ${first.recipient}: ${first.word}.${first.reason ? ` ${first.reason}` : ''}` };
}
