import { BellPlus } from 'lucide-react';
import type { Metadata } from 'next';
import { z } from 'zod';
import { AutoRefresh } from '#app/_components/auto-refresh.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { HashTarget } from '#app/_components/hash-target.tsx';
import { KindLegend } from '#app/_components/kind.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { requireCtx } from '#app/_server/session.ts';
import { loadAlerts } from '../_data/load-alerts.ts';
import { BudgetList } from '../_sections/budget-list.tsx';
import { EventList } from '../_sections/event-list.tsx';
import { TestAlert } from '../_sections/test-alert.tsx';

export const metadata: Metadata = { title: 'Alerts' };

const query = z.object({ before: z.uuid().optional().catch(undefined) });

export default async function AlertsPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireCtx();
  const { before } = query.parse(await searchParams);
  const { budgets, events, moving } = await loadAlerts(ctx, before, new Date());
  const mayEdit = ctx.role !== 'viewer';
  return (
    <>
      <AutoRefresh active={moving} />
      <PageHeader
        title="Alerts"
        actions={
          mayEdit ? (
            <LinkButton href="/alerts/budgets/new">
              <BellPlus aria-hidden="true" />
              New budget
            </LinkButton>
          ) : null
        }
      >
        Budgets and where they stand, what was raised, and who was told.
      </PageHeader>
      <div className="flex flex-col gap-6">
        {before ? null : <BudgetList budgets={budgets} mayEdit={mayEdit} />}
        <EventList
          events={events}
          isOlder={before !== undefined}
          actions={mayEdit && !before ? <TestAlert status={events.ok ? events.value.test : null} /> : null}
        />
        <KindLegend kinds={['billed', 'unknown']} />
      </div>
      <HashTarget />
    </>
  );
}
