/** A source that cannot be seen, and one that can be seen again. */
import type { BlindReason } from '#lib/alerts/blindness.ts';
import { frame, joined, personName } from '#lib/alerts/describe-frame.ts';
import type { MailFrame } from '#lib/alerts/describe-frame.ts';
import type { ConnectionAttentionContent, ConnectionRecoveredContent, Fact } from '#lib/email/content.ts';
import { instantText } from '#lib/email/figures.ts';

export interface ConnectionFacts extends MailFrame {
  /** As its people named it. */
  readonly name: string;
  /** `OpenAI` */
  readonly provider: string;
  /** Its data is unknown from here on. */
  readonly unknownSince: Date;
  /** Names of the budgets that cover it. */
  readonly budgets: readonly string[];
  /** For times; `UTC` unless the organisation chose another. */
  readonly zone: string;
}

export type AttentionReason = Exclude<BlindReason, 'overdue'>;

/** @throws UnsafeText when a name that a person gave holds a line break. */
export function describeAttention(facts: ConnectionFacts & { readonly reason: AttentionReason }): ConnectionAttentionContent {
  const name = personName(facts.name, "the connection's name");
  const { provider, reason } = facts;
  const since = instantText(facts.unknownSince, facts.zone);
  const words = reason === 'key_rejected' ? rejected(name, provider) : silent(name, provider, since);
  return {
    template: 'connection_attention',
    ...frame(facts, reason === 'key_rejected' ? 'Replace the key' : 'Open the connection'),
    subject: words.headline,
    preheader: `Spend is unknown since ${since}.`,
    tone: 'over',
    headline: words.headline,
    lead: words.lead,
    facts: connectionFacts(facts, name),
    steps: words.steps,
    consequences: [
      ...words.custody,
      facts.budgets.length > 0
        ? `${joined(facts.budgets.map((budget) => personName(budget, "a budget's name")))} cannot warn you about this source and ${facts.budgets.length > 1 ? 'say' : 'says'} “unknown since ${since}”.`
        : `Its spend is shown as “unknown since ${since}”, never as zero.`,
      'This is the only mail about it. You get one more when data flows again.',
    ],
  };
}

/** @throws UnsafeText when a name that a person gave holds a line break. */
export function describeRecovered(facts: ConnectionFacts & { readonly recoveredAt: Date }): ConnectionRecoveredContent {
  const name = personName(facts.name, "the connection's name");
  const headline = `${name} can be seen again`;
  return {
    template: 'connection_recovered',
    ...frame(facts, 'Open the connection'),
    subject: `${headline}: ${facts.provider} answers`,
    preheader: 'The days in between were read and the budgets were checked.',
    tone: 'good',
    headline,
    lead: `${facts.provider} answers again. The days in between were read from its reports, and your budgets were checked against them.`,
    facts: [
      { label: 'Connection', value: `${name}, ${facts.provider}` },
      { label: 'Unknown from', value: instantText(facts.unknownSince, facts.zone) },
      { label: 'Until', value: instantText(facts.recoveredAt, facts.zone) },
    ],
  };
}

interface Words {
  headline: string;
  lead: string;
  steps: string[];
  custody: string[];
}

function rejected(name: string, provider: string): Words {
  return {
    headline: `${provider} refuses the key of ${name}`,
    lead: 'It was revoked, it expired, or it lost its rights. Until you replace it, no spend of this source can be read.',
    steps: [`Create a new admin key at ${provider}, with the smallest scope that the connection’s page names.`, 'Replace the key on that page. It is sealed in your browser before it is sent.', `Delete the old key at ${provider} if it still exists.`],
    custody: ['The stored key is not opened any more, not even to try again.'],
  };
}

function silent(name: string, provider: string, since: string): Words {
  return {
    headline: `Nothing was heard from ${name} for a day`,
    lead: `Every attempt to read ${provider} since ${since} has failed. What was spent after that is not known.`,
    steps: ['Open the connection: its page says what the last attempt ran into.', `If ${provider} has an outage, wait: reading goes on by itself and nothing is lost.`, 'If it does not, start a sync by hand or replace the key.'],
    custody: [],
  };
}

function connectionFacts(facts: ConnectionFacts, name: string): Fact[] {
  return [
    { label: 'Connection', value: `${name}, ${facts.provider}` },
    { label: 'Last read', value: instantText(facts.unknownSince, facts.zone) },
  ];
}
