'use client';
import { type ChartDay, type ChartSeries, dayTotal } from './chart-data.ts';
import { formatMoney } from './figure-format.ts';
import { RowTh, Table, Td, Th } from './table.tsx';
import { longDay, shortDay } from './time-format.ts';

type DayProps = { day: ChartDay; series: readonly ChartSeries[]; currency: string; provisional: boolean };

/** A day's exact amounts, in the order of the stack from the top. */
export function ChartTooltip({ day, series, currency, provisional }: DayProps) {
  return (
    <div className="rounded-control border border-line bg-surface px-3 py-2 text-sm text-ink shadow-float">
      <p className="mb-1 font-semibold">{longDay(day.day)}</p>
      <table className="figures">
        <tbody>
          {series.toReversed().map((s) => (
            <tr key={s.id}>
              <th scope="row" className="pr-6 text-left font-normal text-ink-2">
                <span className="mr-2 inline-block size-2.5 rounded-[3px]" style={{ background: s.colour }} aria-hidden="true" />
                {s.name}
              </th>
              <td className="text-right">{day.amounts[s.id] === undefined ? '–' : formatMoney(day.amounts[s.id] ?? '', currency).text}</td>
            </tr>
          ))}
          {series.length > 1 ? (
            <tr className="border-t border-line font-semibold">
              <th scope="row" className="pt-1 pr-6 text-left">
                Total
              </th>
              <td className="pt-1 text-right">{formatMoney(dayTotal(day, currency), currency).text}</td>
            </tr>
          ) : null}
        </tbody>
      </table>
      {provisional ? <p className="mt-1 text-xs text-ink-3">May still change</p> : null}
    </div>
  );
}

/** The chart's figures as a table, newest day first: what a screen reader reads and what is copied into a sheet. */
export function ChartTable({ label, days, series, currency }: { label: string; days: readonly ChartDay[]; series: readonly ChartSeries[]; currency: string }) {
  return (
    <details className="mt-3">
      <summary className="-ml-2 inline-block rounded-control px-2 py-1 text-sm font-medium text-accent-ink hover:bg-inset">Show as a table</summary>
      <div className="mt-2 max-h-96 overflow-y-auto rounded-control border border-line">
        <Table label={label}>
          <thead className="sticky top-0 bg-surface">
            <tr>
              <Th>Day (UTC)</Th>
              {series.map((s) => (
                <Th key={s.id} numeric>
                  {s.name}
                </Th>
              ))}
              {series.length > 1 ? <Th numeric>Total</Th> : null}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day}>
                <RowTh className="whitespace-nowrap">{shortDay(day.day)}</RowTh>
                {series.map((s) => (
                  <Td key={s.id} numeric>
                    {day.amounts[s.id] === undefined ? '–' : formatMoney(day.amounts[s.id] ?? '', currency).text}
                  </Td>
                ))}
                {series.length > 1 ? <Td numeric>{formatMoney(dayTotal(day, currency), currency).text}</Td> : null}
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </details>
  );
}
