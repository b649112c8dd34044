import { Meter } from '#app/_components/meter.tsx';
import type { BudgetView } from './budget-view.ts';

/** A budget's bar with its figures, and what they mean and lack in words. */
export function BudgetGauge({ budget }: { budget: BudgetView }) {
  return (
    <div>
      <Meter label={`${budget.name}: billed of the budget`} basisPoints={budget.basisPoints} thresholds={budget.ticks}>
        <span className="figures" data-figure="budget">
          {budget.figures}
        </span>
      </Meter>
      <p className="mt-1 text-sm text-ink-2">
        {budget.scope}. {budget.sentence}
      </p>
      {budget.cautions.map((caution) => (
        <p key={caution} className="mt-1 text-sm text-warn">
          {caution}
        </p>
      ))}
    </div>
  );
}
