/** For tests that play the worker themselves: the stack's own rests meanwhile. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { startWorker, stopWorker } from './stack.ts';

export function restStackWorker(): void {
  const present = existsSync(resolve(CHECKOUT, 'worker/main.ts'));
  beforeAll(async () => {
    if (present) await stopWorker();
  });
  afterAll(async () => {
    if (present) await startWorker();
  });
}
