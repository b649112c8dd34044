import type { TestProject } from 'vitest/node';
import { provideStack } from './set-up.ts';

/** The whole stack with the production build of the web app. */
export default (project: TestProject) => provideStack(project, true);
