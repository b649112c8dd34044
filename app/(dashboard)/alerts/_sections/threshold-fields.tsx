'use client';
import { Plus, X } from 'lucide-react';
import { use, useId, useState } from 'react';
import { Button } from '#app/_components/button.tsx';
import { FormContext } from '#app/_components/form-context.ts';
import { thresholdText } from '#lib/alerts/meter-scale.ts';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';

type ThresholdFieldsProps = { percents: readonly string[]; onChange: (percents: string[]) => void; amountThresholds: readonly string[] };

const MOST = 10;

/** Where a mail is sent, in percent of the budget. Those of an amount of their own (made over the API) are kept or dropped whole. */
export function ThresholdFields({ percents, onChange, amountThresholds }: ThresholdFieldsProps) {
  const [kept, setKept] = useState(amountThresholds);
  const id = useId();
  const errors = use(FormContext)?.fieldErrors ?? {};
  const [, error] = Object.entries(errors).find(([name]) => name === 'thresholds' || name.startsWith('thresholds.')) ?? [];
  return (
    <fieldset aria-describedby={error ? `${id}-error` : `${id}-hint`}>
      <legend className="text-sm font-medium">Send a mail at</legend>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        {percents.map((percent, index) => (
          // Rows have no identity but their place, and every field is controlled.
          <span key={index} className="inline-flex items-center rounded-control border border-line-strong bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
            <input
              name="thresholds"
              aria-label={`Threshold ${index + 1}, percent of the budget`}
              inputMode="decimal"
              autoComplete="off"
              value={percent}
              onChange={(event) => onChange(percents.map((other, at) => (at === index ? event.target.value : other)))}
              className="figures min-h-10 w-14 rounded-l-control bg-transparent pl-3 text-right text-[0.9375rem] outline-none max-sm:text-base"
            />
            <span className="pl-1 text-ink-3" aria-hidden="true">
              %
            </span>
            <Remove label={`Remove the threshold of ${percent || 'no'} percent`} onClick={() => onChange(percents.filter((_, at) => at !== index))} />
          </span>
        ))}
        {kept.map((stored) => (
          <span key={stored} className="inline-flex min-h-10 items-center rounded-control border border-line-strong bg-surface pl-3">
            <input type="hidden" name="amountThresholds" value={stored} />
            <span className="figures">{textOf(stored)}</span>
            <Remove label={`Remove the threshold of ${textOf(stored)}`} onClick={() => setKept(kept.filter((other) => other !== stored))} />
          </span>
        ))}
        {percents.length + kept.length < MOST ? (
          <Button look="ghost" onClick={() => onChange([...percents, ''])}>
            <Plus aria-hidden="true" />
            Add
          </Button>
        ) : null}
      </div>
      <p id={`${id}-hint`} className="mt-1.5 text-sm text-ink-3">
        Each is told once a period. If spend jumps over several at once, one mail names the highest.
      </p>
      {error ? (
        <p id={`${id}-error`} className="mt-1 text-sm font-medium text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" aria-label={label} onClick={onClick} className="flex min-h-10 items-center rounded-r-control px-2 text-ink-3 hover:text-ink [&_svg]:size-4">
      <X aria-hidden="true" />
    </button>
  );
}

function textOf(stored: string): string {
  const threshold = parseThreshold(stored);
  return threshold ? thresholdText(threshold) : stored;
}
