/** A period in words. Mails and pages name a period the same way, so that a person can match one with the other. */
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import type { Day } from '#lib/day.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

/** `19 November 2026`, `16–22 November 2026`, `November 2026`, `Q4 2026`; the zone is not in it. */
export function periodLabel(period: BudgetPeriod): string {
  const first = parts(period.firstDay);
  switch (period.kind) {
    case 'day':
      return `${first.day} ${first.month} ${first.year}`;
    case 'week':
      return periodRange(period);
    case 'month':
      return `${first.month} ${first.year}`;
    case 'quarter':
      return `Q${(first.monthNumber + 2) / 3} ${first.year}`;
  }
}

/** The days it spans, both included: `1–30 November 2026`, `28 September – 4 October 2026`. */
export function periodRange(period: BudgetPeriod): string {
  const a = parts(period.firstDay);
  const b = parts(period.lastDay);
  if (period.firstDay === period.lastDay) return `${a.day} ${a.month} ${a.year}`;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${b.day} ${b.month} ${b.year}`;
  if (a.month !== b.month) return `${a.day} ${a.month} – ${b.day} ${b.month} ${b.year}`;
  return `${a.day}–${b.day} ${b.month} ${b.year}`;
}

/** `daily`, `weekly` ... as in "monthly budget". */
export function periodAdjective(kind: BudgetPeriod['kind']): string {
  return { day: 'daily', week: 'weekly', month: 'monthly', quarter: 'quarterly' }[kind];
}

function parts(d: Day): { year: string; monthNumber: number; month: string; day: number } {
  const monthNumber = Number(d.slice(5, 7));
  return { year: d.slice(0, 4), monthNumber, month: MONTHS[monthNumber - 1] ?? '', day: Number(d.slice(8, 10)) };
}
