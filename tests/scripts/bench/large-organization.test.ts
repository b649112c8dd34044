import { describe, expect, it } from 'vitest';
import { namesOf, readingOf, usageRowsOn } from '#scripts/bench/large-organization.ts';
import { day } from '#lib/day.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';

const today = day('2026-11-20');

describe('the large organisation', () => {
  it('has exactly as many usage rows as were asked for', () => {
    for (const total of [1_000_000, 10_007, 1]) {
      const days = Array.from({ length: 90 }, (_, place) => usageRowsOn(total, 90, place));
      expect(days.reduce((sum, rows) => sum + rows, 0)).toBe(total);
      expect(Math.max(...days) - Math.min(...days)).toBeLessThanOrEqual(1);
    }
  });
  it.each(PROVIDERS)('reports no fact of %s twice, so that every row asked for is one in the database', (provider) => {
    const { usage, costs } = readingOf(provider, today, 5_556);
    const places = [...usage, ...costs].flatMap(({ facts }) => facts.map(({ dimensions }) => JSON.stringify(dimensions)));
    expect(usage.reduce((sum, { facts }) => sum + facts.length, 0)).toBe(5_556);
    expect(new Set(places).size).toBe(places.length);
  });
  it.each(PROVIDERS)('names every project and key that %s reports', (provider) => {
    const named = new Set(namesOf(provider).map(({ kind, ref }) => `${kind} ${ref}`));
    const { usage, costs } = readingOf(provider, today, 700);
    const used = [...usage, ...costs].flatMap(({ facts }) => facts.flatMap(({ dimensions }) => [`project ${dimensions.projectRef}`, `api_key ${dimensions.apiKeyRef}`]));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((ref) => !named.has(ref))).toEqual([]);
  });
  it('is the same every time', () => {
    expect(readingOf('anthropic', today, 50)).toEqual(readingOf('anthropic', today, 50));
  });
});
