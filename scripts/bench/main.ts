/** `npm run bench -- <name>`: measures one thing and prints it. Without a name, or with one that is unknown: the list. */
import { parseArgs } from 'node:util';
import { ensureNode } from '#scripts/ensure-node.ts';
import { startProgress } from '#scripts/stack/progress.ts';
import type { Bench } from './bench.ts';
import { heldBench } from './held.ts';
import { machine } from './machine.ts';
import { overviewBench } from './overview.ts';
import { startBench } from './start.ts';
import { syncBench } from './sync.ts';

const BENCHES: Readonly<Record<string, Bench>> = { start: startBench, sync: syncBench, held: heldBench, overview: overviewBench };

const USAGE = `Usage: npm run bench -- <name> [--times <n>] [--rows <n>]

${Object.entries(BENCHES).map(([name, { says, times }]) => `  ${name.padEnd(10)} ${says} (${times} times)`).join('\n')}
  ${'all'.padEnd(10)} every one of them, in this order
`;

interface Wish {
  readonly benches: readonly (readonly [name: string, bench: Bench])[];
  readonly times: number | undefined;
  readonly rows: number;
}

ensureNode();
const wish = readWish(process.argv.slice(2));
if (!wish) {
  process.stderr.write(USAGE);
  process.exit(2);
}
process.exit(await runAll(wish));

function readWish(args: readonly string[]): Wish | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { times: { type: 'string' }, rows: { type: 'string', default: '1000000' } } });
    const [name = ''] = positionals;
    const benches = Object.entries(BENCHES).filter(([known]) => name === known || name === 'all');
    const [times, rows] = [values.times === undefined ? undefined : wholeNumber(values.times), wholeNumber(values.rows)];
    return positionals.length === 1 && benches.length > 0 ? { benches, times, rows } : undefined;
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new RangeError('not a whole number above zero');
  return Number(text);
}

async function runAll({ benches, times, rows }: Wish): Promise<number> {
  const aborter = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => aborter.abort(new Error('Stopped.')));
  const print = (text: string) => void process.stdout.write(`\n${text}\n`);
  try {
    for (const [name, bench] of benches) {
      print(`# ${name}: ${bench.says}\n\n${machine()}\n`);
      await bench.run({ times: times ?? bench.times, rows, progress: startProgress(), signal: aborter.signal, print });
    }
    return 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
