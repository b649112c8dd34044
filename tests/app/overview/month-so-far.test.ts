import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesTotal } from '#app/_components/chart-data.ts';
import { chartDays } from '#app/(dashboard)/overview/_data/chart-days.ts';
import { monthSoFar } from '#app/(dashboard)/overview/_data/month-so-far.ts';
import { spanOf } from '#app/(dashboard)/overview/_data/span.ts';
import { knownParts, knownTotals, pageCurrency } from '#app/(dashboard)/overview/_data/spend-days.ts';
import { addDays, day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import { spend, spendDays, usd } from './amounts.ts';

const month = spanOf('month', day('2026-11-20'), day('2026-11-20'));

describe('this month so far', () => {
  const daily = [
    spend('2026-10-05', 'openai', '10'),
    spend('2026-10-20', 'openai', '1000'),
    spend('2026-11-03', 'openai', '12.345678901234'),
    spend('2026-11-03', 'anthropic', '5'),
    spend('2026-11-03', 'anthropic', '99', 'estimated'),
    spend('2026-11-20', 'anthropic', '0.000000000001'),
    spend('2026-11-04', 'openai', '7', 'billed', 'EUR'),
  ];

  it('adds what was billed, exactly, and nothing else', () => {
    const { billed, providers } = monthSoFar(spendDays(daily), month);
    expect(billed?.toDecimal()).toBe('17.345678901235');
    expect(providers.map(({ provider, amount }) => [provider, amount?.toDecimal()])).toEqual([['openai', '12.345678901234'], ['anthropic', '5.000000000001']]);
  });

  it('shows estimates and other currencies apart', () => {
    const { estimated, otherCurrencies } = monthSoFar(spendDays(daily), month);
    expect(estimated.map(({ provider, amount }) => [provider, amount.toDecimal()])).toEqual([['anthropic', '99']]);
    expect(otherCurrencies.map((amount) => amount.toJSON())).toEqual([{ amount: '7', currency: 'EUR' }]);
    expect(pageCurrency([spend('2026-11-04', 'openai', '7', 'billed', 'EUR')])).toBe('EUR');
    expect(pageCurrency([])).toBe('USD');
  });

  it('compares complete days: neither today nor the same day of last month counts', () => {
    const { comparison } = monthSoFar(spendDays(daily), month);
    expect(comparison).toMatchObject({ kind: 'known', before: { from: '2026-10-01', to: '2026-10-20' } });
    if (comparison.kind !== 'known') throw new Error('not compared');
    expect(comparison.amountBefore.toDecimal()).toBe('10');
    expect(comparison.difference.toDecimal()).toBe('7.345678901234');
    expect(comparison.basisPoints).toBe(7_345n);
  });

  it('gives no percentage of nothing', () => {
    const { comparison } = monthSoFar(spendDays([spend('2026-11-03', 'openai', '5')]), month);
    expect(comparison).toMatchObject({ kind: 'known', basisPoints: null });
  });

  it('does not compare with days that nobody answered for, in either span', () => {
    for (const gap of ['2026-11-02', '2026-10-19']) {
      expect(monthSoFar(spendDays(daily, { gaps: { anthropic: [gap] } }), month).comparison).toMatchObject({ kind: 'unknown_days', days: 1 });
    }
    // The other provider's own comparison stands.
    expect(monthSoFar(spendDays(daily, { gaps: { anthropic: ['2026-11-02'] } }), month).providers[0]?.comparison.kind).toBe('known');
  });

  it('is unknown, not zero, while no provider has answered for a day', () => {
    const all = Array.from({ length: 20 }, (_, i) => addDays(month.from, i) as string);
    const { billed, providers } = monthSoFar(spendDays([], { gaps: { openai: all, anthropic: all } }), month);
    expect(billed).toBeNull();
    expect(providers.map(({ amount }) => amount)).toEqual([null, null]);
  });

  it('is a true zero when they answered and nothing was spent', () => {
    expect(monthSoFar(spendDays([]), month).billed?.toDecimal()).toBe('0');
  });

  it('counts the unknown days of each provider, days to come not among them', () => {
    const { providers } = monthSoFar(spendDays(daily, { gaps: { openai: ['2026-11-01', '2026-11-20', '2026-11-25', '2026-10-31'] } }), month);
    expect(providers.find(({ provider }) => provider === 'openai')?.unknownDays).toBe(2);
  });
});

describe('the chart', () => {
  it('has every day of the month: known, unknown, or still to come', () => {
    const days = chartDays(spendDays([spend('2026-11-03', 'openai', '5')], { gaps: { anthropic: ['2026-11-03'] } }), month);
    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({ day: '2026-11-01', amounts: { openai: '0', anthropic: '0' } });
    expect(days[2]).toEqual({ day: '2026-11-03', amounts: { openai: '5' }, unknown: ['anthropic'] });
    expect(days[20]).toEqual({ day: '2026-11-21', amounts: {}, ahead: true });
  });

  it('shows the known part of a day that one of two sources has not answered for, and marks it', () => {
    const days = chartDays(spendDays([spend('2026-11-03', 'openai', '5')], { gaps: { openai: ['2026-11-03'] } }), month);
    expect(days[2]).toEqual({ day: '2026-11-03', amounts: { openai: '5', anthropic: '0' }, unknown: ['openai'] });
  });

  it('says nothing of a provider whose key is gone on days without spend of it', () => {
    const days = chartDays(spendDays([spend('2026-11-03', 'openai', '5')], { connected: ['anthropic'] }), month);
    expect(days[0]?.amounts).toEqual({ anthropic: '0' });
    expect(days[2]?.amounts).toEqual({ openai: '5', anthropic: '0' });
  });

  it('adds up to the same figure as the headline, whatever was spent and whatever is unknown', () => {
    const pico = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 18n });
    const rows = fc.array(fc.record({ at: fc.integer({ min: 0, max: 59 }), provider: fc.constantFrom('openai', 'anthropic'), pico, kind: fc.constantFrom('billed', 'estimated') }), { maxLength: 60 });
    const gaps = fc.array(fc.integer({ min: 0, max: 18 }), { maxLength: 6 });
    fc.assert(
      fc.property(rows, gaps, (drawn, gapDays) => {
        const daily = drawn.map(({ at, provider, pico: units, kind }) => ({ day: addDays(day('2026-09-22'), at), provider, kind, amount: Money.fromPico(units, 'USD') }) as const);
        const days = spendDays(daily, { gaps: { openai: gapDays.map((n) => addDays(day('2026-11-01'), n)) } });
        const { billed, providers } = monthSoFar(days, month);
        const chart = chartDays(days, month);
        expect(seriesTotal(chart, 'USD')).toBe(billed?.toDecimal());
        for (const { provider, amount } of providers) expect(seriesTotal(chart, 'USD', provider)).toBe(amount?.toDecimal());
        const parts = knownParts(days, month).reduce((sum, { amount }) => sum.plus(amount), usd('0'));
        expect(parts.toDecimal()).toBe(billed?.toDecimal());
      }),
    );
  });
});

describe('whole days', () => {
  it('are those that every provider has answered for', () => {
    const days = spendDays([spend('2026-11-01', 'openai', '1'), spend('2026-11-02', 'openai', '2')], { gaps: { anthropic: ['2026-11-02'] }, today: '2026-11-03' });
    expect(knownTotals(days, { from: day('2026-11-01'), to: day('2026-12-01') }).map(({ day: d, amount }) => [d, amount.toDecimal()])).toEqual([['2026-11-01', '1'], ['2026-11-03', '0']]);
    expect(knownParts(days, { from: day('2026-11-01'), to: day('2026-12-01') }).map(({ amount }) => amount.toDecimal())).toEqual(['1', '2', '0']);
  });
});
