import type { TestProject } from 'vitest/node';
import { provideStack } from './set-up.ts';

/** Database, Supabase API, mailbox, simulator and worker; no web app, so that no build is needed. */
export default (project: TestProject) => provideStack(project, false);
