/** What made most of the spend, for the table of a mail. */
import { moneyText, percentText } from '#lib/email/figures.ts';
import type { Contributors } from '#lib/email/content.ts';
import { oneLine } from '#lib/email/safe-text.ts';
import { Money } from '#lib/money.ts';

export interface Contribution {
  /** A provider's name for it: any text may come. */
  readonly name: string;
  readonly amount: Money;
  readonly kind: 'billed' | 'allocated' | 'estimated';
}

const SHOWN = 3;

/**
 * The three largest, and the rest as one line. A share is of `total`, and only amounts that add up to the bill have one:
 * an estimate is not a part of it.
 * @param by the dimension, e.g. `model`; null when nothing contributed.
 */
export function topContributors(by: string, contributions: readonly Contribution[], total: Money): Contributors | null {
  const ordered = [...contributions]
    .filter(({ amount }) => !amount.isZero() && !amount.isNegative())
    .sort((a, b) => b.amount.compare(a.amount) || (a.name < b.name ? -1 : 1));
  const largest = ordered[0]?.amount;
  if (!largest) return null;
  const rows = ordered.slice(0, SHOWN).map(({ name, amount, kind }) => ({
    name: oneLine(name, 80) || 'unnamed',
    amount: moneyText(amount),
    share: kind === 'estimated' ? '' : percentOrNothing(amount, total),
    bar: Number((amount.pico * 1000n) / largest.pico),
    kind: kind === 'billed' ? '' : kind,
  }));
  const others = ordered.slice(SHOWN);
  const sum = others.reduce((left, { amount }) => left.plus(amount), Money.zero(total.currency));
  // Kinds are never added together, so a mixed rest is counted and not summed.
  const mixed = new Set(others.map(({ kind }) => kind)).size > 1;
  const rest = others.length === 0 ? null : { label: `${others.length} more`, value: mixed ? '' : moneyText(sum) };
  return { title: `Where it went, by ${by}`, rows, rest };
}

function percentOrNothing(amount: Money, total: Money): string {
  const points = amount.basisPointsOf(total);
  return points === null ? '' : percentText((points / 100n) * 100n);
}
