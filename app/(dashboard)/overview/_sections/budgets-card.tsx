import type { Attempt } from '#app/_server/attempt.ts';
import Link from 'next/link';
import { LinkButton } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { BudgetGauge } from '../../_budgets/budget-gauge.tsx';
import type { BudgetView } from '../../_budgets/budget-view.ts';

/** More would push the sources out of sight; the rest is a click away. */
const SHOWN = 4;

export function BudgetsCard({ budgets, mayEdit }: { budgets: Attempt<BudgetView[]>; mayEdit: boolean }) {
  return (
    <Card title="Budgets" hint="Billed against the amount; the ticks are where a mail is sent" actions={<LinkButton href="/alerts" look="secondary" size="sm">Alerts</LinkButton>}>
      {!budgets.ok ? (
        <PartError what="Budgets" sentence={budgets.failure.sentence} />
      ) : budgets.value.length === 0 ? (
        <div className="flex flex-col items-start gap-3 py-2">
          <p className="text-sm text-ink-2">No budget is set, so nobody is told when spend runs away.{mayEdit ? ' An amount is proposed from last month.' : ''}</p>
          {mayEdit ? <LinkButton href="/alerts/budgets/new" size="sm">Set a budget</LinkButton> : null}
        </div>
      ) : (
        <ul className="flex flex-col gap-5">
          {mostUrgent(budgets.value).map((budget) => (
            <li key={budget.id} data-budget={budget.id}>
              <Link href={`/alerts#budget-${budget.id}`} className="font-medium hover:underline">
                {budget.name}
              </Link>
              <BudgetGauge budget={budget} />
            </li>
          ))}
          {budgets.value.length > SHOWN ? (
            <li className="text-sm">
              <Link href="/alerts" className="text-accent-ink hover:underline">
                {budgets.value.length - SHOWN} more
              </Link>
            </li>
          ) : null}
        </ul>
      )}
    </Card>
  );
}

/** The fullest first; one that cannot be judged before all. */
function mostUrgent(budgets: readonly BudgetView[]): BudgetView[] {
  const rank = ({ basisPoints }: BudgetView) => basisPoints ?? Number.MAX_SAFE_INTEGER;
  return [...budgets].sort((a, b) => rank(b) - rank(a)).slice(0, SHOWN);
}
