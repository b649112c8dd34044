/**
 * How long the server takes for the overview of a signed-in person whose organisation has a million usage rows, beside
 * one that has a hundredth of them: the production build, a request at a time, until the last byte.
 */
import { withSession } from '#scripts/stack/database.ts';
import type { Progress } from '#scripts/stack/progress.ts';
import type { Stack } from '#scripts/stack/supervise.ts';
import { makeAccount } from './account.ts';
import type { Bench } from './bench.ts';
import { MODELS } from './large-organization.ts';
import { signIn } from './sign-in.ts';
import { ratio, summarise } from './statistics.ts';
import { figure, table } from './table.ts';
import { withTemporaryStack } from './temporary-stack.ts';
import { LEAST_ROWS, writeOrganization, type Written } from './write-organization.ts';

const SMALLER = 100;
const WARM_UP = 10;
/** In use every day in an organisation of any size. */
const MODELS_SHOWN = [MODELS.openai[0], MODELS.anthropic[0]] as const;

interface Organization extends Written {
  readonly cookie: string;
}

interface Answer {
  readonly firstByte: number;
  readonly lastByte: number;
}

export const overviewBench: Bench = {
  says: 'milliseconds for which the server works on the overview page, with a million usage rows',
  times: 60,
  async run(bench) {
    await withTemporaryStack(bench, { web: 'production', worker: false, simulator: false }, async (stack) => {
      const small = await makeOrganization(stack, bench.progress, Math.max(LEAST_ROWS, Math.round(bench.rows / SMALLER)));
      const large = await makeOrganization(stack, bench.progress, Math.max(LEAST_ROWS, bench.rows));
      const answers = await bench.progress.step('Asking for the overview', () => askInTurns(`${stack.env.APP_URL}/overview`, [small, large], bench.times));
      bench.print(report([small, large], answers));
    });
  },
};

async function makeOrganization(stack: Stack, progress: Progress, rows: number): Promise<Organization> {
  const account = await makeAccount(stack);
  const written = await progress.step(`Writing ${figure(rows)} usage rows`, (note) => withSession(stack.env.ADMIN_DATABASE_URL, (admin) => writeOrganization(stack, admin, account.orgId, rows, note)));
  return { ...written, cookie: await signIn(stack.env.APP_URL ?? '', account) };
}

/** In turns, so that whatever else happens on the machine meets both. */
async function askInTurns(url: string, organizations: readonly Organization[], times: number): Promise<Answer[][]> {
  const answers: Answer[][] = organizations.map(() => []);
  for (let i = 0; i < WARM_UP + times; i += 1) {
    for (const [place, { cookie }] of organizations.entries()) {
      const answer = await ask(url, cookie);
      if (i >= WARM_UP) answers[place]?.push(answer);
    }
  }
  return answers;
}

/** @throws Error when it is not the page with the organisation's figures: an error page would be fast. */
async function ask(url: string, cookie: string): Promise<Answer> {
  const begin = performance.now();
  const response = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  const firstByte = performance.now() - begin;
  const html = await response.text();
  const lastByte = performance.now() - begin;
  const missing = MODELS_SHOWN.filter((model) => !model || !html.includes(model));
  if (response.status !== 200 || missing.length > 0) throw new Error(`The overview did not come as expected: status ${response.status}${missing.map((model) => `, without ${model}`).join('')}.`);
  return { firstByte, lastByte };
}

function report(organizations: readonly Organization[], answers: readonly Answer[][]): string {
  const rows = organizations.map(({ usageRows, factRows }, place) => {
    const own = answers[place] ?? [];
    const [first, last] = [summarise(own.map(({ firstByte }) => firstByte)), summarise(own.map(({ lastByte }) => lastByte))];
    return [`${usageRows.toLocaleString('en-US')} usage rows (${factRows.toLocaleString('en-US')} facts)`, String(last.count), last.median, last.p95, first.median];
  });
  const medianOf = (place: number) => summarise((answers[place] ?? []).map(({ lastByte }) => lastByte)).median;
  const [, large] = organizations;
  return [
    table(['GET /overview, in milliseconds', 'requests', '**median**', '**p95**', 'first byte, median'], rows),
    `\nThe larger one takes ${figure(ratio(medianOf(1), medianOf(0)))} times as long as the smaller one.`,
    large ? `Written through the worker's functions at ${figure(large.factRows / large.seconds)} facts per second, rollups included.` : '',
  ].join('\n');
}
