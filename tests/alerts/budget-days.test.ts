import { describe, expect, it } from 'vitest';
import { openPeriods, providerDays } from '#lib/alerts/budget-days.ts';
import { nextPeriod, periodAt } from '#lib/alerts/period.ts';
import type { PeriodKind } from '#lib/alerts/period.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const starts = (kind: PeriodKind, now: string, changed = LONG_AGO, zone = 'UTC') => openPeriods(kind, zone, changed, new Date(now)).map(({ firstDay }) => firstDay);

describe('the periods an evaluation looks at', () => {
  it.each([
    ['month', '2026-11-20T11:00:00Z', ['2026-11-01']],
    ['month', '2026-12-01T00:00:00Z', ['2026-12-01', '2026-11-01']],
    ['month', '2026-12-03T23:59:59Z', ['2026-12-01', '2026-11-01']],
    ['month', '2026-12-04T00:00:00Z', ['2026-12-01']],
    ['day', '2026-11-20T11:00:00Z', ['2026-11-20', '2026-11-19', '2026-11-18', '2026-11-17']],
    ['week', '2026-11-17T11:00:00Z', ['2026-11-16', '2026-11-09']],
    ['quarter', '2026-10-02T11:00:00Z', ['2026-10-01', '2026-07-01']],
  ] as const)('by %s at %s are %j', (kind, now, expected) => {
    expect(starts(kind, now)).toEqual(expected);
  });

  it('leave out what had ended when the budget got its settings, and never the current one', () => {
    expect(starts('day', '2026-11-20T11:00:00Z', new Date('2026-11-19T00:00:00Z'))).toEqual(['2026-11-20', '2026-11-19']);
    expect(starts('day', '2026-11-20T11:00:00Z', new Date('2026-11-20T10:59:00Z'))).toEqual(['2026-11-20']);
  });

  it('of a zone that this runtime does not know are those of UTC', () => {
    expect(starts('month', '2026-11-20T11:00:00Z', LONG_AGO, 'Mars/Olympus')).toEqual(['2026-11-01']);
  });
});

describe('the days of a period', () => {
  it('are the whole UTC days in UTC', () => {
    expect(providerDays(periodAt('month', 'UTC', new Date('2026-11-20T11:00:00Z')))).toEqual({ from: '2026-11-01', to: '2026-12-01', estimatedAtEdges: false });
  });

  it.each(['Europe/Madrid', 'Pacific/Auckland', 'America/Los_Angeles', 'Pacific/Kiritimati', 'America/Sao_Paulo'])('in %s are in one period each, and the figure says that its edges are estimated', (zone) => {
    for (const kind of ['day', 'week', 'month', 'quarter'] as const) {
      let period = periodAt(kind, zone, new Date('2026-01-15T12:00:00Z'));
      for (let i = 0; i < 12; i += 1) {
        const next = nextPeriod(period);
        expect(providerDays(next).from).toBe(providerDays(period).to);
        expect(providerDays(next).estimatedAtEdges).toBe(true);
        period = next;
      }
    }
  });
});
