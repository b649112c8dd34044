/** A jump raises several thresholds at once and tells one: the others are its footnote, not news of their own. */
import type { AlertRow } from '#lib/alerts/read-alerts.ts';

export interface EventGroup {
  event: AlertRow;
  /** Lower thresholds of the same budget that the same evaluation marked passed, lowest first. */
  passed: AlertRow[];
}

/** @param rows newest first; of what one evaluation raised, the one that was told comes first */
export function groupEvents(rows: readonly AlertRow[]): EventGroup[] {
  const groups: EventGroup[] = [];
  for (const row of rows) {
    const told = row.kind === 'budget' && !row.message ? groups.find(({ event }) => event.message && isSameEvaluation(event, row)) : undefined;
    if (told) told.passed.push(row);
    else groups.push({ event: row, passed: [] });
  }
  for (const { passed } of groups) passed.sort((a, b) => order(a) - order(b));
  return groups;
}

/** One transaction has one instant. */
function isSameEvaluation(a: AlertRow, b: AlertRow): boolean {
  return a.raised_at === b.raised_at && a.budget_id === b.budget_id && a.rule === b.rule && a.period_start === b.period_start;
}

function order({ threshold }: AlertRow): number {
  return Number(/:(\d+)/.exec(threshold)?.[1] ?? 0);
}
