/** Where spend and thresholds stand on a gauge, in permille of its width. Pixels are made of these, never amounts. */
import { inOrder, reaches, thresholdPico } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { moneyText, percentText } from '#lib/email/figures.ts';
import type { MeterContent } from '#lib/email/content.ts';
import type { Money } from '#lib/money.ts';

/** Past this many times the budget the scale stops growing, or the budget's own mark would vanish. */
const LONGEST_SCALE = 4n;

export function meterScale(spend: Money, budget: Money, thresholds: readonly Threshold[]): Pick<MeterContent, 'filled' | 'budgetAt' | 'marks'> {
  const ordered = inOrder(thresholds, budget);
  const highest = ordered.reduce((max, t) => larger(max, thresholdPico(t, budget)), budget.pico);
  const whole = larger(highest, smaller(spend.pico, highest * LONGEST_SCALE));
  const permille = (pico: bigint) => (whole <= 0n ? 0 : Number(smaller(1000n, (larger(0n, pico) * 1000n) / whole)));
  const filled = whole <= 0n && spend.pico > 0n ? 1000 : permille(spend.pico);
  const marks = ordered.map((t) => ({ at: permille(thresholdPico(t, budget)), label: thresholdText(t), reached: reaches(spend, budget, t) }));
  return { filled, budgetAt: permille(budget.pico), marks };
}

/** `80%`, or `$75.00` for a threshold of its own amount. */
export function thresholdText(threshold: Threshold): string {
  return 'basisPoints' in threshold ? percentText(threshold.basisPoints) : moneyText(threshold.amount);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
