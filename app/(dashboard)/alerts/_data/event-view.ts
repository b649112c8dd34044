/** An alert as the list tells it: what happened, in words, with its figures and what became of it. Pure. */
import type { Tone } from '#app/_components/badge.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import type { AlertRow, DeliveryRow } from '#lib/alerts/read-alerts.ts';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import { instantText, moneyText, moneyTexts } from '#lib/email/figures.ts';
import { Money } from '#lib/money.ts';
import { deliveryWords } from './delivery-words.ts';
import type { DeliveryWords } from './delivery-words.ts';
import { budgetFactsOf, sourceFactsOf, testFactsOf } from './event-facts.ts';
import type { EventGroup } from './group-events.ts';

export interface EventView {
  id: string;
  kind: AlertRow['kind'];
  tone: Tone;
  /** Told to nobody by itself: a lower threshold that a jump passed, or a warning that is only shown. */
  quiet: boolean;
  title: string;
  /** `$4,120.11 of $4,000.00 (103%)`; null for what is not about money. */
  figures: string | null;
  state: { word: string; tone: Tone };
  onConnect: boolean;
  /** Sentences beneath, in order. */
  notes: string[];
  /** How it was computed, for whoever wants to check. */
  howComputed: string[];
  contributors: { name: string; amount: string; share: string }[];
  link: { href: string; text: string } | null;
  raisedAt: string;
  deliveries: DeliveryWords[];
}

export interface EventContext {
  deliveries: readonly DeliveryRow[];
  /** Start of the current period of each budget that still exists. */
  periodStarts: ReadonlyMap<string, Date>;
}

export function eventView(group: EventGroup, context: EventContext): EventView {
  const { event } = group;
  const deliveries = context.deliveries.filter((row) => row.event_id === event.id).map(deliveryWords);
  const common = { id: event.id, kind: event.kind, onConnect: event.on_connect, raisedAt: event.raised_at, deliveries, howComputed: [], contributors: [], figures: null };
  switch (event.kind) {
    case 'budget':
      return { ...common, ...budgetView(group, context) };
    case 'connection':
      return { ...common, ...sourceView(event) };
    case 'test':
      return { ...common, quiet: false, tone: 'info', title: 'A test of the alerts', state: { word: 'Test', tone: 'neutral' }, notes: testNotes(event), link: null };
  }
}

type Told = Omit<EventView, 'id' | 'kind' | 'onConnect' | 'raisedAt' | 'deliveries' | 'figures' | 'howComputed' | 'contributors'>;

function budgetView({ event, passed }: EventGroup, { periodStarts }: EventContext): Told & Pick<EventView, 'figures' | 'howComputed' | 'contributors'> {
  const facts = budgetFactsOf(event);
  const name = event.budget_name ?? facts.budget ?? 'A budget that is gone';
  const [amount, budget] = [money(event.amount, event.currency), money(event.budget_amount, event.currency)];
  const threshold = thresholdWords(event);
  const state = budgetState(event, periodStarts, facts.ended_by);
  const over = amount && budget ? amount.compare(budget) >= 0 : false;
  return {
    quiet: !event.message,
    tone: event.state !== 'open' ? 'good' : over ? 'bad' : 'warn',
    title: event.message ? (facts.headline ?? `${name} passed ${threshold} of its budget`) : `${name} passed ${threshold}${facts.period ? ` of its ${facts.period} budget` : ''}`,
    figures: amount && budget ? `${moneyTexts(amount, budget).join(' of ')}${facts.percent ? ` (${facts.percent})` : ''}` : null,
    state,
    notes: [
      ...(passed.length > 0 ? [`${joined(passed.map(thresholdWords))} passed at the same time, without a mail of ${passed.length === 1 ? 'its' : 'their'} own.`] : []),
      ...(facts.after_end ? ['The period was over; its last days were reported only then.'] : []),
      ...facts.unknown.map(({ source, since }) => `${source} was unknown since ${instantText(new Date(since), 'UTC')}: not in this figure.`),
      ...endingOf(event, facts.ended_by, facts.restated_from, facts.restated_to),
    ],
    howComputed: [...facts.how_computed, ...(facts.data_through ? [`Data through ${instantText(new Date(facts.data_through), facts.zone ?? 'UTC')}.`] : [])],
    contributors: facts.contributors.map((c) => ({ name: c.name, amount: money(c.amount, event.currency), share: c.share })).flatMap(({ name, amount, share }) => (amount ? [{ name, amount: moneyText(amount), share }] : [])),
    link: null,
  };
}

function budgetState(event: AlertRow, periodStarts: EventContext['periodStarts'], endedBy: string | undefined): EventView['state'] {
  if (event.state === 'resolved') return { word: 'Resolved', tone: 'good' };
  if (event.state === 'cleared') return { word: endedBy === 'deleted' ? 'Budget deleted' : 'Cleared', tone: 'neutral' };
  const current = event.budget_id ? periodStarts.get(event.budget_id) : undefined;
  return current && new Date(event.period_start) < current ? { word: 'Period over', tone: 'neutral' } : { word: 'Open', tone: 'warn' };
}

function endingOf(event: AlertRow, endedBy: string | undefined, from: string | undefined, to: string | undefined): string[] {
  if (event.state === 'resolved' && from && to) {
    const [was, is] = [money(from, event.currency), money(to, event.currency)];
    if (was && is) return [`Resolved: the provider restated this spend from ${moneyTexts(was, is).join(' to ')}.`];
  }
  if (event.state === 'cleared') return [endedBy === 'deleted' ? 'The budget was deleted.' : 'Cleared: after the budget was changed, this is not reached any more.'];
  return [];
}

/** Reasons as lib/alerts/blindness.ts names them. */
const TROUBLE: Readonly<Record<string, (name: string, provider: string) => string>> = {
  key_rejected: (name, provider) => `${provider} refuses the key of “${name}”`,
  silent_for_a_day: (name) => `Nothing was heard from “${name}” for a day`,
  overdue: (name) => `“${name}” is behind: no sync has succeeded for two intervals`,
};

function sourceView(event: AlertRow): Told {
  const facts = sourceFactsOf(event);
  const name = event.connection_label ?? facts.connection ?? 'A connection that is gone';
  const provider = providerName(facts.provider ?? '');
  const ended = event.state !== 'open';
  return {
    quiet: !event.message,
    tone: ended ? 'good' : event.message ? 'bad' : 'warn',
    title: (TROUBLE[facts.reason ?? ''] ?? ((label: string) => `“${label}” cannot be read`))(name, provider),
    state: ended ? { word: facts.ended_by === 'paused' ? 'Paused' : 'Works again', tone: facts.ended_by === 'paused' ? 'neutral' : 'good' } : { word: 'Open', tone: 'warn' },
    notes: [
      ...(facts.unknown_since ? [`Its spend is unknown from ${instantText(new Date(facts.unknown_since), 'UTC')}${ended && event.ended_at ? ` to ${instantText(new Date(event.ended_at), 'UTC')}; the days in between were read afterwards` : ' on'}.`] : []),
      ...(event.message ? [] : ['A warning that is shown here only; a day of silence is told by mail.']),
    ],
    link: event.connection_id ? { href: `/settings/connections/${event.connection_id}`, text: 'Open the connection' } : null,
  };
}

function testNotes(event: AlertRow): string[] {
  const { asked_by: askedBy } = testFactsOf(event);
  return [`Nothing was crossed and nothing is wrong.${askedBy ? ` Asked for by ${askedBy}.` : ''}`];
}

function thresholdWords({ threshold }: AlertRow): string {
  const parsed = parseThreshold(threshold);
  return parsed ? thresholdText(parsed) : 'a threshold';
}

function money(amount: string | null, currency: string | null): Money | null {
  return amount === null ? null : Money.parse(amount, currency ?? 'USD');
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
