import { describe, expect, it } from 'vitest';
import { RawNumber, toJsonText } from '#scripts/stack/simulator/json-text.ts';
import { picoToCents, picoToUsd, scaledToDecimal, toJsonNumber, toPlainDecimal, toScientific } from '#scripts/stack/simulator/pico.ts';

describe('exact decimal texts', () => {
  it('of dollars and cents', () => {
    expect([0n, 1n, 1_500_000_000_000n, -250_000_000_000n].map(picoToUsd)).toEqual(['0', '0.000000000001', '1.5', '-0.25']);
    expect([0n, 10_000_000_000n, 1_237_891_200_000n].map(picoToCents)).toEqual(['0', '1', '123.78912']);
    expect(scaledToDecimal(42n, 0)).toBe('42');
  });

  it('in scientific notation and back', () => {
    const pairs = [['0.00001', '1e-05'], ['12.5', '1.25e+01'], ['0', '0e+00'], ['-0.037', '-3.7e-02'], ['1200', '1.2e+03']] as const;
    for (const [plain, scientific] of pairs) {
      expect(toScientific(plain)).toBe(scientific);
      expect(toPlainDecimal(scientific)).toBe(plain);
    }
    expect(toPlainDecimal('1E2')).toBe('100');
  });

  it('as a JSON number: plain from 0.0001 on, scientific below', () => {
    expect(['0.0001', '0.00002', '7', '0'].map(toJsonNumber)).toEqual(['0.0001', '2e-05', '7', '0']);
    expect(toJsonText({ a: new RawNumber('1e-05'), b: ['x"y', null, true, { c: 2 }] })).toBe('{"a":1e-05,"b":["x\\"y",null,true,{"c":2}]}');
  });
});
