/** A first amount for a budget, so that nobody starts from an empty field. */
import { Money } from '#lib/money.ts';

/**
 * A tenth more than the last whole period cost, rounded up to two leading digits: `$12,047.31` gives `$14,000`. null
 * when nothing was spent: from nothing no amount follows.
 */
export function proposeAmount(spent: Money): Money | null {
  if (spent.isZero() || spent.isNegative()) return null;
  const wanted = spent.scale(11n, 10n).pico;
  const cents = 10n ** 10n;
  // Two leading digits, but never finer than a cent.
  const step = [10n ** BigInt(Math.max(0, wanted.toString().length - 2)), cents].reduce((a, b) => (a > b ? a : b));
  return Money.fromPico(((wanted + step - 1n) / step) * step, spent.currency);
}
