/** Everything the page shows, read at once. Each part fails for itself, so that the others are still shown. */
import { type Attempt, attempt } from '#app/_server/attempt.ts';
import type { Session } from '#app/_server/session.ts';
import { readSources } from '#lib/connections/read-connections.ts';
import type { SourceRow } from '#lib/connections/read-connections.ts';
import { addDays, addMonths, dayOf, firstOfMonth } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { readDailySpend, readSpendGaps, readTokenTotals, readTop } from '#lib/usage/read-spend.ts';
import type { TokenTotal } from '#lib/usage/read-spend.ts';
import type { BudgetView } from '../../_budgets/budget-view.ts';
import { readStandings, viewsOf } from '../../_budgets/load-budgets.ts';
import { freshnessOf } from '../../_sources/freshness.ts';
import type { Freshness } from '../../_sources/freshness.ts';
import { spanOf } from './span.ts';
import type { Span, SpanName } from './span.ts';
import { pageCurrency, unknownDays } from './spend-days.ts';
import type { SpendDays } from './spend-days.ts';
import { topLine } from './top-rows.ts';
import type { TopLine } from './top-rows.ts';

const TOP_ROWS = 7;
/** Twice the longest span: whether the span before was read whole must be known too. */
const GAP_DAYS = 180;

export interface Overview {
  today: Day;
  sources: Attempt<SourceRow[]>;
  freshness: Freshness;
  month: Span;
  span: Span;
  historyFrom: Day;
  days: Attempt<SpendDays>;
  models: Attempt<TopLine[]>;
  projects: Attempt<TopLine[]>;
  tokens: Attempt<TokenTotal[]>;
  budgets: Attempt<BudgetView[]>;
}

export async function loadOverview(ctx: Session, spanName: SpanName, now: Date): Promise<Overview> {
  const today = dayOf(now);
  const historyFrom = earlier(addMonths(firstOfMonth(today), -1), addDays(today, -89));
  // Started first because it takes two questions; nothing waits for it before the end.
  const standings = attempt('budgets', () => readStandings(ctx));
  // When a session ends in the middle, the first part to notice says so for all.
  standings.catch(() => {});
  const [sources, days] = await Promise.all([attempt('sources', () => readSources(ctx)), attempt('spend by day', () => readSpendDays(ctx, historyFrom, today))]);
  const freshness = freshnessOf(sources.ok ? sources.value : []);
  const span = spanOf(spanName, today, freshness.completeTo);
  const spend = withSources(days, sources);
  const comparable = spend.ok && isComparable(spend.value, span);
  const [models, projects, tokens, stood] = await Promise.all([
    attempt('top models', () => readLines(ctx, 'model', span, comparable)),
    attempt('top projects', () => readLines(ctx, 'project', span, comparable)),
    attempt('tokens', () => readTokenTotals(ctx, span)),
    standings,
  ]);
  const budgets = stood.ok ? { ok: true, value: viewsOf(stood.value, sources.ok ? sources.value : []) } as const : stood;
  return { today, sources, freshness, month: spanOf('month', today, freshness.completeTo), span, historyFrom, days: spend, models, projects, tokens, budgets };
}

async function readSpendDays(ctx: Session, from: Day, today: Day): Promise<SpendDays> {
  const to = addDays(today, 1);
  const [daily, gaps] = await Promise.all([readDailySpend(ctx, { from, to }), readSpendGaps(ctx, { from: addDays(to, -GAP_DAYS), to })]);
  return { providers: [], connected: new Set(), currency: pageCurrency(daily), daily, gaps, today };
}

/** A provider is shown when a source of it is connected, and when something was spent at it. */
function withSources(days: Attempt<SpendDays>, sources: Attempt<SourceRow[]>): Attempt<SpendDays> {
  if (!days.ok) return days;
  const connected = new Set((sources.ok ? sources.value : []).filter((source) => source.data_through !== null).map(({ provider }) => provider));
  const spent = new Set(days.value.daily.map(({ provider }) => provider));
  const providers = PROVIDERS.filter((provider) => connected.has(provider) || spent.has(provider) || days.value.gaps.has(provider));
  return { ok: true, value: { ...days.value, connected, providers } };
}

/** Both spans were read whole. */
function isComparable(days: SpendDays, { comparison }: Span): boolean {
  if (!comparison) return false;
  return days.providers.every((provider) => unknownDays(days, comparison.now, provider).length === 0 && unknownDays(days, comparison.before, provider).length === 0);
}

async function readLines(ctx: Session, by: 'model' | 'project', span: Span, comparable: boolean): Promise<TopLine[]> {
  const before = span.comparison?.before ?? { from: span.from, to: span.from };
  const rows = await readTop(ctx, by, span, before, TOP_ROWS);
  return rows.map((row) => topLine(row, by, comparable));
}

function earlier(a: Day, b: Day): Day {
  return a < b ? a : b;
}
