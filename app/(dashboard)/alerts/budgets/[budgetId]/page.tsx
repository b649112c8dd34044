import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { Card } from '#app/_components/card.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { requireCtx } from '#app/_server/session.ts';
import { readBudgets } from '#lib/alerts/read-alerts.ts';
import { readSources } from '#lib/connections/read-connections.ts';
import { budgetScope } from '../../../_budgets/budget-scope.ts';
import { scopeSource } from '../../../_budgets/load-budgets.ts';
import { draftOf } from '../../_data/budget-draft.ts';
import { loadHistory } from '../../_data/load-history.ts';
import { BudgetForm } from '../../_sections/budget-form.tsx';
import { DeleteBudget } from '../../_sections/delete-budget.tsx';

export const metadata: Metadata = { title: 'Edit budget' };

export default async function EditBudgetPage({ params }: { params: Promise<{ budgetId: string }> }) {
  const ctx = await requireCtx();
  if (ctx.role === 'viewer') redirect('/alerts');
  const { budgetId } = await params;
  const [budgets, sources, history] = await Promise.all([readBudgets(ctx), readSources(ctx), loadHistory(ctx, new Date())]);
  const budget = budgets.find(({ id }) => id === budgetId);
  if (!budget) notFound();
  return (
    <>
      <PageHeader title={budget.name} actions={<DeleteBudget budgetId={budget.id} name={budget.name} />}>
        Raising the amount clears what is not reached any more; lowering it is judged within seconds. Every change is audited.
      </PageHeader>
      <Card className="max-w-3xl">
        <BudgetForm draft={draftOf(budget, budgetScope(budget, sources.map(scopeSource)))} scopes={[]} history={history} />
      </Card>
    </>
  );
}
