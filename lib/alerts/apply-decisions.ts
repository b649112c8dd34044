/**
 * Writes what was decided for one budget and period: ends first, then raises, and the messages that tell of them. Every
 * text is made before the first row is written, so that a mail which cannot be composed leaves nothing half told.
 */
import { readBudgetContext } from '#lib/alerts/budget-context.ts';
import type { BudgetContext } from '#lib/alerts/budget-context.ts';
import { providerDays } from '#lib/alerts/budget-days.ts';
import type { BudgetRow, EventRow } from '#lib/alerts/budget-rows.ts';
import type { Budget, Clear, Decision, Raise, Resolve } from '#lib/alerts/decide.ts';
import { describeAlert } from '#lib/alerts/describe-alert.ts';
import type { AlertFacts, BudgetFacts } from '#lib/alerts/describe-alert.ts';
import { describeResolved } from '#lib/alerts/describe-resolved.ts';
import { budgetEventFacts } from '#lib/alerts/event-facts.ts';
import { enqueueMail, whyText } from '#lib/alerts/outbox.ts';
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import { callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import { describeError } from '#lib/describe-error.ts';
import type { DescribedError } from '#lib/describe-error.ts';
import type { MailContent } from '#lib/email/content.ts';
import { oneLine } from '#lib/email/safe-text.ts';
import type { Money } from '#lib/money.ts';

export interface Applied {
  raised: number;
  resolved: number;
  cleared: number;
  messages: number;
  /** Budgets of which nothing could be told; the usage is committed all the same and the next evaluation tries again. */
  failed: { budgetId: string; error: DescribedError }[];
}

export interface Judgement {
  readonly orgId: string;
  readonly row: BudgetRow;
  readonly period: BudgetPeriod;
  readonly budget: Budget;
  readonly billed: Money;
  readonly events: readonly EventRow[];
  readonly decisions: readonly Decision[];
  readonly appUrl: string;
}

/** @throws when the database refuses. */
export async function applyDecisions(tx: Tx, judgement: Judgement): Promise<Applied> {
  const applied: Applied = { raised: 0, resolved: 0, cleared: 0, messages: 0, failed: [] };
  const context = await readBudgetContext(tx, judgement.orgId, judgement.row, providerDays(judgement.period));
  let writes: Write[];
  try {
    writes = judgement.decisions.flatMap((decision) => writeOf(judgement, context, decision) ?? []);
  } catch (error) {
    return { ...applied, failed: [{ budgetId: judgement.row.id, error: describeError(error) }] };
  }
  for (const write of writes) {
    const eventId = write.do === 'raise' ? await raise(tx, judgement, write) : await end(tx, judgement.orgId, write);
    if (!eventId) continue;
    applied[write.do === 'raise' ? 'raised' : write.state] += 1;
    if (write.content) applied.messages += await enqueueMail(tx, { orgId: judgement.orgId, eventId, content: write.content });
  }
  return applied;
}

type Write =
  | { readonly do: 'raise'; readonly raise: Raise; readonly facts: object; readonly content: MailContent | null }
  | { readonly do: 'end'; readonly eventId: string; readonly state: 'resolved' | 'cleared'; readonly facts: object; readonly content: MailContent | null };

function writeOf(judgement: Judgement, context: BudgetContext, decision: Decision): Write | null {
  switch (decision.do) {
    case 'raise':
      return raiseOf(judgement, context, decision);
    case 'resolve':
      return resolveOf(judgement, context, decision);
    case 'clear': {
      const event = eventOf(judgement.events, decision);
      return event ? { do: 'end', eventId: event.id, state: 'cleared', facts: { ended_by: 'edit' }, content: null } : null;
    }
  }
}

function raiseOf(judgement: Judgement, context: BudgetContext, decision: Raise): Write {
  const { decisions, billed, period } = judgement;
  const passed = decision.message ? decisions.flatMap((other) => (other.do === 'raise' && !other.message ? other.threshold : [])) : [];
  const facts: AlertFacts = {
    ...frameOf(judgement, context),
    budget: budgetFacts(judgement, context),
    raise: decision,
    passed,
    billed,
    estimated: context.estimated,
    dataThrough: context.dataThrough,
    unknown: context.unknown,
    contributors: context.contributors,
  };
  const content = describeAlert(facts);
  const more = { link: linkOf(judgement), estimatedAtEdges: providerDays(period).estimatedAtEdges };
  return { do: 'raise', raise: decision, facts: budgetEventFacts(facts, content, more), content: decision.message ? content : null };
}

function resolveOf(judgement: Judgement, context: BudgetContext, decision: Resolve): Write | null {
  const event = eventOf(judgement.events, decision);
  if (!event) return null;
  const facts = { ended_by: 'restatement', restated_from: decision.from.toDecimal(), restated_to: decision.to.toDecimal() };
  const content = decision.message
    ? describeResolved({
        ...frameOf(judgement, context),
        budget: budgetFacts(judgement, context),
        resolve: decision,
        raisedAt: event.raised_at,
        dataThrough: context.dataThrough,
      })
    : null;
  return { do: 'end', eventId: event.id, state: 'resolved', facts, content };
}

/** Null when another evaluation raised it before; then that one also told of it. */
async function raise(tx: Tx, { orgId, row, period, budget, billed }: Judgement, { raise: decision, facts }: Extract<Write, { do: 'raise' }>): Promise<string | null> {
  const scope = row.scope_ref ? `${row.scope_kind}:${row.scope_ref}` : row.scope_kind;
  return callValue<string>(tx, 'worker_raise', [
    orgId, row.id, scope, period.start, decision.thresholdKey, 'budget', decision.episode, decision.message, decision.onConnect, row.id, null,
    billed.toDecimal(), budget.amount.toDecimal(), row.currency, JSON.stringify(facts),
  ]);
}

async function end(tx: Tx, orgId: string, { eventId, state, facts }: Extract<Write, { do: 'end' }>): Promise<string | null> {
  return (await callValue<boolean>(tx, 'worker_end_event', [orgId, eventId, state, JSON.stringify(facts)])) ? eventId : null;
}

function eventOf(events: readonly EventRow[], { thresholdKey, episode }: Resolve | Clear): EventRow | undefined {
  return events.find((event) => event.threshold === thresholdKey && event.episode === episode);
}

function frameOf(judgement: Judgement, { organization }: BudgetContext) {
  return { organization, url: new URL(linkOf(judgement), judgement.appUrl).href, why: whyText(organization), checkpoint: null };
}

function linkOf({ row }: Judgement): string {
  return `/alerts#budget-${row.id}`;
}

/** Names are made safe here: one that could not stand in a subject must not keep usage from being committed. */
function budgetFacts({ row, budget, period }: Judgement, context: BudgetContext): BudgetFacts {
  return {
    name: oneLine(row.name, 60) || 'A budget',
    scope: context.scope,
    amount: budget.amount,
    thresholds: budget.thresholds,
    period,
    sources: context.sources,
  };
}
