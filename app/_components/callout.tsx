import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

export type CalloutTone = 'info' | 'good' | 'warn' | 'bad';

const LOOKS = {
  info: { box: 'border-info/30 bg-info-soft', icon: <Info className="text-info" /> },
  good: { box: 'border-good/30 bg-good-soft', icon: <CircleCheck className="text-good" /> },
  warn: { box: 'border-warn/30 bg-warn-soft', icon: <TriangleAlert className="text-warn" /> },
  bad: { box: 'border-bad/30 bg-bad-soft', icon: <CircleAlert className="text-bad" /> },
} satisfies Record<CalloutTone, { box: string; icon: ReactNode }>;

type CalloutProps = {
  tone?: CalloutTone;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** "alert" interrupts a screen reader, "status" waits; leave it out for what was there when the page came. */
  live?: 'alert' | 'status';
  className?: string;
};

/** A sentence that must not be missed, with what to do about it. */
export function Callout({ tone = 'info', title, children, actions, live, className }: CalloutProps) {
  const look = LOOKS[tone];
  return (
    <div role={live} className={cx('flex gap-3 rounded-control border px-4 py-3 text-sm text-ink', look.box, className)}>
      <span className="mt-0.5 shrink-0 [&_svg]:size-4" aria-hidden="true">
        {look.icon}
      </span>
      <div className="min-w-0 flex-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className={cx('text-ink-2', title ? 'mt-0.5' : undefined)}>{children}</div> : null}
        {actions ? <div className="mt-3 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </div>
  );
}
