import { describe, expect, it } from 'vitest';
import { burnUp } from '#app/(dashboard)/overview/_data/burn-up.ts';
import { monthOutlook } from '#app/(dashboard)/overview/_data/month-outlook.ts';
import { addDays, day, eachDay } from '#lib/day.ts';
import { spend, spendDays, usd } from './amounts.ts';

const steady = eachDay(day('2026-10-01'), day('2026-11-21')).map((d) => spend(d, 'openai', '10'));
const through = new Date('2026-11-20T12:00:00Z');
const outlookOf = (more: Parameters<typeof spendDays>[1] = {}, daily = steady) => monthOutlook(spendDays(daily, { providers: ['openai'], ...more }), day('2026-10-01'), through);

describe('where the month will end', () => {
  it('rests on the days before, and names last month when all of it is known', () => {
    const outlook = outlookOf();
    expect(outlook?.end).toMatchObject({ kind: 'projected', method: 'weekday_median' });
    if (outlook?.end.kind !== 'projected') throw new Error('no projection');
    expect(outlook.end.expected.toDecimal()).toBe('300');
    expect(outlook.lastMonth?.amount.toDecimal()).toBe('310');
    expect(outlook.lastDay).toBe('2026-11-30');
    expect(outlook.unknownDays).toBe(0);
  });

  it('takes a day that nobody answered for as expected, never as zero', () => {
    const outlook = outlookOf({ gaps: { openai: ['2026-11-05'] } }, steady.filter(({ day: d }) => d !== '2026-11-05'));
    if (outlook?.end.kind !== 'projected') throw new Error('no projection');
    expect(outlook.end.expected.toDecimal()).toBe('300');
    expect(outlook.unknownDays).toBe(1);
  });

  it('does not name last month when a day of it is unknown', () => {
    expect(outlookOf({ gaps: { openai: ['2026-10-31'] } })?.lastMonth).toBeNull();
  });

  it('is nothing before anything was read, and says when it is too little', () => {
    expect(monthOutlook(spendDays([]), day('2026-10-01'), null)).toBeNull();
    const few = [spend('2026-11-19', 'openai', '3')];
    const gaps = eachDay(day('2026-10-01'), day('2026-11-19')) as string[];
    expect(outlookOf({ gaps: { openai: gaps } }, few)?.end).toMatchObject({ kind: 'insufficient', completeDays: 1 });
  });
});

describe('its drawing', () => {
  const outlook = outlookOf();
  if (outlook?.end.kind !== 'projected') throw new Error('no projection');
  const input = { today: outlook.today, dataThrough: through, days: outlook.days, daysBefore: outlook.lastMonth?.days ?? [], end: outlook.end, budget: usd('310') };

  it('climbs from nothing to what is billed, and today counts as far as it was read', () => {
    const { actual, before } = burnUp(input);
    expect(actual[0]).toEqual({ x: 0, y: 0 });
    expect(actual).toHaveLength(21);
    expect(actual.at(-1)?.x).toBe(650);
    expect(before.at(-1)?.x).toBe(1000);
    for (const line of [actual, before]) expect(line.every((point, i) => i === 0 || (point.x > (line[i - 1]?.x ?? 0) && point.y >= (line[i - 1]?.y ?? 0)))).toBe(true);
  });

  it('stays inside its frame, and stands in the order of the amounts', () => {
    const { actual, before, end, budget } = burnUp(input);
    for (const { x, y } of [...actual, ...before, end.low, end.expected, end.high]) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1000);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(1000);
    }
    expect(budget).toBe(before.at(-1)?.y);
    expect(end.expected.y).toBeLessThan(budget ?? 0);
    expect(actual.at(-1)?.y).toBeLessThan(end.expected.y);
  });

  it('leaves out a budget that would press everything else to the ground', () => {
    expect(burnUp({ ...input, budget: usd('5000') }).budget).toBeNull();
    expect(burnUp({ ...input, budget: null }).budget).toBeNull();
  });

  it('draws a month without spend without dividing by it', () => {
    const zero = { ...outlook.end, actual: usd('0'), expected: usd('0'), p10: usd('0'), p90: usd('0') } as typeof input.end;
    const flat = burnUp({ ...input, end: zero, daysBefore: [], budget: null, days: [{ day: addDays(day('2026-11-01'), 0), amount: usd('0') }] });
    expect(flat.actual.map(({ y }) => y)).toEqual([0, 0]);
  });
});
