/** A stack for the tests of the stack itself: database, API and mailbox, run as people run it. */
import { runStack } from '#scripts/stack/run.ts';

await runStack({
  options: { web: false, worker: false, firstPort: 0, webPort: 0, durable: false },
  ready: async () => void process.stdout.write('up\n'),
});
