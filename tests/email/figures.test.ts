import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText, moneyText, moneyTexts, percentText } from '#lib/email/figures.ts';
import { Money } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');

describe('an amount in a mail', () => {
  it.each([
    ['0', '$0.00'],
    ['412.3718', '$412.37'],
    ['12345.678', '$12,345.68'],
    ['99999999999999999999999999', '$99,999,999,999,999,999,999,999,999.00'],
    ['-3.2', '−$3.20'],
    ['0.004', '<$0.01'],
    ['-0.004', '<−$0.01'],
    ['0.000000000001', '<$0.01'],
    ['0.125', '$0.12'],
  ])('%s is %s', (amount, text) => {
    expect(moneyText(usd(amount))).toBe(text);
  });

  it('names a currency that has no dollar sign', () => {
    expect(moneyText(Money.parse('12', 'EUR'))).toBe('EUR 12.00');
  });

  it('never reads zero when something was spent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (pico) => {
        expect(moneyText(Money.fromPico(pico, 'USD'))).not.toBe('$0.00');
      }),
    );
  });

  it('gets as many decimals as it takes to differ from the one it is compared with', () => {
    expect(moneyTexts(usd('399.99999'), usd('400'))).toEqual(['$399.999990', '$400.000000']);
    expect(moneyTexts(usd('399.98'), usd('400'))).toEqual(['$399.98', '$400.00']);
    expect(moneyTexts(usd('400'), usd('400'))).toEqual(['$400.00', '$400.00']);
    expect(moneyTexts(usd('400'), usd('399.999999999999'))).toEqual(['$400.000000000000', '$399.999999999999']);
  });
});

describe('a share in a mail', () => {
  it.each([
    [8240n, '82.4%'],
    [8000n, '80%'],
    [9999n, '99.9%'],
    [10_000n, '100%'],
    [123_456_700n, '1,234,567%'],
    [-250n, '−2.5%'],
    [0n, '0%'],
  ])('%s basis points are %s, cut and never rounded up', (points, text) => {
    expect(percentText(points)).toBe(text);
  });
});

describe('a moment in a mail', () => {
  it('names its zone', () => {
    const at = new Date('2026-11-19T23:05:00Z');
    expect(instantText(at, 'UTC')).toBe('19 Nov 2026, 23:05 UTC');
    expect(instantText(at, 'Europe/Madrid')).toBe('20 Nov 2026, 00:05 (Europe/Madrid)');
    expect(instantText(new Date('2026-09-01T12:00:00Z'), 'UTC')).toBe('1 Sep 2026, 12:00 UTC');
  });
});
