import { type ChartDay, type ChartSeries, seriesTotal } from './chart-data.ts';
import { formatMoney } from './figure-format.ts';

const HATCH = 'repeating-linear-gradient(45deg, var(--line-strong) 0 1.5px, transparent 1.5px 5px)';

type ChartLegendProps = { days: readonly ChartDay[]; series: readonly ChartSeries[]; currency: string; provisional: boolean };

/** Names the colours, each with its exact total, and what hatching and lighter bars mean where they occur. */
export function ChartLegend({ days, series, currency, provisional }: ChartLegendProps) {
  return (
    <ul className="mb-3 flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-2" aria-label="Legend">
      {series.map((s) => (
        <li key={s.id} className="flex items-center gap-2">
          <span className="size-2.5 rounded-[3px]" style={{ background: s.colour }} aria-hidden="true" />
          {s.name}
          <span className="figures text-ink-3">{formatMoney(seriesTotal(days, currency, s.id), currency).text}</span>
        </li>
      ))}
      {days.some((day) => day.unknown?.length) ? (
        <li className="flex items-center gap-2 text-warn">
          <span className="size-2.5 rounded-[3px] border border-line-strong" style={{ background: HATCH }} aria-hidden="true" />
          Unknown: not answered for yet
        </li>
      ) : null}
      {provisional ? <li className="text-ink-3">Lighter bars may still change</li> : null}
    </ul>
  );
}
