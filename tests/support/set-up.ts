/** What the set-ups of both projects share: use the stack that `npm test` started, or start one for this run. */
import type { TestProject } from 'vitest/node';
import { startProgress } from '#scripts/stack/progress.ts';
import { serveStack } from '#scripts/stack/serve-temporary.ts';


declare module 'vitest' {
  export interface ProvidedContext {
    stackDataDir: string;
  }
}

/** @returns what stops it again. */
export async function provideStack(project: TestProject, web: boolean): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.KEYMETER_TEST_DATA_DIR;
  if (given) {
    project.provide('stackDataDir', given);
    return undefined;
  }
  const served = await serveStack({ web, progress: startProgress() });
  project.provide('stackDataDir', served.dataDir);
  return served.stop;
}
