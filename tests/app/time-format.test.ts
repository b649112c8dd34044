import { describe, expect, it } from 'vitest';
import { longDay, monthName, relativeTime, shortDay, utcTime } from '#app/_components/time-format.ts';

const now = new Date('2026-11-20T12:00:00Z');
const ago = (seconds: number) => relativeTime(new Date(now.getTime() - seconds * 1000), now);

describe('times', () => {
  it.each([
    [0, 'just now'],
    [44, 'just now'],
    [45, '1 minute ago'],
    [119, '1 minute ago'],
    [120, '2 minutes ago'],
    [3_600, '1 hour ago'],
    [86_400, 'yesterday'],
    [-7_200, 'in 2 hours'],
  ])('%i seconds ago read "%s"', (seconds, text) => {
    expect(ago(seconds)).toBe(text);
  });

  it('are UTC whatever the zone of the machine', () => {
    expect(utcTime(new Date('2026-11-20T23:59:59.999Z'))).toBe('2026-11-20 23:59:59 UTC');
    expect(shortDay('2026-03-01')).toBe('1 Mar');
    expect(longDay('2026-11-20')).toBe('Fri 20 Nov 2026');
    expect(monthName('2026-11-20')).toBe('Nov 2026');
  });
});
