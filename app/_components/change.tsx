import { ArrowDownRight, ArrowUpRight, Equal } from 'lucide-react';
import { cx } from './class-names.ts';
import { formatMoney, formatPercent } from './figure-format.ts';

type ChangeProps = {
  /** Decimal text; negative = less than before. */
  amount: string;
  currency: string;
  /** Of the amount before; null when that was nothing. */
  basisPoints: bigint | null;
  className?: string;
};

/** A difference: an arrow, its amount, and how much that is of what it was. More is not worse, so it has no alarm colour. */
export function Change({ amount, currency, basisPoints, className }: ChangeProps) {
  const { text, negative, exact } = formatMoney(amount, currency);
  const isZero = /^0+(\.0+)?$/.test(amount);
  const Arrow = isZero ? Equal : negative ? ArrowDownRight : ArrowUpRight;
  return (
    <span className={cx('inline-flex items-baseline gap-1 whitespace-nowrap', className)} title={exact}>
      <Arrow className={cx('size-4 shrink-0 self-center', isZero ? 'text-ink-3' : negative ? 'text-good' : 'text-copper')} aria-hidden="true" />
      <span className="figures">
        <span className="sr-only">{isZero ? 'unchanged, ' : negative ? 'down ' : 'up '}</span>
        {text.replace('−', '')}
        {basisPoints === null ? null : <span className="text-ink-3"> ({formatPercent(basisPoints < 0n ? -basisPoints : basisPoints)})</span>}
      </span>
    </span>
  );
}
