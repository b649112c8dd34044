/** Known spend cut into the last whole period of each kind. Pure. */
import { periodAt, previousPeriod } from '#lib/alerts/period.ts';
import type { PeriodKind } from '#lib/alerts/period.ts';
import { periodLabel } from '#lib/alerts/period-text.ts';
import { addDays, eachDay } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { DailySpend } from '#lib/usage/read-spend.ts';
import type { PeriodHistory } from './budget-history.ts';

export interface KnownSpend {
  daily: readonly DailySpend[];
  /** Providers with a source that was read, or with spend. */
  providers: readonly ProviderName[];
  /** Days without an answer, by provider. */
  gaps: ReadonlyMap<ProviderName, ReadonlySet<Day>>;
}

const KINDS: readonly PeriodKind[] = ['day', 'week', 'month'];

/** A quarter is longer than what is asked for at once, so it has no history here. */
export function budgetHistory({ daily, providers, gaps }: KnownSpend, now: Date): PeriodHistory[] {
  return KINDS.map((kind): PeriodHistory => {
    const period = previousPeriod(periodAt(kind, 'UTC', now));
    const days = eachDay(period.firstDay, addDays(period.lastDay, 1));
    const isUnknown = (provider: ProviderName) => days.some((day) => gaps.get(provider)?.has(day));
    return {
      kind,
      label: periodLabel(period),
      days: days.map((day) => ({ day, billed: billedOn(daily, day) })),
      answered: providers.filter((provider) => !isUnknown(provider)),
      unknown: [...gaps.keys()].filter(isUnknown),
    };
  });
}

function billedOn(daily: readonly DailySpend[], day: Day): Partial<Record<ProviderName, string>> {
  const sums = new Map<ProviderName, Money>();
  for (const row of daily) {
    if (row.day !== day || row.kind !== 'billed' || row.amount.currency !== 'USD') continue;
    sums.set(row.provider, (sums.get(row.provider) ?? Money.zero('USD')).plus(row.amount));
  }
  return Object.fromEntries([...sums].map(([provider, sum]) => [provider, sum.toDecimal()]));
}
