import { cx } from '#app/_components/class-names.ts';

/** All that is ever shown of a key: the public prefix of its kind and the last four characters. */
export function KeyPlate({ prefix, lastFour, className }: { prefix: string | null; lastFour: string | null; className?: string }) {
  if (lastFour === null) return <span className={cx('text-ink-3', className)}>No key stored</span>;
  return (
    <span className={cx('inline-flex max-w-full items-baseline font-mono', className)}>
      <span className="text-ink-2">{prefix}</span>
      <span className="mx-1 tracking-widest text-ink-3" aria-hidden="true">
        ••••
      </span>
      <span className="sr-only"> … </span>
      <span className="font-medium">{lastFour}</span>
    </span>
  );
}
