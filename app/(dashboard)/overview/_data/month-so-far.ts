/** The figure that the page opens with: billed this month, per provider, against last month to the same day. */
import type { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { DayRange } from '#lib/usage/read-spend.ts';
import type { Span } from './span.ts';
import { isWhollyUnknown, otherCurrencies, sumOf, unknownDays } from './spend-days.ts';
import type { SpendDays } from './spend-days.ts';

export type Comparison =
  | {
      kind: 'known';
      now: DayRange;
      before: DayRange;
      amountBefore: Money;
      /** Negative: less than before. */
      difference: Money;
      /** Of the amount before; null when that was nothing. */
      basisPoints: bigint | null;
    }
  | { kind: 'no_complete_day' }
  /** Days of one of the two spans are unknown, so that a difference would mean nothing. */
  | { kind: 'unknown_days'; before: DayRange; days: number };

export interface ProviderSpend {
  provider: ProviderName;
  /** null = it has answered for no day of the span. */
  amount: Money | null;
  /** Of everything that is known, in basis points; null when that is nothing. */
  shareBasisPoints: bigint | null;
  unknownDays: number;
  comparison: Comparison;
}

export interface MonthSoFar {
  /** null = no provider has answered for any day: unknown. */
  billed: Money | null;
  comparison: Comparison;
  providers: ProviderSpend[];
  /** The providers' own estimates beside the bill, highest first; never added to it. */
  estimated: { provider: ProviderName; amount: Money }[];
  otherCurrencies: Money[];
}

export function monthSoFar(days: SpendDays, span: Span): MonthSoFar {
  const known = days.providers.filter((provider) => !isWhollyUnknown(days, span, provider));
  const total = sumOf(days, span, 'billed');
  return {
    billed: known.length > 0 ? total : null,
    comparison: compare(days, span, days.providers),
    providers: days.providers
      .map((provider) => providerSpend(days, span, provider, total))
      .sort((a, b) => (a.amount === null ? 1 : b.amount === null ? -1 : b.amount.compare(a.amount))),
    estimated: days.providers
      .map((provider) => ({ provider, amount: sumOf(days, span, 'estimated', provider) }))
      .filter(({ amount }) => !amount.isZero())
      .sort((a, b) => b.amount.compare(a.amount)),
    otherCurrencies: otherCurrencies(days, span),
  };
}

function providerSpend(days: SpendDays, span: Span, provider: ProviderName, total: Money): ProviderSpend {
  const amount = isWhollyUnknown(days, span, provider) ? null : sumOf(days, span, 'billed', provider);
  return {
    provider,
    amount,
    shareBasisPoints: amount === null ? null : amount.basisPointsOf(total),
    unknownDays: unknownDays(days, span, provider).length,
    comparison: compare(days, span, [provider]),
  };
}

function compare(days: SpendDays, { comparison }: Span, providers: readonly ProviderName[]): Comparison {
  if (!comparison) return { kind: 'no_complete_day' };
  const { now, before } = comparison;
  const missing = new Set([now, before].flatMap((range) => providers.flatMap((provider) => unknownDays(days, range, provider))));
  if (missing.size > 0) return { kind: 'unknown_days', before, days: missing.size };
  const sum = (range: DayRange) => providers.map((p) => sumOf(days, range, 'billed', p)).reduce((a, b) => a.plus(b), sumOf(days, { from: range.from, to: range.from }, 'billed'));
  const amountBefore = sum(before);
  const difference = sum(now).minus(amountBefore);
  return { kind: 'known', now, before, amountBefore, difference, basisPoints: amountBefore.isNegative() ? null : difference.basisPointsOf(amountBefore) };
}
