import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'accent';

const TONES: Record<Tone, string> = {
  neutral: 'bg-inset text-ink-2',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-ink',
};

export function Badge({ tone = 'neutral', icon, children, title }: { tone?: Tone; icon?: ReactNode; children: ReactNode; title?: string }) {
  return (
    <span title={title} className={cx('inline-flex items-center gap-1 self-center rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5', TONES[tone])}>
      {icon}
      {children}
    </span>
  );
}

const DOTS: Record<Tone, string> = {
  neutral: 'bg-ink-3',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  info: 'bg-info',
  accent: 'bg-accent',
};

/** State as a dot with its word beside it: never colour alone. `pulse` for something that is under way. */
export function StatusDot({ tone, pulse, children }: { tone: Tone; pulse?: boolean; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2 text-sm">
      <span className="relative flex size-2 shrink-0" aria-hidden="true">
        {pulse ? <span className={cx('absolute inset-0 animate-ping rounded-full opacity-60', DOTS[tone])} /> : null}
        <span className={cx('relative size-2 rounded-full', DOTS[tone])} />
      </span>
      <span>{children}</span>
    </span>
  );
}
