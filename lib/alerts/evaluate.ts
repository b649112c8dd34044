/**
 * Evaluates an organisation's budgets inside the transaction that commits its usage: what is raised is committed with
 * the figures that raised it, or not at all. Messages leave later, from the outbox.
 */
import { applyDecisions } from '#lib/alerts/apply-decisions.ts';
import type { Applied } from '#lib/alerts/apply-decisions.ts';
import { openPeriods, providerDays } from '#lib/alerts/budget-days.ts';
import { budgetOf, raisedAlert, seenBefore } from '#lib/alerts/budget-rows.ts';
import type { BudgetRow, EventRow, StateRow } from '#lib/alerts/budget-rows.ts';
import { decide } from '#lib/alerts/decide.ts';
import type { PeriodState } from '#lib/alerts/decide.ts';
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import { Money } from '#lib/money.ts';

export type EvaluationCause =
  | { readonly kind: 'run'; readonly runKind: 'scheduled' | 'sync_now' | 'backfill'; readonly connectionId: string }
  /** A budget was made or changed. */
  | { readonly kind: 'edit' };

/** For the log. */
export interface EvaluationSummary extends Applied {
  budgets: number;
}

/**
 * Call it after `worker_finish_run` in the same transaction: while a backfill's run is unfinished, alerts wait for it.
 * One evaluation of an organisation runs at a time, so who comes second sees what the first one raised.
 * @throws when the database refuses; the caller's transaction must then be rolled back as a whole.
 */
export async function evaluateBudgets(
  tx: Tx,
  { orgId, cause }: { orgId: string; cause: EvaluationCause },
  { appUrl }: { appUrl: string },
): Promise<EvaluationSummary> {
  await callValue(tx, 'worker_lock_evaluation', [orgId]);
  // Before the budgets are read: an edit that is committed after this keeps its wish to be looked at.
  if (cause.kind === 'edit') await callValue(tx, 'worker_finish_evaluation', [orgId]);
  const budgets = await callRows<BudgetRow>(tx, 'worker_budgets', [orgId]);
  const summary: EvaluationSummary = { budgets: budgets.length, raised: 0, resolved: 0, cleared: 0, messages: 0, failed: [] };
  for (const row of budgets) {
    for (const period of openPeriods(row.period, row.zone, row.settings_changed_at, row.database_now)) {
      add(summary, await evaluatePeriod(tx, { orgId, row, period, cause, appUrl }));
    }
  }
  return summary;
}

interface Subject {
  readonly orgId: string;
  readonly row: BudgetRow;
  readonly period: BudgetPeriod;
  readonly cause: EvaluationCause;
  readonly appUrl: string;
}

async function evaluatePeriod(tx: Tx, { orgId, row, period, cause, appUrl }: Subject): Promise<Applied | null> {
  const { from, to } = providerDays(period);
  const [state] = await callRows<StateRow>(tx, 'worker_budget_state', [orgId, row.id, from, to]);
  if (!state || state.billed === null || state.held) return null;
  const budget = budgetOf(row);
  const billed = Money.parse(state.billed, row.currency);
  const events = await callRows<EventRow>(tx, 'worker_budget_events', [orgId, row.id, period.start]);
  const decisions = decide(budget, {
    period,
    now: row.database_now,
    billed,
    billedBefore: seenBefore(events, row.currency),
    history: historyOf(cause, period, state, row.database_now),
    alerts: events.map((event) => raisedAlert(event, row.currency)),
  });
  const applied = decisions.length > 0 ? await applyDecisions(tx, { orgId, row, period, budget, billed, events, decisions, appUrl }) : null;
  if (applied?.raised || events.some((event) => event.state === 'open')) {
    await callValue(tx, 'worker_note_spend', [orgId, row.id, period.start, billed.toDecimal()]);
  }
  return applied;
}

/**
 * A period that was over before its days were first read is history, whichever run comes upon it: a source connected on
 * the second must not report last month's spend as news.
 */
function historyOf(cause: EvaluationCause, period: BudgetPeriod, state: StateRow, now: Date): PeriodState['history'] {
  const readOnlyAfterwards = now >= period.end && state.first_loaded_at !== null && state.first_loaded_at >= period.end;
  return readOnlyAfterwards || (cause.kind === 'run' && cause.runKind === 'backfill') ? 'loaded' : 'settled';
}

function add(summary: EvaluationSummary, applied: Applied | null): void {
  if (!applied) return;
  summary.raised += applied.raised;
  summary.resolved += applied.resolved;
  summary.cleared += applied.cleared;
  summary.messages += applied.messages;
  summary.failed.push(...applied.failed);
}
