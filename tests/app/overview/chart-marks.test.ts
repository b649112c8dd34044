import { describe, expect, it } from 'vitest';
import { seriesTotal, unknownStretches } from '#app/_components/chart-data.ts';

const day = (n: number, unknown?: string[]) => ({ day: `2026-11-0${n}`, amounts: { openai: '0.1' }, ...(unknown ? { unknown } : {}) });

describe('hatching', () => {
  it('runs over days in a row as one stretch', () => {
    expect(unknownStretches([day(1), day(2, ['openai']), day(3, ['anthropic']), day(4, []), day(5, ['openai'])])).toEqual([
      { from: '2026-11-02', to: '2026-11-03' },
      { from: '2026-11-05', to: '2026-11-05' },
    ]);
    expect(unknownStretches([day(1)])).toEqual([]);
  });
});

describe('the totals beneath', () => {
  it('add exactly, by series and over all', () => {
    const days = [day(1), day(2), { day: '2026-11-03', amounts: { openai: '0.1', anthropic: '1' } }];
    expect(seriesTotal(days, 'USD', 'openai')).toBe('0.3');
    expect(seriesTotal(days, 'USD')).toBe('1.3');
    expect(seriesTotal(days, 'USD', 'google')).toBe('0');
  });
});
