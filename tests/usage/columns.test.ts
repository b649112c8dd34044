import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, day, type Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { CostFact, Dimensions, UsageFact } from '#lib/providers/contract.ts';
import { canonicalJson, currencyOf, distinctDimensions, groupByDays } from '#lib/usage/columns.ts';

const dimensions = (more: Partial<Dimensions> = {}): Dimensions => ({
  surface: 'cost', projectRef: null, model: null, apiKeyRef: null, userRef: null, lineItem: null, tokenType: null, serviceTier: null, attributes: {}, ...more,
});
const cost = (d: Day, more: Partial<Dimensions> = {}, currency = 'USD'): CostFact => ({ day: d, dimensions: dimensions(more), amount: Money.parse('1', currency), quantity: null, quantityUnit: null });
const usage = (start: string, estimated: Money | null = null): UsageFact => ({
  start: new Date(start), width: '1h', dimensions: dimensions({ surface: 'messages' }), inputTokens: 1n, cacheReadTokens: 0n, cacheWriteTokens: 0n, cacheWriteLongTokens: 0n,
  outputTokens: 1n, requests: null, quantity: null, quantityUnit: null, estimatedCost: estimated,
});
const first = day('2026-11-01');

describe('facts as columns', () => {
  it('name a dimension once and give every fact its place', () => {
    const { columns, places } = distinctDimensions([cost(first, { model: 'a' }), cost(addDays(first, 1), { model: 'a' }), cost(first, { model: 'b' }), cost(first, { model: 'a' }, 'EUR')]);
    expect(places).toEqual([0, 0, 1, 2]);
    expect(columns[2]).toEqual(['a', 'b', 'a']);
    expect(columns[9]).toEqual(['USD', 'USD', 'EUR']);
    expect(new Set(columns.map((column) => column.length))).toEqual(new Set([3]));
  });

  it('tell "not given" from an empty text and from the word null', () => {
    const { places } = distinctDimensions([cost(first, { model: null }), cost(first, { model: 'null' })]);
    expect(places).toEqual([0, 1]);
  });

  it('write attributes in one way, whatever order they came in', () => {
    expect(canonicalJson({ b: '2', a: '1' })).toBe(canonicalJson({ a: '1', b: '2' }));
    const { places } = distinctDimensions([cost(first, { attributes: { b: '2', a: '1' } }), cost(first, { attributes: { a: '1', b: '2' } })]);
    expect(places).toEqual([0, 0]);
  });

  it('give usage the currency of its estimate', () => {
    expect(currencyOf(usage('2026-11-01T05:00:00Z', Money.parse('1', 'EUR')))).toBe('EUR');
    expect(currencyOf(usage('2026-11-01T05:00:00Z'))).toBe('USD');
  });
});

describe('days in groups', () => {
  it('keep every covered day, with all of its facts, in exactly one group', () => {
    const some = fc.array(fc.nat({ max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 12 }), (offsets, limit) => {
        const days = Array.from({ length: 8 }, (_, i) => addDays(first, i));
        const facts = offsets.map((offset) => cost(addDays(first, offset)));
        const groups = groupByDays(days, facts, limit);
        expect(groups.flatMap((group) => group.days)).toEqual(days);
        // Facts of days that the answer did not cover stay outside.
        expect(groups.flatMap((group) => group.indexes).sort((a, b) => a - b)).toEqual(offsets.flatMap((offset, index) => (offset < 8 ? [index] : [])));
        for (const group of groups) {
          for (const index of group.indexes) expect(group.days).toContain(facts[index]?.day);
          if (group.days.length > 1) expect(group.indexes.length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('keep days without a fact: they are replaced by nothing', () => {
    expect(groupByDays([first, addDays(first, 1)], [], 10)).toEqual([{ days: [first, addDays(first, 1)], indexes: [] }]);
    expect(groupByDays([], [cost(first)], 10)).toEqual([]);
  });

  it('count an hour to its UTC day', () => {
    const groups = groupByDays([first], [usage('2026-11-01T23:00:00Z'), usage('2026-11-02T00:00:00Z')], 10);
    expect(groups).toEqual([{ days: [first], indexes: [0] }]);
  });
});
