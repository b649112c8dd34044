import { Badge } from '#app/_components/badge.tsx';
import { formatMoney } from '#app/_components/figure-format.ts';
import { monthWord, shortDay } from '#app/_components/time-format.ts';
import { firstOfMonth } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { MonthEnd } from '#lib/usage/month-end.ts';
import type { BudgetView } from '../../_budgets/budget-view.ts';
import { burnUp } from '../_data/burn-up.ts';
import type { MonthOutlook } from '../_data/month-outlook.ts';
import { BurnUpChart } from './burn-up-chart.tsx';

type OutlookProps = { outlook: MonthOutlook | null; budgets: readonly BudgetView[] };
type Projection = Extract<MonthEnd, { kind: 'projected' }>;

/** Where the month will end: an estimate with its band, what it rests on, and what it means for last month and the budget. */
export function Outlook({ outlook, budgets }: OutlookProps) {
  const end = outlook?.end;
  return (
    <>
      <h2 className="flex items-center gap-2 font-sans text-sm font-medium tracking-normal text-ink-3">
        {end?.kind === 'complete' ? 'The month is complete' : 'Where it will end'}
        {end?.kind === 'projected' ? <Badge title="A projection from the days before; nobody has billed it.">Estimated</Badge> : null}
      </h2>
      {outlook && end?.kind === 'projected' ? <Projected outlook={outlook} end={end} budget={wholeBudget(budgets)} /> : null}
      {end?.kind === 'complete' ? <p className="mt-2 text-ink-2">Every day of it was read after its end, so what is billed so far is the whole month.</p> : null}
      {!end || end.kind === 'insufficient' ? <Insufficient completeDays={end?.completeDays ?? 0} /> : null}
    </>
  );
}

function Projected({ outlook, end, budget }: { outlook: MonthOutlook; end: Projection; budget: BudgetView | undefined }) {
  const { today, lastDay, lastMonth, unknownDays } = outlook;
  const chart = burnUp({ today, dataThrough: outlook.dataThrough, days: outlook.days, daysBefore: lastMonth?.days ?? [], end, budget: budget?.amount ?? null });
  return (
    <>
      <p className="figures mt-1 font-display text-3xl leading-tight font-semibold tracking-tight" data-figure="month-end">
        {rough(end.expected)} <span className="font-sans text-base font-normal tracking-normal text-ink-3">by {shortDay(lastDay)}</span>
      </p>
      <p className="mt-1 text-sm text-ink-2">
        Between <strong className="figures font-semibold">{rough(end.p10)}</strong> and <strong className="figures font-semibold">{rough(end.p90)}</strong> in eight of ten endings like the days before.
      </p>
      <BurnUpChart
        chart={chart}
        labels={{
          first: shortDay(firstOfMonth(today)),
          today: shortDay(today),
          last: shortDay(lastDay),
          before: lastMonth ? monthWord(lastMonth.range.from) : '',
          budget: budget ? `Budget ${rough(budget.amount)}` : '',
        }}
      />
      <ul className="mt-3 flex flex-col gap-1 text-sm text-ink-2">
        {lastMonth ? <li>{againstLastMonth(end.expected, lastMonth.amount, monthWord(lastMonth.range.from))}</li> : null}
        {budget ? <li>{againstBudget(end, budget)}</li> : null}
        <li className="text-ink-3">
          {end.method === 'weekday_median' ? `The usual cost of each weekday, from the last ${end.basedOnDays} complete days.` : `The average of the last ${end.basedOnDays} complete days; too few to tell weekdays apart.`}
          {unknownDays > 0 ? ` ${unknownDays === 1 ? '1 day' : `${unknownDays} days`} of this month ${unknownDays === 1 ? 'is' : 'are'} unknown and counted as expected.` : ''}
        </li>
      </ul>
    </>
  );
}

function Insufficient({ completeDays }: { completeDays: number }) {
  return (
    <div className="mt-2">
      <p className="font-display text-xl font-semibold">Not enough data yet</p>
      <p className="mt-1 text-sm text-ink-2">
        {completeDays === 0 ? 'No day with spend is complete yet.' : completeDays === 1 ? '1 complete day is known.' : `${completeDays} complete days are known.`} An estimate needs three, and 72 hours of spend; anything before would be a guess.
      </p>
    </div>
  );
}

/** The first monthly budget on everything: what the whole month is held against. */
function wholeBudget(budgets: readonly BudgetView[]): BudgetView | undefined {
  return budgets.find((budget) => budget.wholeMonth);
}

function againstLastMonth(expected: Money, before: Money, month: string): string {
  const difference = expected.minus(before);
  if (difference.isZero()) return `As much as all of ${month}.`;
  return `${rough(absolute(difference))} ${difference.isNegative() ? 'less' : 'more'} than all of ${month} (${rough(before)}).`;
}

function againstBudget({ actual, expected, p90 }: Projection, { name, amount }: BudgetView): string {
  const [over, of] = [rough(absolute(expected.minus(amount))), `the budget “${name}” (${rough(amount)})`];
  if (actual.compare(amount) > 0) return `Over ${of} already, by ${over} at the end.`;
  if (expected.compare(amount) > 0) return `${over} over ${of}.`;
  return p90.compare(amount) > 0 ? `Within ${of}, but it may be passed.` : `Within ${of}.`;
}

function absolute(amount: Money): Money {
  return amount.isNegative() ? Money.zero(amount.currency).minus(amount) : amount;
}

/** A projection must not look more exact than it is: whole units from a hundred on. */
function rough(amount: Money): string {
  return formatMoney(amount.toDecimal(), amount.currency, absolute(amount).compare(Money.parse('100', amount.currency)) >= 0 ? 0 : 2).text;
}
