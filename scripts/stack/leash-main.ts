/** The process that `leash.ts` starts. Its standard input ends when the supervisor does. */
import { endLeftovers } from './lock.ts';
import { removeStackEnv } from './stack-env.ts';

const dataDir = process.argv[2];
// A signal to the whole group is for the supervisor, which stops its children in order; this one waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.once('close', () => {
  if (!dataDir) return;
  void removeStackEnv(dataDir).then(() => endLeftovers(dataDir));
});
