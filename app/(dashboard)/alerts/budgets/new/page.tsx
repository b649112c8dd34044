import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Card } from '#app/_components/card.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { requireCtx } from '#app/_server/session.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { loadHistory } from '../../_data/load-history.ts';
import { BudgetForm } from '../../_sections/budget-form.tsx';

export const metadata: Metadata = { title: 'New budget' };

const SCOPES = [{ value: 'organization', name: 'All providers' }, ...PROVIDERS.map((provider) => ({ value: provider, name: providerName(provider) }))];

export default async function NewBudgetPage() {
  const ctx = await requireCtx();
  // Viewers read only; the action and the database refuse them as well.
  if (ctx.role === 'viewer') redirect('/alerts');
  const history = await loadHistory(ctx, new Date());
  return (
    <>
      <PageHeader title="New budget">You are told by mail when billed spend reaches a share of it.</PageHeader>
      <Card className="max-w-3xl">
        <BudgetForm
          draft={{ id: null, name: '', amount: '', scope: 'organization', scopeName: 'All providers', period: 'month', percents: ['50', '80', '100'], amountThresholds: [] }}
          scopes={SCOPES}
          history={history}
        />
      </Card>
    </>
  );
}
