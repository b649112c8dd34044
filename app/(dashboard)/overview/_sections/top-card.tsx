import type { Attempt } from '#app/_server/attempt.ts';
import { Badge } from '#app/_components/badge.tsx';
import { Card } from '#app/_components/card.tsx';
import { Change } from '#app/_components/change.tsx';
import { formatPercent } from '#app/_components/figure-format.ts';
import { Money } from '#app/_components/money.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import { ShareBar } from '#app/_components/share-bar.tsx';
import { rangeText } from '../_data/span.ts';
import type { Span } from '../_data/span.ts';
import type { TopLine } from '../_data/top-rows.ts';

type TopCardProps = { what: 'models' | 'projects'; title: string; lines: Attempt<TopLine[]>; span: Span };

/** What cost most, with its share of the whole bill and its change against the span before. */
export function TopCard({ what, title, lines, span }: TopCardProps) {
  const compared = lines.ok && lines.value.some((line) => line.change !== null) ? span.comparison : null;
  return (
    <Card title={title} hint={compared ? `Change: ${rangeText(compared.now)} against ${rangeText(compared.before)}` : 'Billed, with its share of the whole'}>
      {!lines.ok ? (
        <PartError what={title} sentence={lines.failure.sentence} />
      ) : lines.value.length === 0 ? (
        <p className="py-6 text-center text-sm text-ink-3">Nothing was billed in these days, or nothing was read of them yet.</p>
      ) : (
        <ol className="flex flex-col gap-3" data-list={what}>
          {lines.value.map((line) => (
            <Line key={line.key} line={line} compared={compared !== null} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Line({ line: { provider, name, ref, amount, shareBasisPoints, change }, compared }: { line: TopLine; compared: boolean }) {
  return (
    <li data-name={name}>
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <span className="min-w-0 truncate" title={ref ?? undefined}>
          <span className="mr-2 inline-block size-2.5 rounded-[3px]" style={{ background: providerColour(provider) }} aria-hidden="true" />
          <span className="font-medium">{name}</span>
          <span className="sr-only">, {providerName(provider)}</span>
        </span>
        <Money amount={amount.toDecimal()} currency={amount.currency} className="shrink-0 font-medium" />
      </div>
      <div className="mt-1 flex items-center gap-3">
        <ShareBar basisPoints={shareBasisPoints} colour={providerColour(provider)} className="flex-1" />
        <span className="figures w-12 text-right text-xs text-ink-3">{formatPercent(shareBasisPoints)}</span>
        {compared ? <span className="w-36 text-right text-xs text-ink-3">{change === null ? <span aria-label="not compared">–</span> : <ChangeOf change={change} currency={amount.currency} />}</span> : null}
      </div>
    </li>
  );
}

function ChangeOf({ change, currency }: { change: NonNullable<TopLine['change']>; currency: string }) {
  if (change.kind === 'new') return <Badge tone="accent">New</Badge>;
  return <Change amount={change.amount.toDecimal()} currency={currency} basisPoints={change.basisPoints} />;
}
