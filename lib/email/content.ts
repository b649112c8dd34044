/**
 * What each mail says, as plain JSON of finished texts: no amounts to format, no dates to place, nothing to look up. So
 * it can be kept beside the outbox row and rendered again to the same bytes, which a repeated send under one
 * idempotency key needs.
 */

/** `calm`: good to know. `near`: most of it is gone. `over`: gone, or broken. `good`: mended. */
export type Tone = 'calm' | 'near' | 'over' | 'good';

export interface MailBase {
  readonly subject: string;
  /** The line an inbox shows after the subject. */
  readonly preheader: string;
  readonly tone: Tone;
  readonly organization: string;
  readonly headline: string;
  readonly link: MailLink;
  /** Why this person gets it: "You are an owner of Acme." */
  readonly why: string;
  /** The newest signed audit checkpoint, verbatim; null before the first. */
  readonly checkpoint: string | null;
}

export interface MailLink {
  readonly url: string;
  readonly label: string;
}

/** A label and its value, in a ledger's two columns. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A budget as a gauge. Positions are permille of its width; only pixels are made of them, no amount. */
export interface MeterContent {
  readonly filled: number;
  /** Where the budget ends: 1000 unless it is overrun or a threshold lies beyond it. */
  readonly budgetAt: number;
  readonly marks: readonly { readonly at: number; readonly label: string; readonly reached: boolean }[];
  /** For those who cannot see it. */
  readonly description: string;
}

export interface Contributor {
  readonly name: string;
  readonly amount: string;
  /** Of the whole; empty when it cannot be said. */
  readonly share: string;
  /** Permille of the largest contributor's bar. */
  readonly bar: number;
  /** `allocated` or `estimated`; empty for billed. */
  readonly kind: string;
}

export interface Contributors {
  /** `Where it went, by model` */
  readonly title: string;
  readonly rows: readonly Contributor[];
  /** `14 more` and their amount; null when there are none. */
  readonly rest: Fact | null;
}

export interface BudgetAlertContent extends MailBase {
  readonly template: 'budget_alert';
  /** `Monthly budget, all providers` */
  readonly covers: string;
  readonly spent: string;
  readonly ofBudget: string;
  /** Empty for a budget of zero. */
  readonly percent: string;
  /** `$87.63 left until 30 November 2026`, `$12.00 over` */
  readonly remaining: string;
  readonly meter: MeterContent;
  /** What the reader must know to read the figures right: on connect, period over, a source that is unknown. */
  readonly cautions: readonly string[];
  readonly facts: readonly Fact[];
  readonly contributors: Contributors | null;
  readonly howComputed: readonly string[];
}

export interface AlertResolvedContent extends MailBase {
  readonly template: 'alert_resolved';
  readonly lead: string;
  readonly before: Fact;
  readonly after: Fact;
  readonly facts: readonly Fact[];
  readonly howComputed: readonly string[];
}

export interface ConnectionAttentionContent extends MailBase {
  readonly template: 'connection_attention';
  readonly lead: string;
  readonly facts: readonly Fact[];
  readonly steps: readonly string[];
  readonly consequences: readonly string[];
}

export interface ConnectionRecoveredContent extends MailBase {
  readonly template: 'connection_recovered';
  readonly lead: string;
  readonly facts: readonly Fact[];
}

export interface TestAlertContent extends MailBase {
  readonly template: 'test_alert';
  readonly lead: string;
  readonly facts: readonly Fact[];
}

export type MailContent = BudgetAlertContent | AlertResolvedContent | ConnectionAttentionContent | ConnectionRecoveredContent | TestAlertContent;
