/** What the last whole period of each kind cost, day by day: the ground for a proposal and for a preview. Pure. */
import type { PeriodKind } from '#lib/alerts/period.ts';
import type { Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';

export interface PeriodHistory {
  kind: PeriodKind;
  /** `October 2026` */
  label: string;
  /** Every day of the period; decimal texts by provider, all currencies but the budget's left out. */
  days: { day: Day; billed: Partial<Record<ProviderName, string>> }[];
  /** Providers that answered for every day of it. */
  answered: ProviderName[];
  /** Connected providers with a day that nobody answered for: what they cost is not known. */
  unknown: ProviderName[];
}

/** Of one scope, in order; null when a day of it is unknown. @param scope a provider, or `organization` for all */
export function scopedDays(history: PeriodHistory, scope: string): { day: Day; amount: Money }[] | null {
  const { answered, unknown } = history;
  const isKnown = scope === 'organization' ? answered.length > 0 && unknown.length === 0 : answered.some((provider) => provider === scope);
  if (!isKnown) return null;
  return history.days.map(({ day, billed }) => ({
    day,
    amount: Object.entries(billed)
      .filter(([provider]) => scope === 'organization' || scope === provider)
      .reduce((sum, [, amount]) => sum.plus(Money.parse(amount, 'USD')), Money.zero('USD')),
  }));
}

export function totalOf(days: readonly { amount: Money }[]): Money {
  return days.reduce((sum, { amount }) => sum.plus(amount), Money.zero('USD'));
}
