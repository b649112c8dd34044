import { describe, expect, it } from 'vitest';
import { budgetInput } from '#lib/alerts/save-budget.ts';

const form = (over: object = {}) => ({ name: 'All', amount: '1500', scope: 'organization', thresholds: ['50', '80', '100'], ...over });
const problems = (given: object) => {
  const result = budgetInput.safeParse(given);
  return result.success ? {} : Object.fromEntries(result.error.issues.map(({ path, message }) => [path.join('.'), message]));
};

describe('a budget as a form sends it', () => {
  it('takes amounts as people write them, exactly', () => {
    for (const [typed, exact] of [['1500', '1500'], [' $1,500.50 ', '1500.5'], ['1,234,567.000000000001', '1234567.000000000001']] as const) {
      expect(budgetInput.parse(form({ amount: typed })).amount.toDecimal()).toBe(exact);
    }
  });

  it('says what is wrong with an amount', () => {
    expect(problems(form({ amount: '-5' }))).toEqual({ amount: 'The amount must be more than zero.' });
    expect(problems(form({ amount: '0.00' }))).toEqual({ amount: 'The amount must be more than zero.' });
    expect(problems(form({ amount: '1.500,50' }))).toHaveProperty('amount', 'Write an amount in dollars, such as 1500 or 1500.50.');
    expect(problems(form({ amount: '1000000000000' }))).toEqual({ amount: 'The amount is too large.' });
  });

  it('takes one threshold, several, or blank fields between them', () => {
    expect(budgetInput.parse(form({ thresholds: '80' })).thresholds).toEqual([8_000]);
    expect(budgetInput.parse(form({ thresholds: ['100', '', '33.33', '100.00', ' 5 '] })).thresholds).toEqual([500, 3_333, 10_000]);
    expect(budgetInput.parse(form({ thresholds: undefined })).thresholds).toEqual([]);
  });

  it('says what is wrong with a threshold', () => {
    for (const wrong of ['abc', '-1', '0', '1000.01']) expect(Object.keys(problems(form({ thresholds: ['50', wrong] })))).toEqual(['thresholds.1']);
  });

  it('keeps thresholds of an amount of their own, and nothing else in their place', () => {
    expect(budgetInput.parse(form({ amountThresholds: 'actual:usd:412.5' })).amountThresholds).toEqual(['actual:usd:412.5']);
    for (const wrong of ['actual:bp:5000', 'actual:eur:5', 'actual:usd:0', 'x']) expect(budgetInput.safeParse(form({ amountThresholds: [wrong] })).success).toBe(false);
  });

  it('needs a name, and a scope that the page can set', () => {
    expect(problems(form({ name: '  ' }))).toEqual({ name: 'Give the budget a name.' });
    expect(Object.keys(problems(form({ scope: 'project' })))).toEqual(['scope']);
  });
});
