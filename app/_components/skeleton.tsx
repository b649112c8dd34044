import { cx } from './class-names.ts';

/** Holds the place of what is loading. Give it the size of the thing, so that nothing moves when it comes. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('skeleton block rounded-control', className)} />;
}

/** Wrap a page's skeletons in it, once: says "loading" to a screen reader. */
export function Loading({ label = 'Loading', children }: { label?: string; children: React.ReactNode }) {
  return (
    <div role="status" aria-live="polite">
      <span className="sr-only">{label}…</span>
      {children}
    </div>
  );
}
