/**
 * Episodes of a source that cannot be seen: opened, made worse, ended. An episode is one or two rows, `blind:warning`
 * (shown) and `blind:alert` (shown and told); they share its number and end together. The caller holds the evaluation's
 * lock, so that a run and the clock never open two at once.
 */
import { describeAttention, describeRecovered } from '#lib/alerts/describe-connection.ts';
import type { AttentionReason, ConnectionFacts } from '#lib/alerts/describe-connection.ts';
import { enqueueMail, whyText } from '#lib/alerts/outbox.ts';
import { providerLabel } from '#lib/alerts/provider-label.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import { oneLine } from '#lib/email/safe-text.ts';

export interface Source {
  readonly orgId: string;
  readonly connectionId: string;
  readonly label: string;
  /** `openai` */
  readonly provider: string;
  /** Absent: the sender puts its own address before the link. */
  readonly appUrl?: string;
}

export interface Opening {
  readonly episode: number;
  readonly level: 'warning' | 'alert';
  readonly reason: AttentionReason | 'overdue';
  /** The closed code behind it, for the page; null when only time has passed. */
  readonly code: string | null;
  readonly unknownSince: Date;
  /** When it was noticed, by the database's clock. */
  readonly at: Date;
}

/** `worker_open_connection_events` */
export interface OpenEvent {
  readonly id: string;
  readonly threshold: string;
  readonly episode: number;
  readonly message: boolean;
  readonly raised_at: Date;
  readonly unknown_since: Date | null;
}

/** `worker_connection_context` */
interface ContextRow {
  readonly organization: string;
  readonly known_until: Date;
  readonly budgets: readonly string[];
}

/** What is not about a budget has no period; one instant for all leaves the rest of the identity to tell rows apart. */
export const NO_PERIOD = new Date(0);

export function openEvents(tx: Tx, { orgId, connectionId }: Source): Promise<OpenEvent[]> {
  return callRows<OpenEvent>(tx, 'worker_open_connection_events', [orgId, connectionId]);
}

/** The end of what is known of a source. */
export async function knownUntil(tx: Tx, source: Source): Promise<Date> {
  return (await readContext(tx, source)).known_until;
}

/** @returns false when this was opened before. */
export async function openEpisode(tx: Tx, source: Source, opening: Opening): Promise<{ raised: boolean; messages: number }> {
  const { orgId, connectionId } = source;
  const { episode, level, reason, code, unknownSince, at } = opening;
  const facts = { reason, code, unknown_since: unknownSince.toISOString(), noticed_at: at.toISOString(), connection: oneLine(source.label, 60), provider: source.provider };
  const tell = level === 'alert' && reason !== 'overdue';
  const content = tell ? describeAttention({ ...(await connectionFacts(tx, source, unknownSince)), reason }) : null;
  const eventId = await callValue<string>(tx, 'worker_raise', [
    orgId, connectionId, 'connection', NO_PERIOD, `blind:${level}`, 'connection', episode, tell, false, null, connectionId, null, null, null, JSON.stringify(facts),
  ]);
  if (!eventId) return { raised: false, messages: 0 };
  return { raised: true, messages: content ? await enqueueMail(tx, { orgId, eventId, content: atSender(content, source) }) : 0 };
}

/** @param tell says that it is over to those who were told that it began; to nobody else. */
export async function endEpisode(tx: Tx, source: Source, events: readonly OpenEvent[], ending: { at: Date; why: 'synced' | 'paused'; tell: boolean }): Promise<{ ended: number; messages: number }> {
  const { orgId } = source;
  const { at, why, tell } = ending;
  let [ended, messages] = [0, 0];
  for (const event of events) {
    const facts = { ended_by: why, recovered_at: at.toISOString() };
    if (!(await callValue<boolean>(tx, 'worker_end_event', [orgId, event.id, 'resolved', JSON.stringify(facts)]))) continue;
    ended += 1;
    if (!tell || !event.message) continue;
    const content = describeRecovered({ ...(await connectionFacts(tx, source, event.unknown_since ?? event.raised_at)), recoveredAt: at });
    messages += await enqueueMail(tx, { orgId, eventId: event.id, content: atSender(content, source) });
  }
  return { ended, messages };
}

async function readContext(tx: Tx, { orgId, connectionId }: Source): Promise<ContextRow> {
  const [row] = await callRows<ContextRow>(tx, 'worker_connection_context', [orgId, connectionId]);
  if (!row) throw new Error('the connection vanished while its trouble was told');
  return row;
}

async function connectionFacts(tx: Tx, source: Source, unknownSince: Date): Promise<ConnectionFacts> {
  const row = await readContext(tx, source);
  const organization = oneLine(row.organization, 60) || 'your organisation';
  return {
    organization,
    // Text with a line break must not meet a header, and a name must not keep the trouble from being told.
    name: oneLine(source.label, 60) || 'A connection',
    provider: providerLabel(source.provider),
    unknownSince,
    budgets: row.budgets.map((name) => oneLine(name, 60)).filter(Boolean),
    zone: 'UTC',
    url: new URL(linkOf(source), source.appUrl ?? 'https://keymeter.invalid').href,
    why: whyText(organization),
    checkpoint: null,
  };
}

/** Without the app's address the link stays a path until it is sent. */
function atSender<C extends { link: { url: string; label: string } }>(content: C, source: Source): C {
  return source.appUrl ? content : { ...content, link: { ...content.link, url: linkOf(source) } };
}

function linkOf({ connectionId }: Source): string {
  return `/settings/connections/${connectionId}`;
}
