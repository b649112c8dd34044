/** `npm run ops -- <command>`: what an operator does by hand. Each command is a file. */
import { doctor } from './doctor.ts';
import { newSecrets } from './new-secrets.ts';

const COMMANDS: Record<string, { says: string; run: (args: readonly string[]) => Promise<number> }> = {
  doctor: { says: 'doctor web|worker   checks the environment of this process and what it reaches, in plain words', run: doctor },
  'new-secrets': { says: 'new-secrets         prints a fresh set of secrets for a new installation', run: newSecrets },
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  process.stderr.write(`Usage: npm run ops -- <command>\n\n${Object.values(COMMANDS).map((c) => `  ${c.says}`).join('\n')}\n`);
  process.exit(2);
}
process.exit(await command.run(args));
