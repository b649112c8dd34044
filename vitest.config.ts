import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests, run in this order by `npm test`:
 * unit   pure functions and anything that needs no stack; many at once
 * stack  against the embedded stack, which the set-up starts; one file at a time, because some break the stack on purpose
 * e2e    the web app in a real browser, or its HTTP answers
 */
export default defineConfig({
  // tsconfig keeps JSX for Next to compile; tests import mail components and run them.
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    allowOnly: !process.env.CI,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/**/*.test.{ts,tsx}'], exclude: ['tests/stack/**', 'tests/e2e/**'], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['tests/stack/**/*.test.ts'],
          globalSetup: ['tests/support/setup-stack.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/setup-e2e.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
