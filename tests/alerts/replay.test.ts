import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '#lib/alerts/replay.ts';
import { reaches } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { addDays, day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');
const percent = (basisPoints: number): Threshold => ({ kind: 'actual', basisPoints });
const days = (...amounts: string[]) => amounts.map((amount, i) => ({ day: addDays(day('2026-10-01'), i), amount: usd(amount) }));

describe('what a budget would have said', () => {
  it('names the first day on which each threshold was reached, and those that were not', () => {
    const crossings = replay({ amount: usd('100'), thresholds: [percent(10_000), percent(5_000), percent(8_000)] }, days('30', '20', '29.999999999999', '0.000000000001'));
    expect(crossings.map(({ threshold, day: at }) => ['basisPoints' in threshold && threshold.basisPoints, at])).toEqual([
      [5_000, '2026-10-02'],
      [8_000, '2026-10-04'],
      [10_000, null],
    ]);
  });

  it('stays said when a correction takes spend back below', () => {
    expect(replay({ amount: usd('100'), thresholds: [percent(5_000)] }, days('60', '-30', '10'))[0]?.day).toBe('2026-10-01');
  });

  it('asks what an evaluation asks, on every day', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 14n }), { maxLength: 31 }), fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.integer({ min: 1, max: 20_000 }), (amounts, budgetPico, basisPoints) => {
        const [amount, threshold] = [Money.fromPico(budgetPico, 'USD'), percent(basisPoints)];
        const series = amounts.map((pico, i) => ({ day: addDays(day('2026-10-01'), i), amount: Money.fromPico(pico, 'USD') }));
        let sum = usd('0');
        const first = series.find(({ amount: spent }) => reaches((sum = sum.plus(spent)), amount, threshold));
        expect(replay({ amount, thresholds: [threshold] }, series)[0]?.day ?? null).toBe(first?.day ?? null);
      }),
    );
  });
});
