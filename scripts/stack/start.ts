/** `npm start`: the embedded stack, empty, talking to the real providers. */
import { chosenByUser } from './process-env.ts';
import { addresses, runStack } from './run.ts';

await runStack({
  options: { web: 'production', worker: 'once', workerEnv: chosenByUser() },
  async ready(stack) {
    process.stdout.write(`${addresses(stack, ['', 'Sign up with any address: the confirmation arrives in the mailbox above.'])}\n`);
  },
});
