/** What a chart of amounts is given: exact decimal text by day and series. Pure, so that the sums are tested. */
import { Money } from '#lib/money.ts';

export type ChartSeries = { readonly id: string; readonly name: string; readonly colour: string };
/** `amounts[series id]` is decimal text; a series without an entry has nothing known for the day. */
export type ChartDay = { readonly day: string; readonly amounts: Readonly<Record<string, string>> };

export type ChartRow = { readonly day: string } & { readonly [series: `s${number}`]: number };

/** Pixel geometry only: the one place where an amount may become a number. Keys are `s0`, `s1`, ... in series order. */
export function chartRows(days: readonly ChartDay[], series: readonly ChartSeries[]): ChartRow[] {
  return days.map(({ day, amounts }) => {
    const heights = Object.fromEntries(series.map((s, i) => [`s${i}`, Number(amounts[s.id] ?? '0')]));
    return { day, ...heights };
  });
}

/** The day's exact total as decimal text. */
export function dayTotal(day: ChartDay, currency: string): string {
  return Object.values(day.amounts)
    .reduce((sum, amount) => sum.plus(Money.parse(amount, currency)), Money.zero(currency))
    .toDecimal();
}

/** Axis labels: `$0`, `$250`, `$1.2k`. Ticks are round numbers of the axis, not anybody's amount. */
export function axisLabel(tick: number, currency: string): string {
  const symbol = currency === 'USD' ? '$' : '';
  const size = Math.abs(tick);
  const text = size >= 1e6 ? `${trim(size / 1e6)}M` : size >= 1e3 ? `${trim(size / 1e3)}k` : trim(size);
  return `${tick < 0 ? '−' : ''}${symbol}${text}`;
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}
