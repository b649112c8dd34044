'use client';
import dynamic from 'next/dynamic';
import type { BarPlotProps } from './bar-plot.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { ChartTable } from './chart-parts.tsx';
import { Skeleton } from './skeleton.tsx';

/** It needs the browser's measures to draw anything, so it comes after the page, into a place that is kept for it. */
const BarPlot = dynamic(() => import('./bar-plot.tsx').then((plot) => plot.BarPlot), { ssr: false, loading: () => <Skeleton className="h-full opacity-60" /> });

type StackedBarsProps = {
  /** What the chart shows, for assistive technology and as the table's caption. */
  label: BarPlotProps['label'];
  days: BarPlotProps['days'];
  series: BarPlotProps['series'];
  currency: BarPlotProps['currency'];
  /** First day whose figures may still change; it and later ones are drawn lighter. */
  provisionalFrom?: string;
  height?: number;
};

/**
 * Amounts per day as stacked bars, hatched where nobody answered. Hover or the arrow keys show a day's exact amounts; the
 * table beneath holds the same figures for everybody. The height is reserved before the script runs, so nothing moves.
 */
export function StackedBars({ height = 280, ...plot }: StackedBarsProps) {
  const { label, days, series, currency, provisionalFrom } = plot;
  return (
    <figure className="min-w-0">
      <figcaption className="sr-only">{label}</figcaption>
      <ChartLegend days={days} series={series} currency={currency} provisional={provisionalFrom !== undefined && days.some((d) => !d.ahead && d.day >= provisionalFrom)} />
      <div style={{ height }} className="-ml-2 text-xs [&_.recharts-surface]:outline-offset-2">
        <BarPlot {...plot} />
      </div>
      <ChartTable label={label} days={days} series={series} currency={currency} />
    </figure>
  );
}
