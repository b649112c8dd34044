/** What a budget would have said of a period that is over, in sentences. Pure: the same question as an evaluation asks. */
import { shortDay } from '#app/_components/time-format.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import { replay } from '#lib/alerts/replay.ts';
import { thresholdProblem } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import type { Day } from '#lib/day.ts';
import { Money, MoneyError } from '#lib/money.ts';

export interface Preview {
  headline: string;
  lines: { threshold: string; day: string | null }[];
}

/** @returns null while the amount or a threshold cannot be read: the form says what is wrong when it is sent */
export function previewWords(amount: string, percents: readonly string[], days: readonly { day: Day; amount: Money }[]): Preview | null {
  const budget = amountOf(amount);
  const thresholds = percents.flatMap((text) => thresholdOf(text) ?? []);
  if (!budget || thresholds.length === 0) return null;
  const crossings = replay({ amount: budget, thresholds }, days);
  // One evaluation a day here: what is reached on the same day comes in one mail.
  const mails = new Set(crossings.flatMap(({ day }) => day ?? [])).size;
  return {
    headline: mails === 0 ? 'it would have kept quiet' : `it would have sent ${mails === 1 ? '1 mail' : `${mails} mails`}`,
    lines: crossings.map(({ threshold, day }) => ({ threshold: thresholdText(threshold), day: day ? shortDay(day) : null })),
  };
}

/** As the verb reads it: `$1,500.50` is fine. */
function amountOf(text: string): Money | null {
  try {
    const money = Money.parse(text.trim().replace(/^\$/, '').replace(/,(?=\d{3}(?:\D|$))/g, ''), 'USD');
    return money.isZero() || money.isNegative() ? null : money;
  } catch (error) {
    if (error instanceof MoneyError) return null;
    throw error;
  }
}

function thresholdOf(text: string): Threshold | null {
  if (!/^\s*\d{1,4}(\.\d{1,2})?\s*$/.test(text)) return null;
  const threshold = { kind: 'actual', basisPoints: Math.round(Number(text) * 100) } as const;
  return thresholdProblem(threshold) === null ? threshold : null;
}
