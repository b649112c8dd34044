import { cx } from './class-names.ts';

/** What an amount is. Kinds are never added together, and unknown is never zero. */
export type AmountKind = 'billed' | 'allocated' | 'estimated' | 'unknown';

export const KINDS: Readonly<Record<AmountKind, { name: string; meaning: string }>> = {
  billed: { name: 'Billed', meaning: "From the provider's own cost report." },
  allocated: { name: 'Allocated', meaning: 'The bill, split by tokens to a finer level; the parts add up to it exactly.' },
  estimated: { name: 'Estimated', meaning: "Tokens times the price in force that day; the provider's bill may differ." },
  unknown: { name: 'Unknown', meaning: 'The provider has not said, and we do not guess. It is not zero.' },
};

/** Told apart by shape, not by colour: full, half, outlined, crossed. */
function Mark({ kind }: { kind: AmountKind }) {
  return (
    <svg viewBox="0 0 10 10" className="size-[0.8em] shrink-0" aria-hidden="true">
      <circle cx="5" cy="5" r="4" fill={kind === 'billed' ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.4" strokeDasharray={kind === 'unknown' ? '2 1.6' : undefined} />
      {kind === 'allocated' ? <path d="M5 1a4 4 0 0 1 0 8z" fill="currentColor" /> : null}
    </svg>
  );
}

export function KindBadge({ kind, className }: { kind: AmountKind; className?: string }) {
  const { name, meaning } = KINDS[kind];
  return (
    <span title={meaning} className={cx('inline-flex items-center gap-1 align-middle font-sans text-[max(0.75rem,0.5em)] font-normal tracking-normal whitespace-nowrap', kind === 'unknown' ? 'text-warn' : 'text-ink-3', className)}>
      <Mark kind={kind} />
      {name}
    </span>
  );
}

/** Put it once under what shows kinds; `kinds` = those that occur. */
export function KindLegend({ kinds }: { kinds: readonly AmountKind[] }) {
  return (
    <ul className="flex flex-col gap-1 text-xs text-ink-3">
      {kinds.map((kind) => (
        <li key={kind} className="flex flex-wrap items-baseline gap-x-2">
          <KindBadge kind={kind} />
          <span>{KINDS[kind].meaning}</span>
        </li>
      ))}
    </ul>
  );
}
