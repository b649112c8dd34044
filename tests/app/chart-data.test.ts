import { describe, expect, it } from 'vitest';
import { axisLabel, chartRows, dayTotal } from '#app/_components/chart-data.ts';
import { meterLevel } from '#app/_components/meter.tsx';

const SERIES = [
  { id: 'open"ai.x', name: 'OpenAI', colour: 'red' },
  { id: 'anthropic', name: 'Anthropic', colour: 'blue' },
];

describe('what a chart is drawn from', () => {
  it('adds a day up exactly where floats would not', () => {
    expect(dayTotal({ day: '2026-11-01', amounts: { a: '0.1', b: '0.2', c: '1000000000000000000.000000000001' } }, 'USD')).toBe('1000000000000000000.300000000001');
  });

  it('gives every series a height on every day, under keys that no id can break', () => {
    expect(chartRows([{ day: '2026-11-01', amounts: { anthropic: '2.5' } }], SERIES)).toEqual([{ day: '2026-11-01', s0: 0, s1: 2.5 }]);
  });

  it('labels its axis shortly', () => {
    expect([0, 250, 1200, -40, 2_500_000].map((tick) => axisLabel(tick, 'USD'))).toEqual(['$0', '$250', '$1.2k', '−$40', '$2.5M']);
  });
});

describe('a gauge changes its level at its edges and not before', () => {
  it.each([
    [7_499, 'calm'],
    [7_500, 'near'],
    [9_999, 'near'],
    [10_000, 'over'],
  ])('%i basis points are %s', (points, level) => {
    expect(meterLevel(points)).toBe(level);
  });
});
