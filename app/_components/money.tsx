import { cx } from './class-names.ts';
import { formatMoney } from './figure-format.ts';
import { type AmountKind, KindBadge } from './kind.tsx';

type MoneyProps = {
  /** Decimal text in the major unit; null when the provider has not said. */
  amount: string | null;
  currency: string;
  kind?: AmountKind;
  /** Show the kind beside the amount. An unknown amount always shows it. */
  showKind?: boolean;
  decimals?: number;
  className?: string;
};

/** An amount, to the cent, with every stored digit in its title. Never a float on the way. */
export function Money({ amount, currency, kind, showKind, decimals, className }: MoneyProps) {
  if (amount === null || kind === 'unknown') return <KindBadge kind="unknown" {...(className ? { className } : {})} />;
  const { text, exact } = formatMoney(amount, currency, decimals);
  return (
    <span className={cx('inline-flex flex-wrap items-baseline gap-x-2', className)}>
      <data value={exact.split(' ')[0]} title={exact} className="figures whitespace-nowrap">
        {text}
      </data>
      {showKind && kind ? <KindBadge kind={kind} /> : null}
    </span>
  );
}
