import { describe, expect, it } from 'vitest';
import { rangeText, spanNameOf, spanOf } from '#app/(dashboard)/overview/_data/span.ts';
import { day } from '#lib/day.ts';

const range = (from: string, to: string) => ({ from: day(from), to: day(to) });

describe('the span of days shown', () => {
  it('is this month with the day under way, drawn to its end', () => {
    expect(spanOf('month', day('2026-11-20'), day('2026-11-20'))).toMatchObject({ from: '2026-11-01', to: '2026-11-21', axisTo: '2026-12-01' });
  });

  it('is 30 or 90 days that end with today', () => {
    expect(spanOf('30d', day('2026-03-01'), day('2026-03-01'))).toMatchObject({ from: '2026-01-31', to: '2026-03-02', axisTo: '2026-03-02' });
    expect(spanOf('90d', day('2026-11-20'), day('2026-11-20')).from).toBe('2026-08-23');
  });

  it('is this month for anything else in the address', () => {
    expect([undefined, '', '7d', 'month', '90d'].map(spanNameOf)).toEqual(['month', 'month', 'month', 'month', '90d']);
  });
});

describe('what it is compared with', () => {
  it('leaves out the day under way, which has no counterpart', () => {
    expect(spanOf('month', day('2026-11-20'), day('2026-11-20')).comparison).toEqual({ now: range('2026-11-01', '2026-11-20'), before: range('2026-10-01', '2026-10-20') });
  });

  it('leaves out days that were not read after their end', () => {
    expect(spanOf('month', day('2026-11-20'), day('2026-11-12')).comparison).toEqual({ now: range('2026-11-01', '2026-11-12'), before: range('2026-10-01', '2026-10-12') });
    expect(spanOf('30d', day('2026-11-20'), day('2026-11-20')).comparison).toEqual({ now: range('2026-10-22', '2026-11-20'), before: range('2026-09-23', '2026-10-22') });
  });

  it('never asks a shorter month for days that it does not have', () => {
    expect(spanOf('month', day('2026-03-31'), day('2026-03-31')).comparison).toEqual({ now: range('2026-03-01', '2026-03-29'), before: range('2026-02-01', '2026-03-01') });
  });

  it('is nothing on the first day, and nothing while nothing was read', () => {
    expect(spanOf('month', day('2026-11-01'), day('2026-11-01')).comparison).toBeNull();
    expect(spanOf('30d', day('2026-11-20'), null).comparison).toBeNull();
    expect(spanOf('month', day('2026-11-20'), day('2026-10-20')).comparison).toBeNull();
  });
});

describe('days in words', () => {
  it('name the last day, which is part of it', () => {
    expect(rangeText(range('2026-11-01', '2026-11-20'))).toBe('1–19 Nov');
    expect(rangeText(range('2026-11-01', '2026-11-02'))).toBe('1 Nov');
    expect(rangeText(range('2026-10-22', '2026-11-20'))).toBe('22 Oct – 19 Nov');
    expect(rangeText(range('2025-12-21', '2026-01-20'))).toBe('21 Dec 2025 – 19 Jan 2026');
  });
});
