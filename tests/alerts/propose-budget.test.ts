import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeAmount } from '#lib/alerts/propose-budget.ts';
import { Money } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');

describe('a proposed amount', () => {
  it.each([
    ['12047.31', '14000'],
    ['85.3', '94'],
    ['9.1', '11'],
    ['100', '110'],
    ['0.42', '0.47'],
    ['0.0001', '0.01'],
  ])('after %s is %s', (spent, proposed) => {
    expect(proposeAmount(usd(spent))?.toDecimal()).toBe(proposed);
  });

  it('follows from no spend and from no credit', () => {
    expect(proposeAmount(usd('0'))).toBeNull();
    expect(proposeAmount(usd('-5'))).toBeNull();
  });

  it('is always a tenth more at least, whole cents, and not much more', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 24n }), (pico) => {
        const spent = Money.fromPico(pico, 'USD');
        const proposed = proposeAmount(spent);
        if (!proposed) throw new Error('nothing proposed');
        expect(proposed.pico * 10n).toBeGreaterThanOrEqual(pico * 11n - 10n);
        expect(proposed.pico % 10n ** 10n).toBe(0n);
        // Two leading digits: at most a tenth above what was wanted, but for amounts below ten cents.
        if (pico > 10n ** 11n) expect(proposed.pico * 100n).toBeLessThanOrEqual(pico * 122n);
      }),
    );
  });
});
