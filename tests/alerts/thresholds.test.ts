import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, inOrder, reaches, thresholdAmount, thresholdKey, thresholdProblem } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { Money, MoneyError } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');
const share = (basisPoints: number): Threshold => ({ kind: 'actual', basisPoints });
const amount = (text: string): Threshold => ({ kind: 'actual', amount: usd(text) });

describe('a threshold is reached', () => {
  it.each([
    ['by exactly its share', '80', '100', share(8000), true],
    ['not by one unit less', '79.999999999999', '100', share(8000), false],
    ['by one unit more', '80.000000000001', '100', share(8000), true],
    ['by the next unit when the share is no whole unit', '0.000000000001', '0.000000000001', share(5000), true],
    ['by exactly its amount', '412.5', '1', amount('412.50'), true],
    ['not by one unit less than its amount', '412.499999999999', '1', amount('412.5'), false],
    ['of a zero budget by the first unit', '0.000000000001', '0', share(10_000), true],
    ['of a zero budget not by nothing', '0', '0', share(5000), false],
    ['never by a credit', '-5', '0', share(5000), false],
    ['never by a credit larger than the budget', '-500', '100', share(5000), false],
    ['without overflow at the largest amounts', '99999999999999999999999999', '99999999999999999999999999', share(10_000), true],
    ['not by the largest amount under ten times itself', '99999999999999999999999999', '99999999999999999999999999', share(100_000), false],
  ] as const)('%s', (_, spend, budget, threshold, expected) => {
    expect(reaches(usd(spend), usd(budget), threshold)).toBe(expected);
  });

  it('only within one currency', () => {
    expect(() => reaches(Money.parse('1', 'EUR'), usd('1'), share(5000))).toThrow(MoneyError);
    expect(() => reaches(Money.parse('1', 'EUR'), usd('1'), amount('1'))).toThrow(MoneyError);
  });

  it('from its threshold amount on and not below, whatever the budget', () => {
    const pico = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(pico, fc.integer({ min: 1, max: 100_000 }), (budgetPico, basisPoints) => {
        const budget = Money.fromPico(budgetPico, 'USD');
        const target = thresholdAmount(share(basisPoints), budget);
        expect(reaches(target, budget, share(basisPoints))).toBe(true);
        expect(reaches(Money.fromPico(target.pico - 1n, 'USD'), budget, share(basisPoints))).toBe(false);
      }),
    );
  });
});

describe('the identity of a threshold', () => {
  it('is stable text that does not depend on how an amount was written', () => {
    expect(DEFAULT_THRESHOLDS.map(thresholdKey)).toEqual(['actual:bp:5000', 'actual:bp:8000', 'actual:bp:10000']);
    expect(thresholdKey(amount('412.50'))).toBe('actual:usd:412.5');
    expect(thresholdKey(amount('4.125e2'))).toBe('actual:usd:412.5');
  });
});

describe('the order of thresholds', () => {
  it('is by the amount that reaches them, shares and amounts mixed, duplicates dropped', () => {
    const mixed = [share(10_000), amount('75'), share(5000), share(8000), amount('75.0')];
    expect(inOrder(mixed, usd('100')).map(thresholdKey)).toEqual(['actual:bp:5000', 'actual:usd:75', 'actual:bp:8000', 'actual:bp:10000']);
  });

  it('does not depend on the order they came in, not even under a budget of zero', () => {
    const all = [share(5000), share(8000), share(10_000), amount('80'), amount('100')];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.constantFrom('0', '100'), (shuffled, budget) => {
        expect(inOrder(shuffled, usd(budget))).toEqual(inOrder(all, usd(budget)));
      }),
    );
    expect(inOrder([share(10_000), share(5000)], usd('0')).map(thresholdKey)).toEqual(['actual:bp:5000', 'actual:bp:10000']);
  });
});

describe('a threshold that a person typed', () => {
  it.each([share(0), share(-1), share(0.5), share(100_001), share(Number.NaN), amount('0'), amount('-1')])('is refused with a sentence: %j', (t) => {
    expect(thresholdProblem(t)).toMatch(/^A threshold must .*\.$/);
  });
  it.each([share(1), share(100_000), amount('0.000000000001')])('is taken: %j', (t) => {
    expect(thresholdProblem(t)).toBeNull();
  });
});
