import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import { SURFACES } from '#scripts/stack/simulator/openai/surfaces.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Body, type Query, askAnthropic, askOpenAi, dollarsSum, everyPage, pico, rowsOf, startAt, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const DIMENSIONS = ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier', 'api_source', 'size', 'source', 'vector_store_id', 'context_level'];
/** Every number of the rows, added up per combination of dimensions. */
function tally(rows: readonly Body[]): Record<string, Record<string, number>> {
  const sums: Record<string, Record<string, number>> = {};
  for (const row of rows) {
    const entry = (sums[DIMENSIONS.map((name) => String(row[name] ?? '')).join('|')] ??= {});
    for (const [name, value] of Object.entries(row)) if (typeof value === 'number') entry[name] = (entry[name] ?? 0) + value;
  }
  return sums;
}

describe('hours sum to days and minutes to hours, exactly', () => {
  for (const surface of SURFACES.filter(({ levels }) => levels.length === 0)) {
    it(`OpenAI ${surface.path}`, async () => {
      const usage = (query: Query) => everyPage((page) => askOpenAi(simulator, `/organization/usage/${surface.path}`, page), [...query, ...surface.groupBy.map((name) => ['group_by', name] as const)]);
      const days: Query = [['start_time', unix('2026-11-17T00:00:00Z')], ['end_time', unix('2026-11-21T00:00:00Z')]];
      const daily = tally(rowsOf(await usage(days)));
      expect(Object.keys(daily).length).toBeGreaterThan(0);
      expect(tally(rowsOf(await usage([...days, ['bucket_width', '1h'], ['limit', '50']])))).toEqual(daily);
      const hour: Query = [['start_time', unix('2026-11-19T14:00:00Z')], ['end_time', unix('2026-11-19T15:00:00Z')]];
      expect(tally(rowsOf(await usage([...hour, ['bucket_width', '1m'], ['limit', '13']])))).toEqual(tally(rowsOf(await usage([...hour, ['bucket_width', '1h']]))));
    });
  }

  it('Anthropic messages', async () => {
    const names = ['workspace_id', 'api_key_id', 'model'];
    const report = (query: Query) => everyPage((page) => askAnthropic(simulator, '/usage_report/messages', page), [...query, ...names.map((name) => ['group_by[]', name] as const)]);
    const days: Query = [['starting_at', '2026-11-17T00:00:00Z'], ['ending_at', '2026-11-20T00:00:00Z']];
    const flat = (rows: readonly Body[]) => rows.map((row) => ({ ...row, ...row.cache_creation, ...row.server_tool_use, project_id: row.workspace_id }));
    const daily = tally(flat(rowsOf(await report(days))));
    expect(Object.keys(daily).length).toBeGreaterThan(8);
    expect(tally(flat(rowsOf(await report([...days, ['bucket_width', '1h'], ['limit', '31']]))))).toEqual(daily);
  });

  it('a storage level is the same however wide the bucket', async () => {
    const levels = async (query: Query) => rowsOf(await everyPage((page) => askOpenAi(simulator, '/organization/usage/vector_stores', page), query)).map((row) => row.usage_bytes);
    const range: Query = [['start_time', unix('2026-11-18T00:00:00Z')], ['end_time', unix('2026-11-19T00:00:00Z')]];
    const [daily] = await levels(range);
    expect(daily).toBeGreaterThan(10 ** 9);
    expect(new Set(await levels([...range, ['bucket_width', '1h']]))).toEqual(new Set([daily]));
  });
});

describe('edges of a range', () => {
  it("OpenAI's first bucket begins at exactly the second asked for, and ends at the next midnight", async () => {
    const { body } = await askOpenAi(simulator, '/organization/costs', [['start_time', unix('2026-11-18T17:20:05Z')], ['end_time', unix('2026-11-20T00:00:00Z')]]);
    expect(body.data.map((bucket: Body) => [bucket.start_time, bucket.end_time].map(String))).toEqual([
      [unix('2026-11-18T17:20:05Z'), unix('2026-11-19T00:00:00Z')],
      [unix('2026-11-19T00:00:00Z'), unix('2026-11-20T00:00:00Z')],
    ]);
  });

  it('two parts of a day sum to the day', async () => {
    const cost = async (from: string, to: string) => dollarsSum(rowsOf([(await askOpenAi(simulator, '/organization/costs', [['start_time', unix(from)], ['end_time', unix(to)]])).body]));
    const parts = (await cost('2026-11-18T00:00:00Z', '2026-11-18T17:20:05Z')) + (await cost('2026-11-18T17:20:05Z', '2026-11-19T00:00:00Z'));
    expect(parts).toBe(await cost('2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z'));
  });

  it("OpenAI's last bucket ends now when no end is given", async () => {
    const { body } = await askOpenAi(simulator, '/organization/usage/completions', [['start_time', unix('2026-11-19T00:00:00Z')]]);
    expect(String(body.data.at(-1).end_time)).toBe(unix('2026-11-20T11:30:00Z'));
  });

  it('days without anything are buckets without results: before the history and in the future', async () => {
    const { body } = await askOpenAi(simulator, '/organization/costs', [['start_time', unix('2026-07-22T00:00:00Z')], ['end_time', unix('2026-07-25T00:00:00Z')]]);
    expect(body.data.map((bucket: Body) => bucket.results.length)).toEqual([0, 0, 1]);
    const future = await askAnthropic(simulator, '/cost_report', [['starting_at', '2026-11-20T00:00:00Z'], ['ending_at', '2026-11-23T00:00:00Z']]);
    expect(future.body.data.map((bucket: Body) => bucket.results.length)).toEqual([1, 0, 0]);
  });

  it("Anthropic's default end is the start of today, so today alone is refused", async () => {
    const refused = await askAnthropic(simulator, '/cost_report', [['starting_at', '2026-11-20T00:00:00Z']]);
    expect([refused.status, refused.body.error.message]).toEqual([400, 'ending date must be after starting date']);
    const yesterday = await askAnthropic(simulator, '/cost_report', [['starting_at', '2026-11-19T05:00:00+02:00']]);
    expect(yesterday.body.data.map((bucket: Body) => bucket.starting_at)).toEqual(['2026-11-19T00:00:00Z']);
  });

  it('Claude Code shows only what is older than an hour', async () => {
    const at = async (now: string) => {
      simulator.control.setNow(new Date(now));
      const { body } = await askAnthropic(simulator, '/usage_report/claude_code', [['starting_at', '2026-11-20']]);
      return body.data.reduce((sum: number, record: Body) => sum + record.model_breakdown.reduce((all: number, model: Body) => all + model.tokens.output, 0), 0);
    };
    try {
      expect(await at('2026-11-20T00:59:00Z')).toBe(0);
      const [noon, later] = [await at('2026-11-20T12:00:00Z'), await at('2026-11-20T15:00:00Z')];
      expect(noon).toBeGreaterThan(0);
      expect(later).toBeGreaterThan(noon);
    } finally {
      simulator.control.setNow(null);
    }
  });
});

describe('today', () => {
  it('grows with the clock, and a closed day never changes', async () => {
    const billed = (d: string, next: string, now: string) => pico(simulator.control.totals({ provider: 'openai', from: day(d), to: day(next), asOf: new Date(now) }).billed);
    const [morning, noon, evening, after] = ['06:00', '12:00', '23:59'].map((time) => billed('2026-11-20', '2026-11-21', `2026-11-20T${time}:00Z`)).concat(billed('2026-11-20', '2026-11-21', '2026-12-15T00:00:00Z'));
    expect([morning, noon, evening, after].every((amount, i, all) => i === 0 || (amount ?? 0n) > (all[i - 1] ?? 0n))).toBe(true);
    expect(billed('2026-11-19', '2026-11-20', '2026-11-20T00:00:00Z')).toBe(billed('2026-11-19', '2026-11-20', '2027-01-15T09:00:00Z'));
  });

  it('is what the endpoint says at the same moment', async () => {
    const { body } = await askOpenAi(simulator, '/organization/costs', [['start_time', unix('2026-11-20T00:00:00Z')], ['end_time', unix('2026-11-21T00:00:00Z')]]);
    const totals = simulator.control.totals({ provider: 'openai', from: day('2026-11-20'), to: day('2026-11-21') });
    expect(dollarsSum(rowsOf([body]))).toBe(pico(totals.billed));
  });
});
