/**
 * The worker process: `node --import tsx worker/main.ts`. It claims what is due in Postgres, runs it over the queue, and
 * is the only process that can open a stored key.
 */
import { requireNode } from '#lib/env.ts';

try {
  requireNode('worker');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
// Only now: on an older Node the libraries behind it fail while they load, before anybody could say why.
await import('#worker/process.ts');
