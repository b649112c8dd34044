'use client';
import { Bar, BarChart, CartesianGrid, Cell, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisLabel, type ChartDay, type ChartSeries, chartRows } from './chart-data.ts';
import { ChartTable, ChartTooltip } from './chart-parts.tsx';
import { shortDay } from './time-format.ts';

type StackedBarsProps = {
  /** What the chart shows, for assistive technology and as the table's caption. */
  label: string;
  days: readonly ChartDay[];
  series: readonly ChartSeries[];
  currency: string;
  /** First day whose figures may still change; it and later ones are drawn lighter. */
  provisionalFrom?: string;
  height?: number;
};

/**
 * Amounts per day as stacked bars. Hover or the arrow keys show a day's exact amounts; the table beneath holds the same
 * figures for everybody. The height is reserved before the script runs, so nothing moves.
 */
export function StackedBars({ label, days, series, currency, provisionalFrom, height = 280 }: StackedBarsProps) {
  const rows = chartRows(days, series);
  return (
    <figure className="min-w-0">
      <figcaption className="sr-only">{label}</figcaption>
      <Legend series={series} provisional={provisionalFrom !== undefined && days.some((d) => d.day >= provisionalFrom)} />
      <div style={{ height }} className="-ml-2 text-xs [&_.recharts-surface]:outline-offset-2">
        <ResponsiveContainer width="100%" height="100%" minWidth={0}>
          <BarChart data={rows} stackOffset="sign" margin={{ top: 8, right: 4, bottom: 0, left: 0 }} barCategoryGap="18%" title={label} accessibilityLayer>
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis dataKey="day" tickFormatter={shortDay} tickLine={false} axisLine={{ stroke: 'var(--line-strong)' }} tick={{ fill: 'var(--ink-3)' }} minTickGap={24} interval="equidistantPreserveStart" tickMargin={6} />
            <YAxis tickFormatter={(tick: number) => axisLabel(tick, currency)} tickLine={false} axisLine={false} tick={{ fill: 'var(--ink-3)' }} width={52} />
            <Tooltip
              cursor={{ fill: 'var(--ink)', fillOpacity: 0.06 }}
              isAnimationActive={false}
              content={<HoveredDay days={days} series={series} currency={currency} provisionalFrom={provisionalFrom} />}
            />
            {series.map((s, i) => (
              <Bar key={s.id} dataKey={`s${i}`} name={s.name} stackId="day" fill={s.colour} stroke="var(--surface)" strokeWidth={1} maxBarSize={40} isAnimationActive={false}>
                {provisionalFrom ? rows.map((row) => <Cell key={row.day} fillOpacity={row.day >= provisionalFrom ? 0.55 : 1} />) : null}
              </Bar>
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <ChartTable label={label} days={days} series={series} currency={currency} />
    </figure>
  );
}

type HoveredDayProps = Pick<StackedBarsProps, 'days' | 'series' | 'currency' | 'provisionalFrom'> & {
  /** Handed in by the chart. */
  active?: boolean;
  label?: string;
};

function HoveredDay({ active, label, days, series, currency, provisionalFrom }: HoveredDayProps) {
  const day = active ? days.find((d) => d.day === label) : undefined;
  return day ? <ChartTooltip day={day} series={series} currency={currency} provisional={provisionalFrom !== undefined && day.day >= provisionalFrom} /> : null;
}

function Legend({ series, provisional }: { series: readonly ChartSeries[]; provisional: boolean }) {
  return (
    <ul className="mb-3 flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-2" aria-label="Legend">
      {series.map((s) => (
        <li key={s.id} className="flex items-center gap-2">
          <span className="size-2.5 rounded-[3px]" style={{ background: s.colour }} aria-hidden="true" />
          {s.name}
        </li>
      ))}
      {provisional ? <li className="text-ink-3">Lighter bars may still change</li> : null}
    </ul>
  );
}
