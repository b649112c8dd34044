/** Spend as the database gives it, made up for tests of the pure parts. */
import { day } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { DailySpend, SpendKind } from '#lib/usage/read-spend.ts';
import type { SpendDays } from '#app/(dashboard)/overview/_data/spend-days.ts';

export const usd = (amount: string): Money => Money.parse(amount, 'USD');

export function spend(dayText: string, provider: ProviderName, amount: string, kind: SpendKind = 'billed', currency = 'USD'): DailySpend {
  return { day: day(dayText), provider, kind, amount: Money.parse(amount, currency) };
}

export function spendDays(daily: readonly DailySpend[], more: { today?: string; gaps?: Partial<Record<ProviderName, string[]>>; providers?: ProviderName[]; connected?: ProviderName[] } = {}): SpendDays {
  const { today = '2026-11-20', gaps = {}, providers = ['openai', 'anthropic'], connected = providers } = more;
  const gapSets = Object.entries(gaps).map(([provider, days]): [ProviderName, ReadonlySet<Day>] => [provider as ProviderName, new Set(days.map((d) => day(d)))]);
  return { providers, connected: new Set(connected), currency: 'USD', daily, gaps: new Map(gapSets), today: day(today) };
}
