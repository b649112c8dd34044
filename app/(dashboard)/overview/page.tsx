import type { Metadata } from 'next';
import { AutoRefresh } from '#app/_components/auto-refresh.tsx';
import { type AmountKind, KindLegend } from '#app/_components/kind.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { monthWord } from '#app/_components/time-format.ts';
import { RelativeTime } from '#app/_components/time.tsx';
import { requireCtx } from '#app/_server/session.ts';
import { instantText } from '#lib/email/figures.ts';
import { isMoving } from '../_sources/freshness.ts';
import { loadOverview } from './_data/load-overview.ts';
import type { Overview } from './_data/load-overview.ts';
import { monthOutlook } from './_data/month-outlook.ts';
import { monthSoFar } from './_data/month-so-far.ts';
import { spanNameOf } from './_data/span.ts';
import { BudgetsCard } from './_sections/budgets-card.tsx';
import { DailyCard, SpanBar } from './_sections/daily-card.tsx';
import { FirstRun } from './_sections/first-run.tsx';
import { Notices } from './_sections/notices.tsx';
import { MonthCard } from './_sections/month-card.tsx';
import { SourcesCard } from './_sections/sources-card.tsx';
import { TokensCard } from './_sections/tokens-card.tsx';
import { TopCard } from './_sections/top-card.tsx';

export const metadata: Metadata = { title: 'Overview' };

export default async function OverviewPage({ searchParams }: { searchParams: Promise<{ span?: string | string[] }> }) {
  const ctx = await requireCtx();
  const { span } = await searchParams;
  const overview = await loadOverview(ctx, spanNameOf(typeof span === 'string' ? span : undefined), new Date());
  const { sources, freshness, days } = overview;
  const moving = sources.ok && sources.value.some(isMoving);
  const mayConnect = ctx.role !== 'viewer';
  if (sources.ok && sources.value.length === 0 && days.ok && days.value.daily.length === 0) {
    return (
      <>
        <PageHeader title="Overview">What your AI providers cost, and where the month will end.</PageHeader>
        <FirstRun mayConnect={mayConnect} />
      </>
    );
  }
  return (
    <>
      <AutoRefresh active={moving} />
      <PageHeader title="Overview">
        {monthWord(overview.today)} {overview.today.slice(0, 4)}, in UTC days.{' '}
        {freshness.dataThrough ? (
          <>
            As of {instantText(freshness.dataThrough, 'UTC')}, <RelativeTime at={freshness.dataThrough} />.
          </>
        ) : sources.ok ? (
          'Nothing was read yet.'
        ) : (
          'How fresh the figures are is not known at the moment.'
        )}
      </PageHeader>
      <div className="flex flex-col gap-6">
        <Notices freshness={freshness} sources={sources} mayConnect={mayConnect} />
        <Month overview={overview} />
        <div>
          <SpanBar span={overview.span} />
          <div className="flex flex-col gap-4">
            <DailyCard days={days} span={overview.span} />
            <div className="grid gap-4 lg:grid-cols-2">
              <TopCard what="models" title="Top models" lines={overview.models} span={overview.span} />
              <TopCard what="projects" title="Top projects and workspaces" lines={overview.projects} span={overview.span} />
            </div>
          </div>
        </div>
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <BudgetsCard budgets={overview.budgets} mayEdit={mayConnect} />
          <div className="flex min-w-0 flex-col gap-4">
            <SourcesCard sources={sources} />
            <TokensCard tokens={overview.tokens} span={overview.span} />
          </div>
        </div>
        <KindLegend kinds={kindsShown(overview)} />
      </div>
    </>
  );
}

function Month({ overview: { days, month, historyFrom, sources, freshness, budgets } }: { overview: Overview }) {
  if (!days.ok) return <PartError what="This month's spend" sentence={days.failure.sentence} />;
  return (
    <MonthCard
      month={monthSoFar(days.value, month)}
      outlook={sources.ok ? { ok: true, value: monthOutlook(days.value, historyFrom, freshness.dataThrough) } : sources}
      span={month}
      currency={days.value.currency}
      budgets={budgets.ok ? budgets.value : []}
    />
  );
}

function kindsShown({ days, month }: Overview): AmountKind[] {
  if (!days.ok) return ['billed'];
  const { daily, gaps, today } = days.value;
  const unknown = [...gaps.values()].some((set) => [...set].some((day) => day >= month.from && day <= today));
  return ['billed', ...(daily.some((row) => row.kind === 'estimated') ? (['estimated'] as const) : []), ...(unknown ? (['unknown'] as const) : [])];
}
