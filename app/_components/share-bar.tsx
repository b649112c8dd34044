import { cx } from './class-names.ts';

/** A share as a thin bar; the figure stands beside it, so it says nothing to a screen reader. */
export function ShareBar({ basisPoints, colour, className }: { basisPoints: number; colour: string; className?: string }) {
  return (
    <span aria-hidden="true" className={cx('block h-1.5 overflow-hidden rounded-full bg-inset', className)}>
      <span className="block h-full rounded-full" style={{ width: `${Math.max(0, Math.min(10_000, basisPoints)) / 100}%`, background: colour }} />
    </span>
  );
}
