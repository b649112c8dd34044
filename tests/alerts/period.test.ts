import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, nextPeriod, PERIOD_KINDS, periodAt, periodsTouched, previousPeriod, providerDaysOf } from '#lib/alerts/period.ts';
import { periodLabel, periodRange } from '#lib/alerts/period-text.ts';
import { day } from '#lib/day.ts';

const at = (text: string) => new Date(text);
const hours = (p: { start: Date; end: Date }) => (p.end.getTime() - p.start.getTime()) / 3_600_000;

describe('the period of an instant', () => {
  it.each([
    ['day', 'UTC', '2026-11-20T23:59:59.999Z', '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z'],
    ['week', 'UTC', '2026-11-22T12:00:00Z', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', 'UTC', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['month', 'UTC', '2028-02-29T10:00:00Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', 'UTC', '2026-12-31T23:59:59Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['quarter', 'UTC', '2026-05-31T00:00:00Z', '2026-04-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'],
    ['quarter', 'UTC', '2026-12-01T00:00:00Z', '2026-10-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    // Half an hour past midnight in Kolkata is still the day before in UTC.
    ['day', 'Asia/Kolkata', '2026-11-19T19:00:00Z', '2026-11-19T18:30:00.000Z', '2026-11-20T18:30:00.000Z'],
    ['month', 'America/Los_Angeles', '2026-11-01T06:59:59Z', '2026-10-01T07:00:00.000Z', '2026-11-01T07:00:00.000Z'],
    // The month in which the clocks go back begins in summer time and ends in winter time.
    ['month', 'America/New_York', '2026-11-20T00:00:00Z', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
    ['week', 'Asia/Tokyo', '2026-11-22T15:00:00Z', '2026-11-22T15:00:00.000Z', '2026-11-29T15:00:00.000Z'],
  ] as const)('%s in %s at %s', (kind, zone, instant, start, end) => {
    const p = periodAt(kind, zone, at(instant));
    expect([p.start.toISOString(), p.end.toISOString()]).toEqual([start, end]);
  });

  it('has days of 23 and 25 hours where the clocks change', () => {
    expect(hours(periodAt('day', 'Europe/Madrid', at('2026-03-29T10:00:00Z')))).toBe(23);
    expect(hours(periodAt('day', 'Europe/Madrid', at('2026-10-25T10:00:00Z')))).toBe(25);
    expect(hours(periodAt('week', 'Europe/Madrid', at('2026-10-25T10:00:00Z')))).toBe(169);
  });

  it('starts a day that has no midnight at its first instant', () => {
    // Cairo's clocks go from 00:00 to 01:00 on the last Friday of April.
    const p = periodAt('day', 'Africa/Cairo', at('2026-04-24T12:00:00Z'));
    expect(p.start.toISOString()).toBe('2026-04-23T22:00:00.000Z');
    expect(hours(p)).toBe(23);
  });

  it('skips the day that Samoa skipped', () => {
    const before = periodAt('day', 'Pacific/Apia', at('2011-12-29T20:00:00Z'));
    expect(before.firstDay).toBe('2011-12-29');
    expect(nextPeriod(before).firstDay).toBe('2011-12-31');
    expect(nextPeriod(before).start).toEqual(before.end);
  });

  it('holds the instant even where clocks went back across midnight', () => {
    // St. John's went from 00:01 back to 23:01 of the day before.
    const p = periodAt('day', 'America/St_Johns', at('2010-11-07T03:00:00Z'));
    expect(p.start <= at('2010-11-07T03:00:00Z') && at('2010-11-07T03:00:00Z') < p.end).toBe(true);
  });

  it('holds its instant and touches its neighbours without gap or overlap, in every zone', () => {
    const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
    const instants = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2045, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...PERIOD_KINDS), fc.constantFrom(...zones), instants, (kind, zone, ms) => {
        const p = periodAt(kind, zone, new Date(ms));
        expect(p.start.getTime()).toBeLessThanOrEqual(ms);
        expect(p.end.getTime()).toBeGreaterThan(ms);
        expect(periodAt(kind, zone, p.start)).toEqual(p);
        expect(nextPeriod(p).start).toEqual(p.end);
        expect(previousPeriod(p).end).toEqual(p.start);
      }),
      { numRuns: 400 },
    );
  });

  it.each(['+02:00', 'Mars/Olympus', '', 'UTC\n', 'Europe/Madrid; drop'])('refuses %j as a zone', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
    expect(() => periodAt('month', zone, new Date())).toThrow(RangeError);
  });
});

describe('the provider days of a period', () => {
  it('are all whole for a UTC month', () => {
    const { whole, edges } = providerDaysOf(periodAt('month', 'UTC', at('2026-11-20T00:00:00Z')));
    expect([whole.length, whole[0], whole.at(-1)]).toEqual([30, '2026-11-01', '2026-11-30']);
    expect(edges).toEqual([]);
  });

  it('are cut at both ends elsewhere, and the parts add up to the period', () => {
    const p = periodAt('month', 'Asia/Kolkata', at('2026-11-20T00:00:00Z'));
    const { whole, edges } = providerDaysOf(p);
    expect(edges).toEqual([
      { day: '2026-10-31', from: at('2026-10-31T18:30:00Z'), to: at('2026-11-01T00:00:00Z') },
      { day: '2026-11-30', from: at('2026-11-30T00:00:00Z'), to: at('2026-11-30T18:30:00Z') },
    ]);
    const edgeHours = edges.reduce((sum, e) => sum + (e.to.getTime() - e.from.getTime()) / 3_600_000, 0);
    expect(whole.length * 24 + edgeHours).toBe(hours(p));
  });
});

describe('the periods that a run touched', () => {
  it('are every period over its days, oldest first', () => {
    const touched = periodsTouched('month', 'UTC', day('2026-10-30'), day('2026-11-02'));
    expect(touched.map((p) => p.firstDay)).toEqual(['2026-10-01', '2026-11-01']);
  });

  it('do not include one that only begins at the exclusive end', () => {
    expect(periodsTouched('month', 'UTC', day('2026-10-30'), day('2026-11-01')).map((p) => p.firstDay)).toEqual(['2026-10-01']);
    expect(periodsTouched('month', 'UTC', day('2026-10-30'), day('2026-10-30'))).toEqual([]);
  });

  it('follow the zone of the budget, not of the provider', () => {
    const touched = periodsTouched('day', 'America/Los_Angeles', day('2026-11-20'), day('2026-11-21'));
    expect(touched.map((p) => p.firstDay)).toEqual(['2026-11-19', '2026-11-20']);
  });
});

describe('a period in words', () => {
  it.each([
    ['day', '2026-11-20T00:00:00Z', '20 November 2026', '20 November 2026'],
    ['week', '2026-11-20T00:00:00Z', '16–22 November 2026', '16–22 November 2026'],
    ['week', '2026-10-01T00:00:00Z', '28 September – 4 October 2026', '28 September – 4 October 2026'],
    ['week', '2026-12-31T00:00:00Z', '28 December 2026 – 3 January 2027', '28 December 2026 – 3 January 2027'],
    ['month', '2026-11-20T00:00:00Z', 'November 2026', '1–30 November 2026'],
    ['quarter', '2026-11-20T00:00:00Z', 'Q4 2026', '1 October – 31 December 2026'],
  ] as const)('%s at %s', (kind, instant, label, range) => {
    const p = periodAt(kind, 'UTC', at(instant));
    expect([periodLabel(p), periodRange(p)]).toEqual([label, range]);
  });
});
