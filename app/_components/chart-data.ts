/** What a chart of amounts is given: exact decimal text by day and series. Pure, so that the sums are tested. */
import { Money } from '#lib/money.ts';

export type ChartSeries = { readonly id: string; readonly name: string; readonly colour: string };
export type ChartDay = {
  readonly day: string;
  /** `amounts[series id]` is decimal text; a series without an entry has nothing known for the day. */
  readonly amounts: Readonly<Record<string, string>>;
  /** Series that nobody answered for: unknown, which is not zero. */
  readonly unknown?: readonly string[];
  /** Still to come: it keeps its place on the axis and is in no table. */
  readonly ahead?: boolean;
};

export type ChartRow = { readonly day: string } & { readonly [series: `s${number}`]: number };

/** Pixel geometry only: the one place where an amount may become a number. Keys are `s0`, `s1`, ... in series order. */
export function chartRows(days: readonly ChartDay[], series: readonly ChartSeries[]): ChartRow[] {
  return days.map(({ day, amounts }) => {
    const heights = Object.fromEntries(series.map((s, i) => [`s${i}`, Number(amounts[s.id] ?? '0')]));
    return { day, ...heights };
  });
}

/** The day's exact total of what is known, as decimal text. */
export function dayTotal(day: ChartDay, currency: string): string {
  return sumText(Object.values(day.amounts), currency);
}

/** What is known of a series over all days; of all series without an id. */
export function seriesTotal(days: readonly ChartDay[], currency: string, id?: string): string {
  return sumText(
    days.flatMap(({ amounts }) => (id === undefined ? Object.values(amounts) : (amounts[id] ?? []))),
    currency,
  );
}

function sumText(amounts: readonly string[], currency: string): string {
  return amounts.reduce((sum, amount) => sum.plus(Money.parse(amount, currency)), Money.zero(currency)).toDecimal();
}

/** Runs of days on which something is unknown, as first and last day of each. */
export function unknownStretches(days: readonly ChartDay[]): { from: string; to: string }[] {
  const stretches: { from: string; to: string }[] = [];
  let open: { from: string; to: string } | null = null;
  for (const { day, unknown } of days) {
    if (!unknown?.length) open = null;
    else if (open) open.to = day;
    else stretches.push((open = { from: day, to: day }));
  }
  return stretches;
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
