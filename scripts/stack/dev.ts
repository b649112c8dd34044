/** `npm run dev`: the embedded stack with Next's development server and a worker that restarts on changes. */
import { chosenByUser } from './process-env.ts';
import { addresses, runStack } from './run.ts';

await runStack({
  options: {
    web: 'development',
    worker: 'watch',
    simulator: true,
    workerEnv: chosenByUser(),
    onLine: (name, line) => process.stdout.write(`${name.padEnd(6)} | ${line}\n`),
  },
  async ready(stack) {
    process.stdout.write(`${addresses(stack, [`Simulator  ${stack.env.SIMULATOR_URL}`])}\n`);
  },
});
