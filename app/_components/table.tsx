import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names.ts';

/**
 * A table that scrolls sideways inside its own region when the screen is narrow. The region takes focus, so that it
 * can be scrolled by keyboard, and `label` names it.
 */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-[inherit] focus-visible:-outline-offset-2">
      <table className={cx('w-full border-collapse text-sm', className)}>{children}</table>
    </div>
  );
}

type CellProps = {
  /** Right-aligned figures of equal width. */
  numeric?: boolean;
  /** Hidden on a phone: for what can be done without there. */
  wideOnly?: boolean;
};

const EDGE = 'first:pl-5 last:pr-5';

export function Th({ numeric, wideOnly, className, ...rest }: CellProps & ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={cx('border-b border-line px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-ink-3', EDGE, numeric && 'text-right', wideOnly && 'hidden sm:table-cell', className)}
      {...rest}
    />
  );
}

export function Td({ numeric, wideOnly, className, ...rest }: CellProps & ComponentProps<'td'>) {
  return (
    <td
      className={cx('border-b border-line px-3 py-2.5 align-top [tr:last-child>&]:border-b-0', EDGE, numeric && 'figures text-right whitespace-nowrap', wideOnly && 'hidden sm:table-cell', className)}
      {...rest}
    />
  );
}

/** The cell that names its row. */
export function RowTh({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="row" className={cx('border-b border-line px-3 py-2.5 text-left align-top font-medium [tr:last-child>&]:border-b-0', EDGE, className)} {...rest} />;
}
