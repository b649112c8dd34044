import { describe, expect, it } from 'vitest';
import { countOf } from '#scripts/test-count.ts';

const report = (...files: [status: string, ...tests: string[]][]) =>
  JSON.stringify({ testResults: files.map(([status, ...tests]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) })) });

describe('the count at the end of npm test', () => {
  it('counts each test once', () => {
    expect(countOf(report(['passed', 'passed', 'passed'], ['failed', 'passed', 'failed']), 1, true)).toEqual({ passed: 3, failed: 1 });
  });
  it('counts a skipped or unwritten test as failed when strict, and never as passed', () => {
    const text = report(['passed', 'passed', 'pending', 'skipped', 'todo']);
    expect(countOf(text, 0, true)).toEqual({ passed: 1, failed: 3 });
    expect(countOf(text, 0, false)).toEqual({ passed: 1, failed: 0 });
  });
  it('counts a file that could not be loaded as failed', () => {
    expect(countOf(report(['failed'], ['passed', 'passed']), 1, false)).toEqual({ passed: 1, failed: 1 });
  });
  it('counts an error outside of any test as failed', () => {
    expect(countOf(report(['passed', 'passed']), 1, false)).toEqual({ passed: 1, failed: 1 });
  });
  it('counts a missing or broken report as failed', () => {
    for (const text of ['', '{', '{}', 'null']) expect(countOf(text, 0, false)).toEqual({ passed: 0, failed: 1 });
  });
});
