import type { Attempt } from '#app/_server/attempt.ts';
import { Badge } from '#app/_components/badge.tsx';
import { Change } from '#app/_components/change.tsx';
import { formatPercent } from '#app/_components/figure-format.ts';
import { KindBadge } from '#app/_components/kind.tsx';
import { Money } from '#app/_components/money.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import type { BudgetView } from '../../_budgets/budget-view.ts';
import type { MonthOutlook } from '../_data/month-outlook.ts';
import type { Comparison, MonthSoFar, ProviderSpend } from '../_data/month-so-far.ts';
import { rangeText } from '../_data/span.ts';
import type { Span } from '../_data/span.ts';
import { Outlook } from './outlook.tsx';

type MonthCardProps = {
  month: MonthSoFar;
  /** It rests on how far each source was read, so it fails with them. */
  outlook: Attempt<MonthOutlook | null>;
  span: Span;
  currency: string;
  budgets: readonly BudgetView[];
};

/** The page's first answer: what was billed so far, and where the month will end. */
export function MonthCard({ month, outlook, span, currency, budgets }: MonthCardProps) {
  return (
    <section aria-labelledby="so-far" className="grid min-w-0 rounded-card border border-line bg-surface shadow-card lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
      <div className="min-w-0 p-5 sm:p-6">
        <h2 id="so-far" className="flex flex-wrap items-center gap-x-2 font-sans text-sm font-medium tracking-normal text-ink-3">
          Billed so far, {rangeText(span)} {month.billed ? <KindBadge kind="billed" /> : null}
          {month.billed && month.providers.some(({ unknownDays }) => unknownDays > 0) ? <Badge tone="warn" title="Days of this month are unknown; what they cost is not in it.">Known part</Badge> : null}
        </h2>
        <p className="figures mt-1 font-display text-[2.5rem] leading-tight font-semibold tracking-tight sm:text-[3.25rem]" data-figure="month-billed">
          <Money amount={month.billed?.toDecimal() ?? null} currency={currency} />
        </p>
        {outlook.ok ? <Against comparison={month.comparison} currency={currency} /> : null}
        <Split providers={month.providers} currency={currency} />
        <Beside month={month} />
      </div>
      <div className="min-w-0 border-t border-line p-5 sm:p-6 lg:border-t-0 lg:border-l">
        {outlook.ok ? <Outlook outlook={outlook.value} budgets={budgets} /> : <PartError what="Where the month will end" sentence={outlook.failure.sentence} />}
      </div>
    </section>
  );
}

function Against({ comparison, currency }: { comparison: Comparison; currency: string }) {
  if (comparison.kind === 'no_complete_day') return <p className="mt-2 text-sm text-ink-3">No day of this month is complete yet, so there is nothing to compare.</p>;
  if (comparison.kind === 'unknown_days') {
    return (
      <p className="mt-2 text-sm text-ink-3">
        Not compared with {rangeText(comparison.before)}: {comparison.days === 1 ? '1 day is' : `${comparison.days} days are`} unknown.
      </p>
    );
  }
  const { difference, basisPoints, amountBefore, now, before } = comparison;
  return (
    <p className="mt-2 flex flex-wrap items-baseline gap-x-2 text-sm text-ink-3">
      <Change amount={difference.toDecimal()} currency={currency} basisPoints={basisPoints} className="text-base font-medium text-ink" />
      <span>
        {difference.isNegative() ? 'less' : 'more'} in {rangeText(now)} than in {rangeText(before)} (<Money amount={amountBefore.toDecimal()} currency={currency} />
        ), complete days only
      </span>
    </p>
  );
}

function Split({ providers, currency }: { providers: readonly ProviderSpend[]; currency: string }) {
  if (providers.length === 0) return null;
  const shares = providers.filter((p) => p.shareBasisPoints !== null && p.shareBasisPoints > 0n);
  return (
    <div className="mt-6">
      <div className="flex h-3 gap-0.5 overflow-hidden rounded-full bg-inset" aria-hidden="true">
        {shares.map((p) => (
          <div key={p.provider} style={{ width: `${Number(p.shareBasisPoints) / 100}%`, background: providerColour(p.provider) }} />
        ))}
      </div>
      <table className="mt-3 w-full text-sm">
        <caption className="sr-only">Billed this month by provider</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Provider</th>
            <th scope="col">Billed</th>
            <th scope="col">Share</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {providers.map((p) => (
            <ProviderLine key={p.provider} spend={p} currency={currency} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ProviderLine({ spend: { provider, amount, shareBasisPoints, unknownDays, comparison }, currency }: { spend: ProviderSpend; currency: string }) {
  return (
    <tr data-provider={provider}>
      <th scope="row" className="py-1.5 text-left font-medium">
        <span className="mr-2 inline-block size-2.5 rounded-[3px]" style={{ background: providerColour(provider) }} aria-hidden="true" />
        {providerName(provider)}
        {unknownDays > 0 && amount !== null ? <span className="ml-2 text-xs font-normal whitespace-nowrap text-warn">{unknownDays === 1 ? '1 day unknown' : `${unknownDays} days unknown`}</span> : null}
      </th>
      <td className="py-1.5 text-right font-medium" data-figure="provider-billed">
        <Money amount={amount?.toDecimal() ?? null} currency={currency} />
      </td>
      <td className="figures w-16 py-1.5 text-right text-ink-3">{formatPercent(shareBasisPoints)}</td>
      <td className="w-40 py-1.5 text-right text-ink-2 max-sm:hidden">
        {comparison.kind === 'known' ? <Change amount={comparison.difference.toDecimal()} currency={currency} basisPoints={comparison.basisPoints} /> : <span className="text-ink-3">–</span>}
      </td>
    </tr>
  );
}

/** What is known beside the bill. It stands apart because it must not be added. */
function Beside({ month: { estimated, otherCurrencies } }: { month: MonthSoFar }) {
  if (estimated.length === 0 && otherCurrencies.length === 0) return null;
  return (
    <dl className="mt-4 flex flex-col gap-2 border-t border-dashed border-line pt-3 text-sm">
      {estimated.map(({ provider, amount }) => (
        <div key={provider} className="flex items-baseline justify-between gap-x-4">
          <dt className="min-w-0 text-ink-3">
            {providerName(provider)}’s own estimate for coding tools <KindBadge kind="estimated" />
            <span className="block text-xs">Not added: it is in the bill already, or paid by subscription.</span>
          </dt>
          <dd className="font-medium" data-figure="estimated">
            <Money amount={amount.toDecimal()} currency={amount.currency} />
          </dd>
        </div>
      ))}
      {otherCurrencies.map((amount) => (
        <div key={amount.currency} className="flex flex-wrap items-baseline justify-between gap-x-4">
          <dt className="text-ink-3">Also billed in {amount.currency}, not converted and not added</dt>
          <dd className="font-medium">
            <Money amount={amount.toDecimal()} currency={amount.currency} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
