/**
 * `npm start` on an empty data directory and again on the one it left, until the first page answers. The web app is built
 * beforehand, because that happens once for a version; everything else is the command itself, in a process of its own.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuild } from '#scripts/stack/build.ts';
import { bareEnv, startChild, type Child, type ChildOptions } from '#scripts/stack/child.ts';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { freePort } from '#scripts/stack/ports.ts';
import type { Bench, BenchRun } from './bench.ts';
import { partsOf, type Part } from './start-parts.ts';
import { median, summarise } from './statistics.ts';
import { table } from './table.ts';
import { withTemporaryFolder } from './temporary-stack.ts';

interface Start {
  readonly seconds: number;
  readonly parts: readonly Part[];
}

export const startBench: Bench = {
  says: 'seconds from `npm start` to the first page, built already, split by part',
  times: 3,
  async run(bench) {
    await withTemporaryFolder((folder) => ensureBuild(resolve(folder, 'build.log'), bench.progress));
    const first: Start[] = [];
    const again: Start[] = [];
    for (let i = 1; i <= bench.times; i += 1) {
      await withTemporaryFolder(async (dataDir) => {
        first.push(await bench.progress.step(`Start ${i} of ${bench.times}, nothing there yet`, () => startOnce(bench, dataDir)));
        again.push(await bench.progress.step(`Start ${i} of ${bench.times}, data kept`, () => startOnce(bench, dataDir)));
      });
    }
    bench.print(report(first.filter(isBuiltAlready), again.filter(isBuiltAlready)));
  },
};

/** Starts, waits for the page, and stops everything again. */
async function startOnce({ signal }: BenchRun, dataDir: string): Promise<Start> {
  const port = await freePort();
  const parts: Part[] = [];
  let child: Child | undefined;
  let seconds = Number.NaN;
  const begin = performance.now();
  try {
    const started = await startChild(
      {
        ...startCommand(dataDir, port),
        onLine: (line) => void parts.push(...partsOf(line)),
        async ready() {
          signal.throwIfAborted();
          if (!(await firstPage(`http://127.0.0.1:${port}/`))) return false;
          seconds = (performance.now() - begin) / 1000;
          return true;
        },
      },
      (spawned) => (child = spawned),
    );
    // The last part is told a moment after its first answer.
    while (started.running && !parts.some(({ name }) => name === LAST_PART)) await sleep(20, undefined, { signal });
  } finally {
    await child?.stop();
  }
  return { seconds, parts };
}

/** What `npm start` runs. */
function startCommand(dataDir: string, port: number): ChildOptions {
  return {
    name: 'npm start',
    command: process.execPath,
    args: ['--import', 'tsx', resolve(CHECKOUT, 'scripts/stack/start.ts')],
    cwd: CHECKOUT,
    env: bareEnv({ KEYMETER_DATA_DIR: dataDir, PORT: String(port) }),
    logFile: resolve(dataDir, 'start.log'),
    stopMs: 60_000,
  };
}

const LAST_PART = 'Starting the web app';

/** A source that is edited meanwhile makes the next start build: that one is another measurement. */
const isBuiltAlready = ({ parts }: Start): boolean => !parts.some(({ name }) => name === 'Building the web app');

async function firstPage(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    return (await response.text()).includes('</html>') && response.status === 200;
  } catch {
    return false;
  }
}

function report(first: readonly Start[], again: readonly Start[]): string {
  const names = [...new Set([...first, ...again].flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const row = (words: string, of: (start: Start) => number) => [words, ...[first, again].map((starts) => tenths(median(starts.map(of))))];
  const partsOfAll = ({ parts }: Start) => parts.reduce((sum, part) => sum + part.seconds, 0);
  return table(
    [`seconds, medians of ${Math.min(first.length, again.length)}`, 'nothing there yet', 'data kept'],
    [
      ...names.map((name) => row(name, ({ parts }) => parts.find((part) => part.name === name)?.seconds ?? 0)),
      row('The command itself: Node, loading, mailbox', (start) => Math.max(0, start.seconds - partsOfAll(start))),
      row('**First page answers**', ({ seconds }) => seconds),
      ['fastest to slowest', ...[first, again].map((starts) => summarise(starts.map(({ seconds }) => seconds))).map(({ min, max }) => `${tenths(min)} to ${tenths(max)}`)],
    ],
  );
}

/** The progress lines tell no more. */
const tenths = (seconds: number): string => seconds.toFixed(1);
