/** Spend as pages show it. Amounts arrive as decimal text and become `Money`; kinds and currencies are never added. */
import type { Ctx } from '#lib/ctx.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { rowsOf } from '#lib/rest.ts';

/** `billed`: the provider's cost report. `estimated`: the provider's own estimate beside it. */
export type SpendKind = 'billed' | 'allocated' | 'estimated';

/** `[from, to)` of UTC days. */
export interface DayRange {
  from: Day;
  to: Day;
}

export interface DailySpend {
  day: Day;
  provider: ProviderName;
  kind: SpendKind;
  amount: Money;
}

interface Amounts {
  currency: string;
  amount: string;
}

/** @throws AppError `range_too_long` beyond 124 days */
export async function readDailySpend(ctx: Ctx, { from, to }: DayRange): Promise<DailySpend[]> {
  type Row = Amounts & { day: Day; provider: ProviderName; kind: SpendKind };
  const rows = await rowsOf<Row>(ctx.supabase.rpc('spend_by_day', { p_org: ctx.orgId, p_from: from, p_to: to }));
  return rows.map(({ day, provider, kind, amount, currency }) => ({ day, provider, kind, amount: Money.parse(amount, currency) }));
}

export interface SpendTotal {
  provider: ProviderName;
  kind: SpendKind;
  amount: Money;
}

/** @throws AppError */
export async function readSpendTotals(ctx: Ctx, { from, to }: DayRange): Promise<SpendTotal[]> {
  type Row = Amounts & { provider: ProviderName; kind: SpendKind };
  const rows = await rowsOf<Row>(ctx.supabase.rpc('spend_totals', { p_org: ctx.orgId, p_from: from, p_to: to }));
  return rows.map(({ provider, kind, amount, currency }) => ({ provider, kind, amount: Money.parse(amount, currency) }));
}

export interface TopRow {
  provider: ProviderName;
  /** '' = the provider named none: no project, or Anthropic's default workspace. */
  ref: string;
  label: string | null;
  amount: Money;
  /** The part of `amount` in the first days of the range, as many as the range before has. */
  amountComparable: Money;
  amountBefore: Money;
  /** Of all billed spend in the range, in basis points. */
  shareBasisPoints: number;
}

/** What cost most (billed), with the range before for comparison, highest first. @throws AppError */
export async function readTop(ctx: Ctx, by: 'model' | 'project' | 'api_key', range: DayRange, before: DayRange, limit = 8): Promise<TopRow[]> {
  type Row = Amounts & { provider: ProviderName; ref: string; label: string | null; amount_comparable: string; amount_before: string; share_bps: number };
  const rows = await rowsOf<Row>(
    ctx.supabase.rpc('spend_top', { p_org: ctx.orgId, p_by: by, p_from: range.from, p_to: range.to, p_before_from: before.from, p_before_to: before.to, p_limit: limit }),
  );
  return rows.map((r) => ({
    provider: r.provider,
    ref: r.ref,
    label: r.label,
    amount: Money.parse(r.amount, r.currency),
    amountComparable: Money.parse(r.amount_comparable, r.currency),
    amountBefore: Money.parse(r.amount_before, r.currency),
    shareBasisPoints: r.share_bps,
  }));
}

/** Days of the range, up to today, that a connected provider has not answered for: unknown, which is not zero. @throws AppError */
export async function readSpendGaps(ctx: Ctx, { from, to }: DayRange): Promise<Map<ProviderName, ReadonlySet<Day>>> {
  const rows = await rowsOf<{ provider: ProviderName; days: Day[] }>(ctx.supabase.rpc('spend_gaps', { p_org: ctx.orgId, p_from: from, p_to: to }));
  return new Map(rows.map(({ provider, days }) => [provider, new Set(days)]));
}

export interface TokenTotal {
  provider: ProviderName;
  /** All input, cache reads and writes included. */
  inputTokens: bigint;
  cacheReadTokens: bigint;
  cacheWriteTokens: bigint;
  outputTokens: bigint;
  /** 0 where the provider does not count requests. */
  requests: bigint;
}

/** @throws AppError */
export async function readTokenTotals(ctx: Ctx, { from, to }: DayRange): Promise<TokenTotal[]> {
  type Row = { provider: ProviderName } & Record<'input_tokens' | 'cache_read_tokens' | 'cache_write_tokens' | 'output_tokens' | 'requests', string>;
  const rows = await rowsOf<Row>(ctx.supabase.rpc('token_totals', { p_org: ctx.orgId, p_from: from, p_to: to }));
  return rows.map((r) => ({
    provider: r.provider,
    inputTokens: BigInt(r.input_tokens),
    cacheReadTokens: BigInt(r.cache_read_tokens),
    cacheWriteTokens: BigInt(r.cache_write_tokens),
    outputTokens: BigInt(r.output_tokens),
    requests: BigInt(r.requests),
  }));
}
