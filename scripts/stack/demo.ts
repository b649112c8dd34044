/** `npm run demo`: the embedded stack with the provider simulator, and a demo account made through the real path. */
import { seedDemo } from './demo-seed.ts';
import { addresses, runStack } from './run.ts';

await runStack({
  options: { web: 'production', worker: 'once', simulator: true },
  async ready(stack, progress) {
    const account = await seedDemo(stack, progress);
    process.stdout.write(`${addresses(stack, ['', `Sign in as  ${account.email}`, `Password    ${account.password}`])}\n`);
  },
});
