/** The stored form of a threshold, read back: `actual:bp:8000` is 80 % of the budget, `actual:usd:412.5` an amount. */
import { thresholdProblem } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { Money } from '#lib/money.ts';

const STORED = /^actual:(?:bp:([1-9]\d{0,5})|([a-z]{3}):(\d{1,26}(?:\.\d{1,12})?))$/;

/** The inverse of `thresholdKey`; null for a text that is no usable threshold. */
export function parseThreshold(text: string): Threshold | null {
  const [, basisPoints, currency, amount] = STORED.exec(text) ?? [];
  if (basisPoints) return usable({ kind: 'actual', basisPoints: Number(basisPoints) });
  return currency && amount ? usable({ kind: 'actual', amount: Money.parse(amount, currency) }) : null;
}

function usable(threshold: Threshold): Threshold | null {
  return thresholdProblem(threshold) === null ? threshold : null;
}
