import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

type CardProps = {
  title?: ReactNode;
  /** One line under the title. */
  hint?: ReactNode;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  /** Below a rule: "as of", totals, a link to more. */
  footer?: ReactNode;
  /** Tables and lists that reach the card's edge. */
  flush?: boolean;
  id?: string;
  className?: string;
  children: ReactNode;
};

/** A page is made of cards. The title is an h2: the page's header holds the only h1. */
export function Card({ title, hint, actions, footer, flush, id, className, children }: CardProps) {
  return (
    <section id={id} className={cx('min-w-0 rounded-card border border-line bg-surface shadow-card', className)}>
      {title ? (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-3">
          <div className="min-w-0">
            <h2 className="text-base font-semibold">
              {title}
            </h2>
            {hint ? <p className="text-sm text-ink-3">{hint}</p> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? undefined : cx('px-5 pb-5', !title && 'pt-5')}>{children}</div>
      {footer ? <footer className="border-t border-line px-5 py-3 text-sm text-ink-3">{footer}</footer> : null}
    </section>
  );
}

/** One big figure with its label: the numbers that a page opens with. */
export function Stat({ label, children, note, className }: { label: ReactNode; children: ReactNode; note?: ReactNode; className?: string }) {
  return (
    <div className={cx('min-w-0 rounded-card border border-line bg-surface p-5 shadow-card', className)}>
      <p className="text-sm text-ink-3">{label}</p>
      <p className="figures mt-1 font-display text-3xl leading-tight font-semibold tracking-tight">{children}</p>
      {note ? <div className="mt-2 text-sm text-ink-3">{note}</div> : null}
    </div>
  );
}
