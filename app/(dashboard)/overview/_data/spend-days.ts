/**
 * What was billed, by day and provider, and where nobody answered. Sums are exact, and a day without an answer is a gap:
 * unknown, which is not zero.
 */
import { eachDay } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { DailySpend, DayRange, SpendKind } from '#lib/usage/read-spend.ts';

export interface SpendDays {
  /** In the order of the list of providers; those with a source, and those with spend. */
  providers: readonly ProviderName[];
  /** Providers that a source is connected for. */
  connected: ReadonlySet<ProviderName>;
  currency: string;
  daily: readonly DailySpend[];
  /** Days without an answer, by provider. */
  gaps: ReadonlyMap<ProviderName, ReadonlySet<Day>>;
  today: Day;
}

/** Sum of one kind over the days; currencies other than the page's are left out here and named by `otherCurrencies`. */
export function sumOf({ daily, currency }: SpendDays, { from, to }: DayRange, kind: SpendKind, provider?: ProviderName): Money {
  return daily
    .filter((row) => row.kind === kind && row.amount.currency === currency && row.day >= from && row.day < to && (!provider || row.provider === provider))
    .reduce((sum, row) => sum.plus(row.amount), Money.zero(currency));
}

/** Days of the range, up to today, that the provider has not answered for. */
export function unknownDays({ gaps, today }: SpendDays, { from, to }: DayRange, provider: ProviderName): Day[] {
  return [...(gaps.get(provider) ?? [])].filter((day) => day >= from && day < to && day <= today).sort();
}

/** True when the provider has answered for no day of the range that has begun. */
export function isWhollyUnknown(days: SpendDays, range: DayRange, provider: ProviderName): boolean {
  const begun = eachDay(range.from, range.to).filter((day) => day <= days.today);
  return begun.length > 0 && unknownDays(days, range, provider).length === begun.length;
}

export interface DayTotal {
  day: Day;
  amount: Money;
}

/** What is known of each day of the range that has begun; of a gap day that is only a part. */
export function knownParts({ daily, currency, today }: SpendDays, { from, to }: DayRange): DayTotal[] {
  const sums = new Map(eachDay(from, to).filter((day) => day <= today).map((day) => [day, Money.zero(currency)]));
  for (const { day, kind, amount } of daily) {
    const sum = sums.get(day);
    if (sum && kind === 'billed' && amount.currency === currency) sums.set(day, sum.plus(amount));
  }
  return [...sums].map(([day, amount]) => ({ day, amount }));
}

/** Of these the days on which every connected provider has answered: their totals are whole. */
export function knownTotals(days: SpendDays, range: DayRange): DayTotal[] {
  const gapDays = new Set([...days.gaps.values()].flatMap((set) => [...set]));
  return knownParts(days, range).filter(({ day }) => !gapDays.has(day));
}

/** Dollars when there are any or nothing is known; else what was spent in. */
export function pageCurrency(daily: readonly DailySpend[]): string {
  const found = new Set(daily.map((row) => row.amount.currency));
  return found.size === 0 || found.has('USD') ? 'USD' : ([...found].sort()[0] ?? 'USD');
}

/** Billed in other currencies: shown beside the figures, never converted and never added. */
export function otherCurrencies({ daily, currency }: SpendDays, { from, to }: DayRange): Money[] {
  const sums = new Map<string, Money>();
  for (const { kind, amount, day } of daily) {
    if (kind !== 'billed' || amount.currency === currency || day < from || day >= to) continue;
    sums.set(amount.currency, (sums.get(amount.currency) ?? Money.zero(amount.currency)).plus(amount));
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
