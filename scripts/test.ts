/**
 * `npm test`: everything. System programs, lint, types, then the three test projects, the last two against one embedded
 * stack. The last line of the output is `N passed, N failed`, summed over all of it.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { ensureNode } from './ensure-node.ts';
import { ensureSystem } from './ensure-system.ts';
import { CHECKOUT, dataPaths } from './stack/paths.ts';
import { startProgress } from './stack/progress.ts';
import { serveStack, type ServedStack } from './stack/serve-temporary.ts';
import { countOf, sum, type Count } from './test-count.ts';

ensureNode();
const progress = startProgress();
const aborter = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => aborter.abort(new Error('The tests were stopped.')));

process.exit(await everything());

async function everything(): Promise<number> {
  let total: Count = { passed: 0, failed: 0 };
  try {
    for await (const count of parts()) total = sum(total, count);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    total = sum(total, { passed: 0, failed: 1 });
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

async function* parts(): AsyncGenerator<Count> {
  const programs = await ensureSystem(progress);
  if (!programs.postgres15) progress.line('PostgreSQL 15 is not packaged for this system: the migrations run on the embedded PostgreSQL only.');
  yield await check('Lint', ['node_modules/oxlint/bin/oxlint']);
  yield await check('Types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']);
  yield await project('unit');
  const served = await serveStack({ web: true, progress, signal: aborter.signal });
  let count: Count = { passed: 0, failed: 0 };
  try {
    for (const name of ['stack', 'e2e']) {
      const part = await project(name, { KEYMETER_TEST_DATA_DIR: served.dataDir });
      count = sum(count, part);
      yield part;
    }
  } finally {
    if (count.failed > 0) await keepLogs(served);
    await progress.step('Stopping the stack', () => served.stop());
  }
}

async function check(label: string, args: readonly string[]): Promise<Count> {
  const code = await progress.step(label, () => run(args));
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function project(name: string, env: Readonly<Record<string, string>> = {}): Promise<Count> {
  const folder = await mkdtemp(resolve(tmpdir(), 'keymeter-report-'));
  const report = resolve(folder, 'report.json');
  try {
    progress.line(`Tests: ${name}`);
    const code = await run(['node_modules/vitest/vitest.mjs', 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env);
    return countOf(await readFile(report, 'utf8').catch(() => ''), code, Boolean(process.env.CI));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the exit code; a stop from outside reaches the program too. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  aborter.signal.throwIfAborted();
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...args], { cwd: CHECKOUT, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    const stop = () => void child.kill('SIGTERM');
    aborter.signal.addEventListener('abort', stop);
    child.once('error', fail);
    child.once('close', (code) => {
      aborter.signal.removeEventListener('abort', stop);
      if (aborter.signal.aborted) fail(aborter.signal.reason as Error);
      else done(code ?? 1);
    });
  });
}

async function keepLogs(served: ServedStack): Promise<void> {
  const kept = resolve(CHECKOUT, '.keymeter/last-test-logs');
  await rm(kept, { recursive: true, force: true });
  await cp(dataPaths(served.dataDir).logs, kept, { recursive: true });
  progress.line(`The logs of the stack are in ${kept}`);
}
