import { cx } from './class-names.ts';

/** A gauge that is also a keyhole: the graduated arc, the copper needle, the slot. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={cx('size-8 shrink-0', className)} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M7.2 20.6a9.6 9.6 0 1 1 17.6 0" fill="none" stroke="var(--on-accent)" strokeWidth="2.2" strokeLinecap="round" opacity="0.9" />
      <path d="M16 16.8 21.6 9.9" stroke="var(--logo-needle)" strokeWidth="2.4" strokeLinecap="round" />
      <path d="M16 13.9a2.9 2.9 0 0 1 1.6 5.3l1 5.1a.8.8 0 0 1-.8 1h-3.6a.8.8 0 0 1-.8-1l1-5.1A2.9 2.9 0 0 1 16 13.9Z" fill="var(--on-accent)" />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-2.5', className)}>
      <LogoMark />
      <span className="font-display text-lg font-semibold tracking-tight">Keymeter</span>
    </span>
  );
}
