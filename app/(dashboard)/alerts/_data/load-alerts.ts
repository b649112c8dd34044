/** Everything the Alerts page shows. Each part fails for itself. */
import { type Attempt, attempt } from '#app/_server/attempt.ts';
import type { Session } from '#app/_server/session.ts';
import { readAlerts, readDeliveries, readTestRequest } from '#lib/alerts/read-alerts.ts';
import { readSources } from '#lib/connections/read-connections.ts';
import type { BudgetView } from '../../_budgets/budget-view.ts';
import { readStandings, viewsOf } from '../../_budgets/load-budgets.ts';
import { eventView } from './event-view.ts';
import type { EventView } from './event-view.ts';
import { groupEvents } from './group-events.ts';
import { testStatus } from './test-status.ts';
import type { TestStatus } from './test-status.ts';

const PAGE_ROWS = 40;
/** A budget that was just changed is looked at within seconds; so long the page asks again. */
const JUDGED_WITHIN_MS = 20_000;

export interface AlertsPage {
  budgets: Attempt<BudgetView[]>;
  events: Attempt<{ views: EventView[]; test: TestStatus | null; olderThan: string | null }>;
  /** Something is under way: a mail, a test, a budget that was just changed. */
  moving: boolean;
}

/** @param before id of the last event of the page before */
export async function loadAlerts(ctx: Session, before: string | undefined, now: Date): Promise<AlertsPage> {
  const budgets = await attempt('budgets', async () => {
    const [standings, sources] = await Promise.all([readStandings(ctx), readSources(ctx)]);
    return viewsOf(standings, sources);
  });
  const events = await attempt('alerts', () => readEvents(ctx, before, budgets, now));
  const changed = budgets.ok && budgets.value.some(({ settingsChangedAt }) => now.getTime() - settingsChangedAt.getTime() < JUDGED_WITHIN_MS);
  const sending = events.ok && (events.value.test?.moving === true || events.value.views.some(({ deliveries }) => deliveries.some(({ moving }) => moving)));
  return { budgets, events, moving: changed || sending };
}

async function readEvents(ctx: Session, before: string | undefined, budgets: Attempt<BudgetView[]>, now: Date) {
  const [rows, request] = await Promise.all([readAlerts(ctx, { before, limit: PAGE_ROWS + 1 }), readTestRequest(ctx)]);
  const shown = rows.slice(0, PAGE_ROWS);
  const deliveries = await readDeliveries(ctx, shown.map(({ id }) => id));
  const periodStarts = new Map(budgets.ok ? budgets.value.map(({ id, period }) => [id, period.start]) : []);
  return {
    views: groupEvents(shown).map((group) => eventView(group, { deliveries, periodStarts })),
    test: before ? null : testStatus(request, shown, deliveries, now),
    olderThan: rows.length > PAGE_ROWS ? (shown.at(-1)?.id ?? null) : null,
  };
}
