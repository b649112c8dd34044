'use client';
import type { Day } from '#lib/day.ts';
import type { Money } from '#lib/money.ts';
import { previewWords } from '../_data/preview-words.ts';

type BudgetPreviewProps = {
  amount: string;
  percents: readonly string[];
  /** null = a day of the last period is unknown, or nothing of it was read. */
  days: readonly { day: Day; amount: Money }[] | null;
  label: string | null;
};

/** What the budget would have said of the last whole period, while it is typed. */
export function BudgetPreview({ amount, percents, days, label }: BudgetPreviewProps) {
  const preview = days && label ? previewWords(amount, percents, days) : null;
  return (
    <div className="rounded-control border border-dashed border-line-strong/60 bg-inset/50 px-4 py-3 text-sm" aria-live="polite" data-preview>
      {preview ? (
        <>
          <p className="font-medium">
            With the spend of {label} {preview.headline}:
          </p>
          <ul className="mt-1 flex flex-wrap gap-x-6 gap-y-1 text-ink-2">
            {preview.lines.map(({ threshold, day }) => (
              <li key={threshold}>
                <span className="figures font-medium">{threshold}</span> {day ? `on ${day}` : 'not reached'}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="text-ink-3">{days ? 'Enter an amount and a threshold to see what it would have warned of.' : 'The period before this one was not read whole, so there is nothing to try the budget on yet.'}</p>
      )}
    </div>
  );
}
