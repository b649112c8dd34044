/**
 * What a budget's alerts must do now, from plain data: no clock, no database, no sending. The caller inserts each raise
 * under its unique identity (insert or nothing), so that a hundred evaluators at once still raise one alert.
 */
import type { BudgetPeriod } from '#lib/alerts/period.ts';
import { inOrder, reaches, thresholdKey } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { MS_PER_DAY } from '#lib/day.ts';
import type { Money } from '#lib/money.ts';

/** After a restatement the same threshold speaks again only when this long has passed since it was raised ... */
export const RE_RAISE_AFTER_MS = MS_PER_DAY;
/** ... or when spend is this much more of the budget than it was then, in percent. */
export const RE_RAISE_POINTS = 10n;
/**
 * A provider reports a day's last hours after the day is over, and every sync reads the trailing three days. So a
 * period stays open to ordinary runs for as long after its end, or a daily budget could hardly ever be crossed.
 */
export const SETTLING_MS = 3 * MS_PER_DAY;

export interface Budget {
  readonly amount: Money;
  readonly thresholds: readonly Threshold[];
}

/** One alert row of this budget and period, as it was raised. */
export interface RaisedAlert {
  readonly thresholdKey: string;
  readonly episode: number;
  /** `resolved`: a restatement took spend below it. `cleared`: an edit of the budget did. */
  readonly state: 'open' | 'resolved' | 'cleared';
  readonly raisedAt: Date;
  readonly spendAtRaise: Money;
  readonly budgetAtRaise: Money;
  /** False for a lower threshold that was only marked passed by a jump. */
  readonly message: boolean;
}

export interface PeriodState {
  readonly period: BudgetPeriod;
  /** The database's clock. */
  readonly now: Date;
  /** Spend of kind `billed` in the period so far. null = unknown, which is never zero: nothing is decided from it. */
  readonly billed: Money | null;
  /** `billed` before the change that is being evaluated; for "restated from". Without it the amount at the raise is named. */
  readonly billedBefore?: Money | null;
  /**
   * `loading`: a first load has not reached the start of the period yet. `loaded`: a first load has just done so.
   * `settled`: ordinary runs.
   */
  readonly history: 'settled' | 'loading' | 'loaded';
  /** Every row of this budget and period, in any order, all episodes. */
  readonly alerts: readonly RaisedAlert[];
}

export interface Raise {
  readonly do: 'raise';
  readonly threshold: Threshold;
  readonly thresholdKey: string;
  readonly episode: number;
  /** True for one raise per evaluation at most; the others are marked passed. */
  readonly message: boolean;
  /** Found by the first load of a source, so the crossing itself may be older. */
  readonly onConnect: boolean;
  /** The period was over already; its last days were still being reported. */
  readonly afterEnd: boolean;
}

export interface Resolve {
  readonly do: 'resolve';
  readonly threshold: Threshold;
  readonly thresholdKey: string;
  readonly episode: number;
  readonly message: boolean;
  readonly from: Money;
  readonly to: Money;
}

export interface Clear {
  readonly do: 'clear';
  readonly thresholdKey: string;
  readonly episode: number;
}

export type Decision = Raise | Resolve | Clear;

/**
 * Decides for one budget and period. The answer does not depend on the order of thresholds or rows; deciding again
 * after the answer was stored gives an empty list. Ends first (resolve, clear), then raises, lowest threshold first.
 * @throws MoneyError when budget and spend differ in currency.
 */
export function decide(budget: Budget, state: PeriodState): Decision[] {
  const { billed } = state;
  if (billed === null || state.history === 'loading') return [];
  const thresholds = inOrder(budget.thresholds, budget.amount);
  const latest = latestByThreshold(state.alerts);
  return [...endings(budget, thresholds, latest, state, billed), ...raises(budget, thresholds, latest, state, billed)];
}

function endings(budget: Budget, thresholds: readonly Threshold[], latest: Latest, state: PeriodState, billed: Money): Decision[] {
  const byKey = new Map(thresholds.map((t) => [thresholdKey(t), t]));
  const cleared: Clear[] = [];
  const resolved: { row: RaisedAlert; threshold: Threshold }[] = [];
  for (const row of openRows(latest)) {
    const threshold = byKey.get(row.thresholdKey);
    if (threshold && reaches(billed, budget.amount, threshold)) continue;
    // Still reached under the budget it was raised with: the edit took it away, not the provider.
    if (!threshold || reaches(billed, row.budgetAtRaise, threshold)) cleared.push({ do: 'clear', thresholdKey: row.thresholdKey, episode: row.episode });
    else resolved.push({ row, threshold });
  }
  resolved.sort((a, b) => thresholds.indexOf(a.threshold) - thresholds.indexOf(b.threshold));
  const highestTold = resolved.findLast(({ row }) => row.message);
  const resolves = resolved.map(
    ({ row, threshold }): Resolve => ({
      do: 'resolve',
      threshold,
      thresholdKey: row.thresholdKey,
      episode: row.episode,
      message: row === highestTold?.row && !isClosed(state),
      from: state.billedBefore ?? row.spendAtRaise,
      to: billed,
    }),
  );
  return [...cleared, ...resolves];
}

function raises(budget: Budget, thresholds: readonly Threshold[], latest: Latest, state: PeriodState, billed: Money): Raise[] {
  const afterEnd = state.now >= state.period.end;
  const onConnect = state.history === 'loaded';
  if (isClosed(state) || (onConnect && afterEnd)) return [];
  const reached = thresholds.filter((t) => reaches(billed, budget.amount, t));
  const highest = reached.at(-1);
  return reached.flatMap((threshold): Raise[] => {
    const key = thresholdKey(threshold);
    const earlier = latest.get(key);
    if (earlier && !maySpeakAgain(earlier, budget.amount, billed, state.now)) return [];
    const episode = earlier ? earlier.episode + 1 : 0;
    return [{ do: 'raise', threshold, thresholdKey: key, episode, message: threshold === highest, onConnect, afterEnd }];
  });
}

/** An edit is deliberate, so what it cleared fires at once. What a restatement resolved waits, or it would flap. */
function maySpeakAgain(row: RaisedAlert, budget: Money, billed: Money, now: Date): boolean {
  if (row.state === 'open') return false;
  if (row.state === 'cleared') return true;
  return now.getTime() - row.raisedAt.getTime() >= RE_RAISE_AFTER_MS || pointsMore(row, budget, billed);
}

/** billed/budget >= spendAtRaise/budgetAtRaise + 10 points, multiplied out; a budget of zero has no percentage. */
function pointsMore(row: RaisedAlert, budget: Money, billed: Money): boolean {
  const [now, then] = [budget.pico, row.budgetAtRaise.pico];
  if (now <= 0n || then <= 0n) return false;
  return 100n * billed.pico * then >= 100n * row.spendAtRaise.pico * now + RE_RAISE_POINTS * now * then;
}

function isClosed(state: PeriodState): boolean {
  return state.now.getTime() >= state.period.end.getTime() + SETTLING_MS;
}

type Latest = ReadonlyMap<string, RaisedAlert>;

function latestByThreshold(alerts: readonly RaisedAlert[]): Latest {
  const latest = new Map<string, RaisedAlert>();
  for (const row of alerts) {
    const known = latest.get(row.thresholdKey);
    if (!known || row.episode > known.episode) latest.set(row.thresholdKey, row);
  }
  return latest;
}

function openRows(latest: Latest): RaisedAlert[] {
  return [...latest.values()].filter((row) => row.state === 'open').sort((a, b) => (a.thresholdKey < b.thresholdKey ? -1 : 1));
}
