import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCompactCount, formatCount, formatMoney, formatPercent, groupDigits } from '#app/_components/figure-format.ts';

describe('amounts are shown to the cent, from text, without a float on the way', () => {
  it.each([
    ['0', 'USD', '$0.00'],
    ['12480.17', 'USD', '$12,480.17'],
    ['0.005', 'USD', '<$0.01'],
    ['0.015', 'USD', '$0.02'],
    ['0.025', 'USD', '$0.02'],
    ['0.000000000001', 'USD', '<$0.01'],
    ['-0.001', 'USD', '>−$0.01'],
    ['-3.2', 'USD', '−$3.20'],
    ['99999999999999999999999999.994', 'USD', '$99,999,999,999,999,999,999,999,999.99'],
    ['9007199254740993.11', 'USD', '$9,007,199,254,740,993.11'],
    ['1e-5', 'EUR', '<€0.01'],
    ['1234.5', 'CHF', 'CHF 1,234.50'],
    ['1234.5', 'JPY', '¥1,234'],
    ['0.2', 'JPY', '<¥1'],
  ])('%s %s reads %s', (amount, currency, text) => {
    expect(formatMoney(amount, currency).text).toBe(text);
  });

  it('keeps every stored digit in the title', () => {
    expect(formatMoney('1234.567800000001', 'usd').exact).toBe('1234.567800000001 USD');
  });

  it('never shows a cost as nothing, nor nothing as a cost', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (pico) => {
        const sign = pico < 0n ? '-' : '';
        const digits = (pico < 0n ? -pico : pico).toString().padStart(13, '0');
        const { text } = formatMoney(`${sign}${digits.slice(0, -12)}.${digits.slice(-12)}`, 'USD');
        expect(text === '$0.00').toBe(pico === 0n);
      }),
    );
  });

  it('refuses what is not decimal text', () => {
    expect(() => formatMoney('NaN', 'USD')).toThrow('not decimal');
    expect(() => formatMoney('', 'USD')).toThrow('not decimal');
  });
});

describe('counts and shares', () => {
  it('groups digits of text of any length', () => {
    expect(groupDigits('1234567890123456789012.5')).toBe('1,234,567,890,123,456,789,012.5');
    expect(groupDigits('123')).toBe('123');
  });

  it.each([
    ['999', '999'],
    ['1000', '1k'],
    ['1299', '1.2k'],
    ['12345678', '12.3M'],
    ['999999', '999k'],
    ['123456789012345678', '123,456T'],
    ['-1500', '−1.5k'],
  ])('%s is short %s, cut and never rounded up', (count, text) => {
    expect(formatCompactCount(count)).toBe(text);
  });

  it('shows counters past 2^53 whole', () => {
    expect(formatCount('9007199254740993')).toBe('9,007,199,254,740,993');
  });

  it.each([
    [8040n, '80.4%'],
    [9999n, '99.9%'],
    [10_000n, '100%'],
    [123_456n, '1,234.5%'],
    [-50n, '−0.5%'],
    [null, '–'],
  ])('%s basis points read %s, never rounded up to a threshold', (points, text) => {
    expect(formatPercent(points)).toBe(text);
  });
});
