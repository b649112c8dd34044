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
  /** When amount, thresholds, period or zone became what they are. */
  settingsChangedAt: Date;
  /** The database's clock: periods are worked out from it. */
  databaseNow: Date;
}

/** @throws AppError */
export async function readBudgets(ctx: Ctx): Promise<BudgetRow[]> {
  type Row = Record<'id' | 'name' | 'scope_ref' | 'zone' | 'amount' | 'currency' | 'settings_changed_at' | 'database_now', string> & { scope_kind: BudgetRow['scopeKind']; period: BudgetRow['period']; thresholds: string[] };
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
    settingsChangedAt: new Date(r.settings_changed_at),
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

/** Billed spend of each budget in its UTC days `[from, to)`, by the budget's id. At most 200. @throws AppError */
export async function readBudgetSpends(ctx: Ctx, asked: readonly { budget: Pick<BudgetRow, 'id' | 'amount'>; from: Day; to: Day }[]): Promise<Map<string, BudgetSpend>> {
  type Row = { budget_id: string; billed: string | null; loading: boolean; data_through: string | null };
  if (asked.length === 0) return new Map();
  const rows = await rowsOf<Row>(
    ctx.supabase.rpc('budget_spends', { p_org: ctx.orgId, p_budgets: asked.map(({ budget }) => budget.id), p_from: asked.map(({ from }) => from), p_to: asked.map(({ to }) => to) }),
  );
  const currencies = new Map(asked.map(({ budget }) => [budget.id, budget.amount.currency]));
  return new Map(
    rows.map((row) => [
      row.budget_id,
      {
        billed: row.billed === null ? null : Money.parse(row.billed, currencies.get(row.budget_id) ?? 'USD'),
        loading: row.loading,
        dataThrough: row.data_through ? new Date(row.data_through) : null,
      },
    ]),
  );
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

/** Newest first; `before` is the last event of the page before. @throws AppError */
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

const DELIVERY = 'id, event_id, template, channel, recipient, state, code, attempts, next_attempt_at, created_at, sent_at';
/** Below what a gateway gives at once, so that a full answer means that there is more. */
const DELIVERIES_AT_ONCE = 500;

/** What was sent for these events, to whom, and how it went; all of it, oldest first. @throws AppError */
export async function readDeliveries(ctx: Ctx, eventIds: readonly string[]): Promise<DeliveryRow[]> {
  const found: DeliveryRow[] = [];
  for (let more = eventIds.length > 0; more; ) {
    const after = found.at(-1)?.id;
    const query = ctx.supabase.from('messages').select(DELIVERY).eq('org_id', ctx.orgId).in('event_id', [...eventIds]);
    const rows = await rowsOf<DeliveryRow>((after ? query.gt('id', after) : query).order('id').limit(DELIVERIES_AT_ONCE));
    found.push(...rows);
    more = rows.length === DELIVERIES_AT_ONCE;
  }
  return found.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.recipient < b.recipient ? -1 : 1));
}

export interface TestRequest {
  id: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  code: string | null;
  created_at: string;
}

/** The newest test alert that somebody asked for; null when nobody did. @throws AppError */
export async function readTestRequest(ctx: Ctx): Promise<TestRequest | null> {
  const [row] = await rowsOf<TestRequest>(
    ctx.supabase.from('work_requests').select('id, state, code, created_at').eq('org_id', ctx.orgId).eq('kind', 'test_alert').order('created_at', { ascending: false }).limit(1),
  );
  return row ?? null;
}
