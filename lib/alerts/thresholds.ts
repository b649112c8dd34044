/**
 * When spend reaches a threshold. Integers only: both sides are multiplied out, nothing is divided, so a threshold is
 * reached by its exact amount and missed by one unit (10^-12 of a dollar) less.
 */
import { Money } from '#lib/money.ts';

/** A share of the budget in basis points (8000 = 80 %), or an amount of its own. */
export type Threshold = { readonly kind: 'actual'; readonly basisPoints: number } | { readonly kind: 'actual'; readonly amount: Money };

export const DEFAULT_THRESHOLDS: readonly Threshold[] = [
  { kind: 'actual', basisPoints: 5_000 },
  { kind: 'actual', basisPoints: 8_000 },
  { kind: 'actual', basisPoints: 10_000 },
];

/** 1,000 %: above it a share is a typing error, and an absolute threshold says it better. */
export const MAX_BASIS_POINTS = 100_000;

/**
 * The threshold's part in an alert's identity: `actual:bp:8000`, `actual:usd:412.5`. Stable text, never reformatted,
 * because a unique index compares it.
 */
export function thresholdKey(threshold: Threshold): string {
  return 'basisPoints' in threshold
    ? `${threshold.kind}:bp:${threshold.basisPoints}`
    : `${threshold.kind}:${threshold.amount.currency.toLowerCase()}:${threshold.amount.toDecimal()}`;
}

/** What is wrong with a threshold, as a sentence for the person who typed it; null when it is usable. */
export function thresholdProblem(threshold: Threshold): string | null {
  if ('basisPoints' in threshold) {
    const { basisPoints } = threshold;
    if (Number.isInteger(basisPoints) && basisPoints >= 1 && basisPoints <= MAX_BASIS_POINTS) return null;
    return 'A threshold must lie between 0.01 % and 1,000 % of the budget.';
  }
  return threshold.amount.isNegative() || threshold.amount.isZero() ? 'A threshold must be more than zero.' : null;
}

/**
 * `>=` reaches. Spend of zero or less reaches nothing, so a budget of zero is crossed by the first unit spent and not
 * by silence.
 */
export function reaches(spend: Money, budget: Money, threshold: Threshold): boolean {
  if (spend.isZero() || spend.isNegative()) return false;
  if (!('basisPoints' in threshold)) return spend.compare(threshold.amount) >= 0;
  spend.compare(budget); // refuses another currency
  return spend.pico * 10_000n >= budget.pico * BigInt(threshold.basisPoints);
}

/** The smallest amount that reaches the threshold. @throws MoneyError when that is more than a column holds. */
export function thresholdAmount(threshold: Threshold, budget: Money): Money {
  return 'basisPoints' in threshold ? Money.fromPico(thresholdPico(threshold, budget), budget.currency) : threshold.amount;
}

/** The same in 10^-12 units, without a limit: a share of a huge budget still has its place in an order. */
export function thresholdPico(threshold: Threshold, budget: Money): bigint {
  return 'basisPoints' in threshold ? (budget.pico * BigInt(threshold.basisPoints) + 9_999n) / 10_000n : threshold.amount.pico;
}

/** Lowest first, each once. Equal amounts keep one order whatever the order they came in. */
export function inOrder(thresholds: readonly Threshold[], budget: Money): Threshold[] {
  const unique = new Map(thresholds.map((t) => [thresholdKey(t), t]));
  return [...unique.values()].sort((a, b) => {
    const [left, right] = [thresholdPico(a, budget), thresholdPico(b, budget)];
    if (left !== right) return left < right ? -1 : 1;
    return shareOf(a) - shareOf(b) || (thresholdKey(a) < thresholdKey(b) ? -1 : 1);
  });
}

/** Under a budget of zero all shares are the same amount; the larger share is still the higher threshold. */
function shareOf(threshold: Threshold): number {
  return 'basisPoints' in threshold ? threshold.basisPoints : MAX_BASIS_POINTS + 1;
}
