/** Reads how many tests passed and failed out of vitest's JSON report, so that nothing that did not run looks passed. */
import { z } from 'zod';

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

const reportSchema = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

export const sum = (a: Count, b: Count): Count => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });

/**
 * @param report the report's text; a missing or broken one counts as a failure
 * @param exitCode of the test runner; other than 0 with no failed test is a failure too (an error outside of any test)
 * @param strict a test that was skipped or is still to be written counts as failed
 */
export function countOf(report: string, exitCode: number, strict: boolean): Count {
  const parsed = reportSchema.safeParse(jsonOf(report));
  if (!parsed.success) return { passed: 0, failed: 1 };
  let passed = 0;
  let failed = 0;
  for (const file of parsed.data.testResults) {
    const failedBefore = failed;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed' || strict) failed += 1;
    }
    // A file that could not be loaded, or whose set-up threw, has no failed test of its own.
    if (file.status === 'failed' && failed === failedBefore) failed += 1;
  }
  if (exitCode !== 0 && failed === 0) failed = 1;
  return { passed, failed };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
