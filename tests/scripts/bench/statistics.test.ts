import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile, ratio, summarise } from '#scripts/bench/statistics.ts';

const measurements = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 200 });

describe('median', () => {
  it('is the middle one, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });
  it('is the mean of the two in the middle when their number is even', () => {
    expect(median([10, 1, 2, 3])).toBe(2.5);
  });
  it('sorts by size and not by text', () => {
    expect(median([100, 9, 20])).toBe(20);
  });
  it('has as many below it as above it', () => {
    fc.assert(
      fc.property(measurements, (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('takes the nearest rank', () => {
    expect(percentile(hundred, 95)).toBe(95);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 0.5)).toBe(1);
    expect(percentile(hundred, 100)).toBe(100);
  });
  it('does not slip to the next rank where a product is not exact in binary', () => {
    for (let count = 1; count <= 2000; count += 1) {
      const values = Array.from({ length: count }, (_, i) => i + 1);
      expect(percentile(values, 95)).toBe(Number((BigInt(count) * 95n + 99n) / 100n));
    }
  });
  it('is one that was measured, and at least so many do not exceed it', () => {
    fc.assert(
      fc.property(measurements, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const found = percentile(values, percent);
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length * 100).toBeGreaterThanOrEqual(values.length * percent);
        expect(values.filter((value) => value < found).length * 100).toBeLessThan(values.length * percent);
      }),
    );
  });
  it.each([0, -1, 101, Number.NaN])('refuses %d percent', (percent) => {
    expect(() => percentile([1], percent)).toThrow(RangeError);
  });
});

describe('a summary', () => {
  it('names count, ends, median and p95', () => {
    expect(summarise([4, 1, 3, 2])).toEqual({ count: 4, min: 1, median: 2.5, p95: 4, max: 4 });
  });
  it('leaves the measurements as they were', () => {
    const values = [3, 1, 2];
    summarise(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('nothing measured', () => {
  it.each([median, summarise, (values: number[]) => percentile(values, 95)])('is no figure', (of) => {
    for (const values of [[], [1, Number.NaN], [Number.POSITIVE_INFINITY]]) expect(() => of(values)).toThrow(RangeError);
  });
});

describe('ratio', () => {
  it('says how many times one is the other', () => {
    expect(ratio(30, 20)).toBe(1.5);
    expect(ratio(0, 20)).toBe(0);
  });
  it.each([[1, 0], [1, -1], [Number.NaN, 1], [1, Number.NaN]])('has no answer for %d to %d', (value, to) => {
    expect(() => ratio(value, to)).toThrow(RangeError);
  });
});
