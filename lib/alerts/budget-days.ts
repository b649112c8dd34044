/**
 * Which periods of a budget an evaluation looks at, and which of the providers' days a period is made of. A provider's
 * day is a UTC day and is never cut: it belongs to the period that holds the calendar day of the same date. So no day is
 * counted in two periods and none in neither; in a zone other than UTC a period's first and last hours are off by the
 * zone's offset, which is said wherever the figure stands ("estimated at the edges").
 */
import { SETTLING_MS } from '#lib/alerts/decide.ts';
import { isTimeZone, periodAt, previousPeriod } from '#lib/alerts/period.ts';
import type { BudgetPeriod, PeriodKind } from '#lib/alerts/period.ts';
import { addDays } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';

export interface ProviderDays {
  readonly from: Day;
  /** Exclusive. */
  readonly to: Day;
  readonly estimatedAtEdges: boolean;
}

export function providerDays(period: BudgetPeriod): ProviderDays {
  return { from: period.firstDay, to: addDays(period.lastDay, 1), estimatedAtEdges: period.zone !== 'UTC' };
}

/**
 * The current period, then those whose last days are still being reported, newest first. A period that had ended when
 * the budget was made or changed is left out: it was never under these settings.
 * @param zone one that this runtime does not know counts as UTC, so that the budget is still watched.
 */
export function openPeriods(kind: PeriodKind, zone: string, settingsChangedAt: Date, now: Date): BudgetPeriod[] {
  const periods = [periodAt(kind, isTimeZone(zone) ? zone : 'UTC', now)];
  for (;;) {
    const earlier = previousPeriod(periods[periods.length - 1] as BudgetPeriod);
    if (now.getTime() >= earlier.end.getTime() + SETTLING_MS || settingsChangedAt >= earlier.end) return periods;
    periods.push(earlier);
  }
}
