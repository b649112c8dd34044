'use client';
import { useId } from 'react';
import { Bar, BarChart, CartesianGrid, Cell, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisLabel, type ChartDay, type ChartSeries, chartRows, unknownStretches } from './chart-data.ts';
import { ChartTooltip } from './chart-parts.tsx';
import { shortDay } from './time-format.ts';

export type BarPlotProps = {
  label: string;
  days: readonly ChartDay[];
  series: readonly ChartSeries[];
  currency: string;
  provisionalFrom?: string;
};

/** The drawing of StackedBars, in whatever height it is given. Loaded by itself: it is the heaviest part of a page. */
export function BarPlot({ label, days, series, currency, provisionalFrom }: BarPlotProps) {
  const rows = chartRows(days, series);
  const hatch = `hatch-${useId().replace(/\W/g, '')}`;
  return (
    <ResponsiveContainer width="100%" height="100%" minWidth={0}>
      <BarChart data={rows} stackOffset="sign" margin={{ top: 8, right: 4, bottom: 0, left: 0 }} barCategoryGap="18%" title={label} accessibilityLayer>
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line-strong)" strokeWidth="1.5" opacity="0.7" />
          </pattern>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        <XAxis dataKey="day" tickFormatter={shortDay} tickLine={false} axisLine={{ stroke: 'var(--line-strong)' }} tick={{ fill: 'var(--ink-3)' }} minTickGap={24} interval="equidistantPreserveStart" tickMargin={6} />
        <YAxis tickFormatter={(tick: number) => axisLabel(tick, currency)} tickLine={false} axisLine={false} tick={{ fill: 'var(--ink-3)' }} width={52} />
        <Tooltip
          cursor={{ fill: 'var(--ink)', fillOpacity: 0.06 }}
          isAnimationActive={false}
          content={<HoveredDay days={days} series={series} currency={currency} {...(provisionalFrom ? { provisionalFrom } : {})} />}
        />
        {unknownStretches(days).map(({ from, to }) => (
          <ReferenceArea key={from} x1={from} x2={to} fill={`url(#${hatch})`} fillOpacity={1} stroke="none" ifOverflow="extendDomain" />
        ))}
        {series.map((s, i) => (
          <Bar key={s.id} dataKey={`s${i}`} name={s.name} stackId="day" fill={s.colour} stroke="var(--surface)" strokeWidth={1} maxBarSize={40} isAnimationActive={false}>
            {provisionalFrom ? rows.map((row) => <Cell key={row.day} fillOpacity={row.day >= provisionalFrom ? 0.55 : 1} />) : null}
          </Bar>
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

type HoveredDayProps = Omit<BarPlotProps, 'label'> & {
  /** Handed in by the chart. */
  active?: boolean;
  label?: string;
};

function HoveredDay({ active, label, days, series, currency, provisionalFrom }: HoveredDayProps) {
  const day = active ? days.find((d) => d.day === label) : undefined;
  return day ? <ChartTooltip day={day} series={series} currency={currency} provisional={provisionalFrom !== undefined && day.day >= provisionalFrom} /> : null;
}
