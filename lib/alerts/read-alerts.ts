/** Budgets, what was raised, and who was told, as pages show them. */
import type { Ctx } from '#lib/ctx.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import { rowsOf } from '#lib/rest.ts';

export interface BudgetRow {
  id: string;
  name: string;
  scopeKind: 'organization' | 'provider' | 'connection' | 'project' | 'model' | 'api_key';
  scopeRef: string;
  period: 'day' | 'week' | 'month' | 'quarter';
  zone: string;
  amount: Money;
  /** `actual:bp:8000` ... */
  thresholds: string[];
  /** The database's clock: periods are worked out from it. */
  databaseNow: Date;
}

/** @throws AppError */
export async function readBudgets(ctx: Ctx): Promise<BudgetRow[]> {
  type Row = Record<'id' | 'name' | 'scope_ref' | 'zone' | 'amount' | 'currency' | 'database_now', string> & { scope_kind: BudgetRow['scopeKind']; period: BudgetRow['period']; thresholds: string[] };
  const rows = await rowsOf<Row>(ctx.supabase.rpc('budgets_now', { p_org: ctx.orgId }));
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    scopeKind: r.scope_kind,
    scopeRef: r.scope_ref,
    period: r.period,
    zone: r.zone,
    amount: Money.parse(r.amount, r.currency),
    thresholds: r.thresholds,
    databaseNow: new Date(r.database_now),
  }));
}

export interface BudgetSpend {
  /** null = unknown: nothing has been read for it yet. */
  billed: Money | null;
  /** The first read has not reached the start of the period. */
  loading: boolean;
  dataThrough: Date | null;
}

/** Billed spend of a budget in the UTC days `[from, to)`. @throws AppError */
export async function readBudgetSpend(ctx: Ctx, budget: Pick<BudgetRow, 'id' | 'amount'>, from: Day, to: Day): Promise<BudgetSpend> {
  type Row = { billed: string | null; loading: boolean; data_through: string | null };
  const [row] = await rowsOf<Row>(ctx.supabase.rpc('budget_spend', { p_org: ctx.orgId, p_budget: budget.id, p_from: from, p_to: to }));
  return {
    billed: row?.billed == null ? null : Money.parse(row.billed, budget.amount.currency),
    loading: row?.loading ?? false,
    dataThrough: row?.data_through ? new Date(row.data_through) : null,
  };
}

export interface AlertRow {
  id: string;
  kind: 'budget' | 'connection' | 'test';
  rule: string;
  scope: string;
  threshold: string;
  period_start: string;
  episode: number;
  state: 'open' | 'resolved' | 'cleared';
  /** False for a lower threshold that a jump only marked passed. */
  message: boolean;
  on_connect: boolean;
  budget_id: string | null;
  budget_name: string | null;
  connection_id: string | null;
  connection_label: string | null;
  amount: string | null;
  budget_amount: string | null;
  currency: string | null;
  facts: Record<string, unknown>;
  raised_at: string;
  ended_at: string | null;
}

/** Newest first. @throws AppError */
export function readAlerts(ctx: Ctx, { before, limit = 50 }: { before?: string | undefined; limit?: number } = {}): Promise<AlertRow[]> {
  return rowsOf<AlertRow>(ctx.supabase.rpc('alerts_recent', { p_org: ctx.orgId, p_before: before ?? null, p_limit: limit }));
}

export interface DeliveryRow {
  id: string;
  event_id: string;
  template: string;
  channel: 'email';
  recipient: string;
  state: 'pending' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'dead';
  code: string | null;
  attempts: number;
  next_attempt_at: string;
  created_at: string;
  sent_at: string | null;
}

/** What was sent for these events, to whom, and how it went. @throws AppError */
export function readDeliveries(ctx: Ctx, eventIds: readonly string[]): Promise<DeliveryRow[]> {
  if (eventIds.length === 0) return Promise.resolve([]);
  return rowsOf<DeliveryRow>(
    ctx.supabase
      .from('messages')
      .select('id, event_id, template, channel, recipient, state, code, attempts, next_attempt_at, created_at, sent_at')
      .eq('org_id', ctx.orgId)
      .in('event_id', [...eventIds])
      .order('created_at')
      .limit(500),
  );
}
