import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, day, eachDay, startOf } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import { Money, MoneyError } from '#lib/money.ts';
import { monthEnd } from '#lib/usage/month-end.ts';
import type { MonthEnd, MonthEndInput } from '#lib/usage/month-end.ts';

const usd = (text: string) => Money.parse(text, 'USD');
const TODAY = day('2026-11-20');

/** Days from `from` to the day before `to`, each with the amount that `amountOf` gives. */
function series(from: string, to: string, amountOf: (d: Day, index: number) => string): MonthEndInput['days'] {
  return eachDay(day(from), day(to)).map((d, index) => ({ day: d, amount: usd(amountOf(d, index)) }));
}
function project(days: MonthEndInput['days'], more: Partial<MonthEndInput> = {}): MonthEnd {
  return monthEnd({ today: TODAY, days, dataThrough: startOf(TODAY), currency: 'USD', ...more });
}
function projected(end: MonthEnd): Extract<MonthEnd, { kind: 'projected' }> {
  if (end.kind !== 'projected') throw new Error(`not projected: ${end.kind}`);
  return end;
}
const isWeekend = (d: Day) => [0, 6].includes(startOf(d).getUTCDay());

describe('the end of the month', () => {
  it('of steady spend is exact, with a band of nothing', () => {
    const end = projected(project(series('2026-10-01', '2026-11-20', () => '10.000000000001')));
    expect(end).toMatchObject({ method: 'weekday_median', basedOnDays: 28, expectedDays: 11 });
    expect(end.actual.toDecimal()).toBe('190.000000000019');
    expect(end.expected.toDecimal()).toBe('300.00000000003');
    expect([end.p10.toDecimal(), end.p90.toDecimal()]).toEqual(['300.00000000003', '300.00000000003']);
  });

  it('knows that weekends are quiet', () => {
    // 20 to 30 November 2026: seven weekdays and four days of weekend.
    const end = projected(project(series('2026-10-01', '2026-11-20', (d) => (isWeekend(d) ? '1' : '20'))));
    expect(end.expected.minus(end.actual).toDecimal()).toBe('144');
  });

  it('does not expect a burst every week, but its band allows for one', () => {
    const calm = series('2026-10-01', '2026-11-20', () => '10');
    const burst = calm.map((d) => (d.day === '2026-11-11' ? { ...d, amount: usd('500') } : d));
    const end = projected(project(burst));
    expect(end.expected.minus(end.actual).toDecimal()).toBe('110');
    expect(end.p90.compare(end.expected)).toBe(1);
  });

  it('counts a day that has begun once: what it cost, or what such a day costs, whichever is more', () => {
    const before = series('2026-10-01', '2026-11-20', () => '10');
    const now = { dataThrough: new Date('2026-11-20T12:00:00Z') };
    const quiet = projected(project([...before, { day: TODAY, amount: usd('4') }], now));
    expect([quiet.actual.toDecimal(), quiet.expected.toDecimal()]).toEqual(['194', '300']);
    const busy = projected(project([...before, { day: TODAY, amount: usd('35') }], now));
    expect([busy.actual.toDecimal(), busy.expected.toDecimal()]).toEqual(['225', '325']);
  });

  it('expects days that are unknown, because unknown is not zero', () => {
    const stale = projected(project(series('2026-10-01', '2026-11-15', () => '10'), { dataThrough: startOf(day('2026-11-15')) }));
    expect([stale.actual.toDecimal(), stale.expected.toDecimal(), stale.expectedDays]).toEqual(['140', '300', 16]);
    const gap = projected(project(series('2026-10-01', '2026-11-20', () => '10').filter((d) => d.day !== '2026-11-03')));
    expect([gap.actual.toDecimal(), gap.expected.toDecimal()]).toEqual(['180', '300']);
  });

  it('is expected on the first of the month, from last month’s days', () => {
    const end = projected(project(series('2026-10-01', '2026-11-01', () => '10'), { today: day('2026-11-01'), dataThrough: startOf(day('2026-11-01')) }));
    expect([end.actual.toDecimal(), end.expected.toDecimal(), end.expectedDays]).toEqual(['0', '300', 30]);
  });

  it('does not bring back spend that has ended', () => {
    const end = projected(project(series('2026-09-01', '2026-11-20', (d) => (d < '2026-10-20' ? '50' : '0'))));
    expect(end.expected.toDecimal()).toBe('0');
  });

  it('is what it is when every day is known', () => {
    const end = project(series('2026-11-01', '2026-12-01', () => '10'), { today: day('2026-11-30'), dataThrough: startOf(day('2026-12-01')) });
    expect(end).toEqual({ kind: 'complete', actual: usd('300') });
  });
});

describe('a short history', () => {
  it('of less than two weeks is continued in a line', () => {
    const end = projected(project(series('2026-11-10', '2026-11-20', (_, i) => String(10 + i))));
    expect(end).toMatchObject({ method: 'linear', basedOnDays: 10 });
    // Days 1 to 9 of the month are unknown and expected too; the mean is 14.5.
    expect(end.expected.toDecimal()).toBe('435');
  });

  it('starts with the first spend: zeros before it say nothing about a day', () => {
    const end = projected(project(series('2026-09-01', '2026-11-20', (d) => (d < '2026-11-16' ? '0' : '8'))));
    expect(end).toMatchObject({ method: 'linear', basedOnDays: 4 });
    expect(end.expected.toDecimal()).toBe('120');
  });

  it.each([
    ['2026-11-17', { kind: 'projected' }],
    ['2026-11-18', { kind: 'insufficient', completeDays: 2 }],
    ['2026-11-20', { kind: 'insufficient', completeDays: 0 }],
  ])('that begins on %s', (from, expected) => {
    expect(project(series(from, '2026-11-20', () => '5'))).toMatchObject(expected);
  });

  it('of three days without 72 hours of data is not enough', () => {
    const days = series('2026-11-17', '2026-11-20', () => '5');
    expect(project(days, { dataThrough: new Date(startOf(TODAY).getTime() - 1) })).toMatchObject({ kind: 'insufficient', completeDays: 2 });
  });

  it('still tells what is spent', () => {
    expect(project(series('2026-11-19', '2026-11-20', () => '5'))).toEqual({ kind: 'insufficient', actual: usd('5'), completeDays: 1 });
  });
});

describe('any history', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 3, maxLength: 60 });
  const build = (picos: readonly bigint[]) => picos.map((pico, i) => ({ day: addDays(TODAY, i - picos.length), amount: Money.fromPico(pico, 'USD') }));

  it('gives a band around what is expected, and never less than what is spent', () => {
    fc.assert(
      fc.property(amounts, (picos) => {
        const end = project(build(picos));
        if (end.kind !== 'projected') return;
        expect(end.p10.compare(end.expected)).not.toBe(1);
        expect(end.p90.compare(end.expected)).not.toBe(-1);
        expect(end.p10.compare(end.actual)).not.toBe(-1);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same answer twice, and in whatever order the days come', () => {
    fc.assert(
      fc.property(amounts, (picos) => {
        const days = build(picos);
        expect(project(days.toReversed())).toEqual(project(days));
      }),
      { numRuns: 30 },
    );
  });

  it('scales with its amounts: ten times the spend ends at ten times the amount', () => {
    // Even amounts, so that no median has to be rounded.
    const even = fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }).map((pico) => pico * 2n), { minLength: 28, maxLength: 60 });
    fc.assert(
      fc.property(even, (picos) => {
        const [one, ten] = [projected(project(build(picos))), projected(project(build(picos.map((pico) => pico * 10n))))];
        expect(ten.expected.pico).toBe(one.expected.pico * 10n);
        expect(ten.p90.pico).toBe(one.p90.pico * 10n);
      }),
      { numRuns: 30 },
    );
  });

  it('in another currency is refused', () => {
    expect(() => project([{ day: day('2026-11-19'), amount: Money.parse('1', 'EUR') }])).toThrow(MoneyError);
  });
});
