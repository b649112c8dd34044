'use client';
import { type ChartDay, type ChartSeries, dayTotal, seriesTotal } from './chart-data.ts';
import { formatMoney } from './figure-format.ts';
import { KindBadge } from './kind.tsx';
import { RowTh, Table, Td, Th } from './table.tsx';
import { longDay, shortDay } from './time-format.ts';

type CellProps = { day: ChartDay; id: string; currency: string };

/** What is known of one series on one day: its amount, that it is unknown, or that there is none. */
function Amount({ day, id, currency }: CellProps) {
  if (day.unknown?.includes(id)) return <KindBadge kind="unknown" />;
  const amount = day.amounts[id];
  return amount === undefined ? '–' : formatMoney(amount, currency).text;
}

/** The sum of what is known, and that it is not all. */
function DaySum({ day, currency }: Omit<CellProps, 'id'>) {
  if (Object.keys(day.amounts).length === 0) return <KindBadge kind="unknown" />;
  return (
    <>
      {formatMoney(dayTotal(day, currency), currency).text}
      {day.unknown?.length ? <span className="block text-xs font-normal text-warn">known part</span> : null}
    </>
  );
}

type TooltipProps = { day: ChartDay; series: readonly ChartSeries[]; currency: string; provisional: boolean };

/** A day's exact amounts, in the order of the stack from the top. */
export function ChartTooltip({ day, series, currency, provisional }: TooltipProps) {
  return (
    <div className="rounded-control border border-line bg-surface px-3 py-2 text-sm text-ink shadow-float">
      <p className="mb-1 font-semibold">{longDay(day.day)}</p>
      {day.ahead ? (
        <p className="text-ink-3">Still to come</p>
      ) : (
        <table className="figures">
          <tbody>
            {series.toReversed().map((s) => (
              <tr key={s.id}>
                <th scope="row" className="pr-6 text-left font-normal text-ink-2">
                  <span className="mr-2 inline-block size-2.5 rounded-[3px]" style={{ background: s.colour }} aria-hidden="true" />
                  {s.name}
                </th>
                <td className="text-right">
                  <Amount day={day} id={s.id} currency={currency} />
                </td>
              </tr>
            ))}
            {series.length > 1 ? (
              <tr className="border-t border-line font-semibold">
                <th scope="row" className="pt-1 pr-6 text-left align-top">
                  Total
                </th>
                <td className="pt-1 text-right">
                  <DaySum day={day} currency={currency} />
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      )}
      {provisional && !day.ahead ? <p className="mt-1 text-xs text-ink-3">May still change</p> : null}
    </div>
  );
}

type ChartTableProps = { label: string; days: readonly ChartDay[]; series: readonly ChartSeries[]; currency: string };

/** The chart's figures as a table, newest day first: what a screen reader reads and what is copied into a sheet. */
export function ChartTable({ label, days, series, currency }: ChartTableProps) {
  const begun = days.filter((day) => !day.ahead);
  const unknown = begun.some((day) => day.unknown?.length);
  return (
    <details className="group mt-3">
      <summary className="-ml-2 inline-block rounded-control px-2 py-1 text-sm font-medium text-accent-ink hover:bg-inset">
        <span className="group-open:hidden">Show as a table</span>
        <span className="hidden group-open:inline">Hide the table</span>
      </summary>
      <div className="mt-2 max-h-112 overflow-y-auto rounded-control border border-line">
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
            {begun.toReversed().map((day) => (
              <tr key={day.day}>
                <RowTh className="whitespace-nowrap">{shortDay(day.day)}</RowTh>
                {series.map((s) => (
                  <Td key={s.id} numeric>
                    <Amount day={day} id={s.id} currency={currency} />
                  </Td>
                ))}
                {series.length > 1 ? (
                  <Td numeric>
                    <DaySum day={day} currency={currency} />
                  </Td>
                ) : null}
              </tr>
            ))}
          </tbody>
          <tfoot className="sticky bottom-0 bg-surface font-semibold shadow-[0_-1px_0_var(--line-strong)]">
            <tr>
              <RowTh className="whitespace-nowrap">{unknown ? 'Total of what is known' : 'Total'}</RowTh>
              {series.map((s) => (
                <Td key={s.id} numeric>
                  {formatMoney(seriesTotal(begun, currency, s.id), currency).text}
                </Td>
              ))}
              {series.length > 1 ? <Td numeric>{formatMoney(seriesTotal(begun, currency), currency).text}</Td> : null}
            </tr>
          </tfoot>
        </Table>
      </div>
    </details>
  );
}
