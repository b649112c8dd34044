/** Rows of the `worker_budget*` functions, read into what the decisions are made from. */
import type { Budget, RaisedAlert } from '#lib/alerts/decide.ts';
import type { PeriodKind } from '#lib/alerts/period.ts';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import { Money } from '#lib/money.ts';

export type ScopeKind = 'organization' | 'provider' | 'connection' | 'project' | 'model' | 'api_key';

/** `worker_budgets` */
export interface BudgetRow {
  readonly id: string;
  readonly name: string;
  readonly scope_kind: ScopeKind;
  readonly scope_ref: string;
  readonly period: PeriodKind;
  readonly zone: string;
  /** Decimal text. */
  readonly amount: string;
  readonly currency: string;
  readonly thresholds: readonly string[];
  readonly settings_changed_at: Date;
  readonly database_now: Date;
}

/** `worker_budget_state` */
export interface StateRow {
  /** Decimal text; null while nothing was ever read for the scope: unknown is not zero. */
  readonly billed: string | null;
  /** A first load that covers these days is under way, and alerts wait for it. */
  readonly held: boolean;
  readonly first_loaded_at: Date | null;
}

/** `worker_budget_events` */
export interface EventRow {
  readonly id: string;
  readonly threshold: string;
  readonly episode: number;
  readonly state: 'open' | 'resolved' | 'cleared';
  readonly message: boolean;
  readonly raised_at: Date;
  readonly amount: string;
  readonly budget_amount: string;
  /** What the last evaluation saw while the event was open. */
  readonly seen_amount: string | null;
}

/** A stored threshold that cannot be read is left out; the others still warn. */
export function budgetOf(row: Pick<BudgetRow, 'amount' | 'currency' | 'thresholds'>): Budget {
  return {
    amount: Money.parse(row.amount, row.currency),
    thresholds: row.thresholds.flatMap((text) => parseThreshold(text) ?? []),
  };
}

export function raisedAlert(row: EventRow, currency: string): RaisedAlert {
  return {
    thresholdKey: row.threshold,
    episode: row.episode,
    state: row.state,
    raisedAt: row.raised_at,
    spendAtRaise: Money.parse(row.amount, currency),
    budgetAtRaise: Money.parse(row.budget_amount, currency),
    message: row.message,
  };
}

/** Spend as the evaluation before this one saw it, for "restated from"; null when none was open then. */
export function seenBefore(rows: readonly EventRow[], currency: string): Money | null {
  const seen = rows.find((row) => row.state === 'open' && row.seen_amount !== null)?.seen_amount;
  return seen ? Money.parse(seen, currency) : null;
}
