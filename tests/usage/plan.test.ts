import { describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import { databaseClock } from '#lib/db/database-clock.ts';
import { readPlan } from '#lib/usage/plan.ts';

describe('what a run asks for', () => {
  it('is hourly for today and the two days before, by the UTC day of the database', () => {
    const window = { from: day('2026-10-22'), to: day('2026-11-21') };
    expect(readPlan(window, new Date('2026-11-20T23:59:59Z')).hourlyFrom).toBe('2026-11-18');
    expect(readPlan(window, new Date('2026-11-21T00:00:00Z')).hourlyFrom).toBe('2026-11-19');
  });
});

describe('the database clock', () => {
  it('goes on by the monotonic clock, whatever the machine thinks the time is', () => {
    let monotonic = 1_000;
    const clock = databaseClock(new Date('2026-11-20T12:00:00Z'), () => monotonic);
    monotonic += 90_000;
    expect(clock.now().toISOString()).toBe('2026-11-20T12:01:30.000Z');
  });
});
