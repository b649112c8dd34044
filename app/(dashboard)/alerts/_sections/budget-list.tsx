import { PiggyBank } from 'lucide-react';
import type { Attempt } from '#app/_server/attempt.ts';
import { Badge } from '#app/_components/badge.tsx';
import type { Tone } from '#app/_components/badge.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { EmptyState } from '#app/_components/empty-state.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { RelativeTime } from '#app/_components/time.tsx';
import { periodAdjective, periodRange } from '#lib/alerts/period-text.ts';
import { BudgetGauge } from '../../_budgets/budget-gauge.tsx';
import type { BudgetState, BudgetView } from '../../_budgets/budget-view.ts';

const STATES: Record<BudgetState, { word: string; tone: Tone }> = {
  over: { word: 'Over budget', tone: 'bad' },
  near: { word: 'Getting close', tone: 'warn' },
  calm: { word: 'On track', tone: 'good' },
  unknown: { word: 'Unknown', tone: 'warn' },
};

export function BudgetList({ budgets, mayEdit }: { budgets: Attempt<BudgetView[]>; mayEdit: boolean }) {
  if (!budgets.ok) {
    return (
      <Card title="Budgets">
        <PartError what="Budgets" sentence={budgets.failure.sentence} />
      </Card>
    );
  }
  return (
    <Card title="Budgets" hint="A mail goes to every owner and admin when billed spend reaches a tick" flush={budgets.value.length > 0}>
      {budgets.value.length === 0 ? (
        <EmptyState icon={<PiggyBank />} title="No budget yet" actions={mayEdit ? <LinkButton href="/alerts/budgets/new">Set the first budget</LinkButton> : null}>
          {mayEdit ? 'A budget warns you at 50, 80 and 100 % before the money is gone. An amount is proposed from last month, and you see what it would have warned of.' : 'An owner or an admin can set a budget; you will see here where it stands.'}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {budgets.value.map((budget) => (
            <BudgetItem key={budget.id} budget={budget} mayEdit={mayEdit} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Mails link to it, so it marks itself when it is what the link led to. */
function BudgetItem({ budget, mayEdit }: { budget: BudgetView; mayEdit: boolean }) {
  const { word, tone } = STATES[budget.state];
  return (
    <li id={`budget-${budget.id}`} tabIndex={-1} data-budget={budget.id} className="scroll-mt-4 px-5 py-4 outline-none data-target:bg-accent-soft/60 data-target:shadow-[inset_3px_0_0_var(--copper)]">
      <div className="mb-2 flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-center gap-2 font-semibold">
            {budget.name}
            <Badge tone={tone}>{word}</Badge>
          </h3>
          <p className="text-sm text-ink-3">
            <span className="capitalize">{periodAdjective(budget.period.kind)}</span>, {periodRange(budget.period)}, {budget.period.zone}
            {budget.dataThrough ? (
              <>
                . Billed, read <RelativeTime at={budget.dataThrough} />
              </>
            ) : null}
            .
          </p>
        </div>
        {mayEdit ? (
          <LinkButton href={`/alerts/budgets/${budget.id}`} look="secondary" size="sm" aria-label={`Edit ${budget.name}`}>
            Edit
          </LinkButton>
        ) : null}
      </div>
      <BudgetGauge budget={budget} />
    </li>
  );
}
