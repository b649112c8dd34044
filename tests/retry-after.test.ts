import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, retryAfterMs } from '#lib/retry-after.ts';

const now = new Date('2026-11-20T12:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['0.0001', 1],
    [' 30 ', 30_000],
    ['Fri, 20 Nov 2026 12:00:42 GMT', 42_000],
    ['Friday, 20-Nov-26 12:00:42 GMT', 42_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['Sun, 20 Nov 2044 11:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['1000000000', MAX_RETRY_AFTER_MS],
    ['9'.repeat(500), MAX_RETRY_AFTER_MS],
    ['901', MAX_RETRY_AFTER_MS],
    ['900', 900_000],
    ['-5', null],
    ['1e9', null],
    ['soon', null],
    ['2026-11-20', null],
    ['Infinity', null],
    ['NaN', null],
    ['', null],
  ])('reads %j as %j', (text, expected) => {
    expect(retryAfterMs({ 'retry-after': text }, now)).toBe(expected);
  });

  it('prefers retry-after-ms, and says null without either', () => {
    expect(retryAfterMs({ 'retry-after-ms': '250', 'retry-after': '9' }, now)).toBe(250);
    expect(retryAfterMs({ 'retry-after-ms': 'x', 'retry-after': '9' }, now)).toBe(9_000);
    expect(retryAfterMs({}, now)).toBeNull();
  });
});
