/** Runs a stack for a person at a terminal until Ctrl-C, and says where everything is. */
import { parseArgs } from 'node:util';
import { ensureNode } from '../ensure-node.ts';
import { defaultDataDir } from './paths.ts';
import { startProgress, type Progress } from './progress.ts';
import { resetData } from './reset.ts';
import { startStack, type Stack, type StackOptions } from './supervise.ts';

export interface Run {
  readonly options: Omit<StackOptions, 'dataDir' | 'progress' | 'signal'>;
  /** What happens once everything answers (seeding, closing words). */
  readonly ready: (stack: Stack, progress: Progress) => Promise<void>;
}

/** Ends the process: 0 after Ctrl-C or SIGTERM, 1 when something failed. */
export async function runStack(run: Run): Promise<never> {
  ensureNode();
  const progress = startProgress();
  const aborter = new AbortController();
  // npm passes a Ctrl-C on that the terminal sent here as well: every signal after the first is the same wish.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => aborter.abort(new Stopped()));
  stopWithNpm(() => aborter.abort(new Stopped()));
  try {
    await untilStopped(run, progress, aborter.signal);
    process.exit(0);
  } catch (error) {
    if (error instanceof Stopped) {
      progress.line('Everything is stopped. The data is kept.');
      process.exit(0);
    }
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

class Stopped extends Error {}

/** npm that was killed cannot pass anything on; whoever it started is then handed to another parent. */
function stopWithNpm(stop: () => void): void {
  if (!process.env.npm_command) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 1_000).unref();
}

async function untilStopped(run: Run, progress: Progress, signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ options: { reset: { type: 'boolean', default: false } }, strict: true });
  const dataDir = defaultDataDir();
  if (values.reset) await progress.step('Removing the old data', () => resetData(dataDir));
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  aborted.catch(() => {});
  signal.addEventListener('abort', () => progress.line('Stopping ...'));
  const stack = await startStack({ webPort: Number(process.env.PORT ?? 3000) || 3000, ...run.options, dataDir, progress, signal });
  try {
    await Promise.race([run.ready(stack, progress), stack.failure, aborted]);
    await Promise.race([stack.failure, aborted]);
  } finally {
    await stack.stop();
  }
}

/** The closing lines of every start. */
export function addresses(stack: Stack, extra: readonly string[] = []): string {
  const rows = [
    ['Keymeter', stack.env.APP_URL],
    ['Mailbox', stack.env.MAILBOX_URL],
    ['Data', stack.dataDir],
  ];
  return ['', ...rows.flatMap(([name, value]) => (value ? [`  ${name?.padEnd(10)} ${value}`] : [])), ...extra.map((line) => `  ${line}`), '', '  Ctrl-C stops everything and keeps the data.', ''].join('\n');
}
