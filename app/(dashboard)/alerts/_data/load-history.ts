/** What a new budget is proposed from. Without it the form still works; it only proposes nothing. */
import { attempt } from '#app/_server/attempt.ts';
import type { Session } from '#app/_server/session.ts';
import { readSources } from '#lib/connections/read-connections.ts';
import { addDays, addMonths, dayOf, firstOfMonth } from '#lib/day.ts';
import { readDailySpend, readSpendGaps } from '#lib/usage/read-spend.ts';
import type { PeriodHistory } from './budget-history.ts';
import { budgetHistory } from './history-of.ts';

export async function loadHistory(ctx: Session, now: Date): Promise<PeriodHistory[]> {
  const found = await attempt('history for a budget', async () => {
    const today = dayOf(now);
    const range = { from: addMonths(firstOfMonth(today), -1), to: addDays(today, 1) };
    const [daily, gaps, sources] = await Promise.all([readDailySpend(ctx, range), readSpendGaps(ctx, range), readSources(ctx)]);
    const providers = new Set([...sources.filter((source) => source.data_through !== null), ...daily].map(({ provider }) => provider));
    return budgetHistory({ daily, providers: [...providers], gaps }, now);
  });
  return found.ok ? found.value : [];
}
