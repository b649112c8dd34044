import { describe, expect, it } from 'vitest';
import { diagnosticProblems } from '#worker/refuse-diagnostics.ts';

const none = { flags: [] as string[], inspecting: false, reporting: false };

describe('a worker in production', () => {
  it.each(['--inspect', '--inspect=127.0.0.1:9229', '--inspect-brk', '--inspect-wait', '--report-on-fatalerror', '--report-uncaught-exception', '--report-on-signal', '--heapsnapshot-signal=SIGUSR2', '--heapsnapshot-near-heap-limit=1', '--heap-prof', '--abort-on-uncaught-exception', '--diagnostic-dir=/tmp'])(
    'refuses %s by name',
    (flag) => {
      const problems = diagnosticProblems({ ...none, flags: ['--import', flag] });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(flag.replace(/=.*/, ''));
      expect(problems[0]).not.toContain('=');
    },
  );

  it('refuses what was switched on in a way that leaves no flag', () => {
    expect(diagnosticProblems({ ...none, inspecting: true })).toHaveLength(1);
    expect(diagnosticProblems({ ...none, reporting: true })).toHaveLength(1);
  });

  it('takes ordinary flags', () => {
    expect(diagnosticProblems({ ...none, flags: ['--import', 'tsx', '--max-old-space-size=512', '--enable-source-maps', '--disable-sigusr1'] })).toEqual([]);
  });
});
