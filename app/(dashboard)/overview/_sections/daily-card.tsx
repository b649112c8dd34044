import type { Attempt } from '#app/_server/attempt.ts';
import { Card } from '#app/_components/card.tsx';
import { Money } from '#app/_components/money.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import { SegmentedLinks } from '#app/_components/segmented-links.tsx';
import { StackedBars } from '#app/_components/stacked-bars.tsx';
import { addDays } from '#lib/day.ts';
import { chartDays } from '../_data/chart-days.ts';
import { rangeText, SPAN_NAMES } from '../_data/span.ts';
import type { Span, SpanName } from '../_data/span.ts';
import { isWhollyUnknown, sumOf } from '../_data/spend-days.ts';
import type { SpendDays } from '../_data/spend-days.ts';

const NAMES: Record<SpanName, string> = { month: 'This month', '30d': '30 days', '90d': '90 days' };
/** Every sync reads the last three days again, because providers still add to them. */
const PROVISIONAL_DAYS = 3;

/** Which days the parts below it show. */
export function SpanBar({ span }: { span: Span }) {
  return (
    <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <h2 className="text-lg font-semibold">{rangeText(span)}</h2>
      <SegmentedLinks label="Days shown" items={SPAN_NAMES.map((name) => ({ name: NAMES[name], href: name === 'month' ? '/overview' : `/overview?span=${name}`, current: name === span.name }))} />
    </div>
  );
}

export function DailyCard({ days, span }: { days: Attempt<SpendDays>; span: Span }) {
  if (!days.ok) {
    return (
      <Card title="Per day">
        <PartError what="Spend per day" sentence={days.failure.sentence} />
      </Card>
    );
  }
  const { providers, currency, today } = days.value;
  if (providers.length === 0) {
    return (
      <Card title="Per day">
        <p className="py-6 text-center text-sm text-ink-3">No day was read yet. The first ones are here within a minute of the key being accepted.</p>
      </Card>
    );
  }
  const isUnknown = providers.every((provider) => isWhollyUnknown(days.value, span, provider));
  return (
    <Card
      title="Per day"
      hint="What the providers billed, by UTC day"
      actions={
        <span className="text-right" data-figure="span-billed">
          <Money amount={isUnknown ? null : sumOf(days.value, span, 'billed').toDecimal()} currency={currency} kind="billed" showKind className="font-semibold" />
        </span>
      }
    >
      <StackedBars
        label={`Billed per day and provider, ${rangeText(span)}`}
        days={chartDays(days.value, span)}
        series={providers.map((provider) => ({ id: provider, name: providerName(provider), colour: providerColour(provider) }))}
        currency={currency}
        provisionalFrom={addDays(today, 1 - PROVISIONAL_DAYS)}
      />
    </Card>
  );
}
