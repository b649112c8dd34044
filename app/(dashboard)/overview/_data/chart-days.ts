/** The days of the chart: exact texts for what is known, marks for what is not. */
import type { ChartDay } from '#app/_components/chart-data.ts';
import { eachDay } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { Span } from './span.ts';
import type { SpendDays } from './spend-days.ts';

/** Each provider has either an amount, a mark that it is unknown, or neither (nothing is connected any more). */
export function chartDays(days: SpendDays, span: Span): ChartDay[] {
  const sums = new Map<string, Money>();
  for (const { day, provider, kind, amount } of days.daily) {
    if (kind !== 'billed' || amount.currency !== days.currency) continue;
    const key = `${day} ${provider}`;
    sums.set(key, (sums.get(key) ?? Money.zero(days.currency)).plus(amount));
  }
  return eachDay(span.from, span.axisTo).map((day): ChartDay => {
    if (day > days.today) return { day, amounts: {}, ahead: true };
    const unknown = days.providers.filter((provider) => days.gaps.get(provider)?.has(day));
    const amounts = Object.fromEntries(
      days.providers.flatMap((provider) => {
        const sum = sums.get(`${day} ${provider}`) ?? (days.connected.has(provider) && !unknown.includes(provider) ? Money.zero(days.currency) : null);
        return sum ? [[provider, sum.toDecimal()]] : [];
      }),
    );
    return { day, amounts, ...(unknown.length > 0 ? { unknown } : {}) };
  });
}
