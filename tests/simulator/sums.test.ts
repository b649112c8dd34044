import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Day, day } from '#lib/day.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { SECONDS_PER_DAY, countBetween } from '#scripts/stack/simulator/stream.ts';
import type { Totals } from '#scripts/stack/simulator/totals.ts';
import { type Body, type Query, askAnthropic, askOpenAi, centsSum, dollarsSum, everyPage, pico, rowsOf, startAt, subsetsOf, unix } from './client.ts';

const FROM = day('2026-09-01');
const TO = day('2026-11-21');
let simulator: Simulator;
let openai: Totals;
let anthropic: Totals;
beforeAll(async () => {
  simulator = await startAt();
  openai = simulator.control.totals({ provider: 'openai', from: FROM, to: TO });
  anthropic = simulator.control.totals({ provider: 'anthropic', from: FROM, to: TO });
});
afterAll(() => simulator.close());

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const dayOfBucket = (bucket: Body): Day => day(typeof bucket.start_time === 'number' ? new Date(bucket.start_time * 1000).toISOString().slice(0, 10) : bucket.starting_at.slice(0, 10));
/** Sums of money by some text of a row. */
function byText(rows: readonly Body[], keyOf: (row: Body) => string | null, sumOf: (rows: Body[]) => bigint): Map<string | null, bigint> {
  const groups = new Map<string | null, Body[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return new Map([...groups].map(([key, group]) => [key, sumOf(group)]));
}

describe('the totals are the truth', () => {
  it('they are the counts of the streams times their prices, by hand', () => {
    for (const provider of ['openai', 'anthropic'] as const) {
      const d = day('2026-11-18');
      let expected = 0n;
      for (const streamDay of simulator.control.world()[provider].streamDays(d)) {
        for (const rule of streamDay.stream.charges) expected += BigInt(countBetween(streamDay, rule.counter, 0, SECONDS_PER_DAY)) * rule.picoUsdPerUnit;
      }
      const totals = simulator.control.totals({ provider, from: d, to: day('2026-11-19') });
      expect(expected).toBeGreaterThan(100n * 10n ** 12n);
      expect(pico(totals.billed)).toBe(expected);
    }
  });

  it('every cut of them sums to the same amount', () => {
    for (const totals of [openai, anthropic]) {
      const whole = pico(totals.billed);
      for (const cut of [totals.billedByDay, totals.billedByModel, totals.billedByProject, totals.billedRows]) {
        expect(cut.reduce((all, { amount }) => all + pico(amount), 0n)).toBe(whole);
      }
    }
  });
});

describe('OpenAI costs sum to the totals exactly', () => {
  const range: Query = [['start_time', unix(`${FROM}T00:00:00Z`)], ['end_time', unix(`${TO}T00:00:00Z`)]];
  const costs = (names: readonly string[], limit: string) => everyPage((query) => askOpenAi(simulator, '/organization/costs', query), [...range, ['limit', limit], ...names.map((name) => ['group_by', name] as const)]);

  it('under each of the 32 groupings', async () => {
    for (const names of subsetsOf(['project_id', 'line_item', 'api_key_id', 'user_id', 'api_source'])) {
      expect(dollarsSum(rowsOf(await costs(names, '180'))), names.join()).toBe(pico(openai.billed));
    }
  });

  it('on every day, over pages of seven buckets', async () => {
    const pages = await costs(['project_id', 'line_item'], '7');
    expect(pages.length).toBe(12);
    const days = pages.flatMap((page) => page.data);
    expect(days.map(dayOfBucket)).toEqual(openai.billedByDay.map((total) => total.day));
    for (const [i, bucket] of days.entries()) expect(dollarsSum(bucket.results), dayOfBucket(bucket)).toBe(pico(openai.billedByDay[i]?.amount ?? ''));
  });

  it('for every project, key and line item', async () => {
    const rows = rowsOf(await costs(['project_id', 'line_item', 'api_key_id'], '180'));
    const expected = (keyOf: (row: Totals['billedRows'][number]) => string | null) => byText(openai.billedRows, keyOf, (group) => group.reduce((all, row) => all + pico(row.amount), 0n));
    expect(byText(rows, (row) => row.project_id, dollarsSum)).toEqual(expected((row) => row.project));
    expect(byText(rows, (row) => row.api_key_id, dollarsSum)).toEqual(expected((row) => row.apiKey));
    expect(byText(rows, (row) => row.line_item, dollarsSum)).toEqual(expected((row) => row.item));
    expect(new Map(openai.billedByProject.map(({ project, amount }) => [project, pico(amount)]))).toEqual(byText(rows, (row) => row.project_id, dollarsSum));
    expect(rows.some((row) => row.project_id === null)).toBe(true);
  });

  it('when filters split them into two halves', async () => {
    const [first, ...others] = simulator.control.world().openai.directory.projects.map(({ id }) => id);
    const half = async (ids: readonly string[]) => dollarsSum(rowsOf(await everyPage((query) => askOpenAi(simulator, '/organization/costs', query), [...range, ['limit', '180'], ...ids.map((id) => ['project_ids[]', id] as const)])));
    const withoutProject = openai.billedByProject.find(({ project }) => project === null)?.amount ?? '';
    expect((await half([first ?? ''])) + (await half(others)) + pico(withoutProject)).toBe(pico(openai.billed));
  });

  it('survives a reader that keeps amounts as the shortest text of a binary float', async () => {
    const response = await fetch(`${simulator.openaiBaseUrl}/organization/costs?start_time=${unix('2026-11-01T00:00:00Z')}&limit=31`, { headers: { authorization: 'Bearer sk-admin-halcyon-demo-key-of-the-tests' } });
    const text = await response.text();
    const raw = [...text.matchAll(/"value":([^,}]+)/g)].map(([, digits]) => digits ?? '');
    expect(raw.length).toBe(20);
    for (const digits of raw) expect(pico(String(Number(digits)))).toBe(pico(digits));
  });
});

describe('OpenAI usage sums to the totals exactly', () => {
  const usage = (surface: string, names: readonly string[]) =>
    everyPage((query) => askOpenAi(simulator, `/organization/usage/${surface}`, query), [
      ['start_time', unix(`${FROM}T00:00:00Z`)], ['end_time', unix(`${TO}T00:00:00Z`)], ['limit', '31'], ...names.map((name) => ['group_by[]', name] as const),
    ]);

  it('tokens and requests of completions under each single grouping and all together', async () => {
    const rows = openai.usageRows.filter((row) => row.surface === 'completions');
    const all = ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier', 'api_source'];
    for (const names of [[], ...all.map((name) => [name]), all]) {
      const results = rowsOf(await usage('completions', names));
      expect(sum(results.map((row) => row.input_tokens))).toBe(sum(rows.map((row) => row.inputTokens)));
      expect(sum(results.map((row) => row.input_cached_tokens))).toBe(sum(rows.map((row) => row.cacheReadTokens)));
      expect(sum(results.map((row) => row.output_tokens))).toBe(sum(rows.map((row) => row.outputTokens)));
      expect(sum(results.map((row) => row.num_model_requests))).toBe(sum(rows.map((row) => row.requests)));
      for (const row of results) {
        expect(row.input_uncached_tokens + row.input_cached_tokens + row.input_cache_write_tokens).toBe(row.input_tokens);
        expect(row.output_text_tokens + row.output_audio_tokens + row.output_image_tokens).toBe(row.output_tokens);
      }
    }
  });

  it('what other endpoints count', async () => {
    const counters = { embeddings: ['input_tokens', 'textInput'], moderations: ['input_tokens', 'textInput'], images: ['images', 'images'], audio_speeches: ['characters', 'characters'], audio_transcriptions: ['seconds', 'seconds'], code_interpreter_sessions: ['num_sessions', 'requests'], file_search_calls: ['num_requests', 'requests'], web_search_calls: ['num_requests', 'requests'] } as const;
    for (const [surface, [field, counter]] of Object.entries(counters)) {
      const expected = sum(openai.usageRows.filter((row) => row.surface === surface).map((row) => row.counters[counter] ?? 0));
      const results = rowsOf(await usage(surface, ['project_id']));
      expect(expected, surface).toBeGreaterThan(0);
      expect(sum(results.map((row) => row[field])), surface).toBe(expected);
    }
  });

  it('billed quantities of tokens reconcile with reported ones', async () => {
    const pages = await everyPage((query) => askOpenAi(simulator, '/organization/costs', query), [['start_time', unix('2026-11-01T00:00:00Z')], ['limit', '180'], ['group_by', 'line_item']]);
    const billed = sum(rowsOf(pages).filter((row) => row.line_item.startsWith('gpt-5.4-2026-03-05, cached input')).map((row) => row.quantity));
    const reported = rowsOf(await everyPage((query) => askOpenAi(simulator, '/organization/usage/completions', query), [['start_time', unix('2026-11-01T00:00:00Z')], ['limit', '31'], ['models', 'gpt-5.4-2026-03-05']]));
    expect(billed).toBeGreaterThan(0);
    expect(sum(reported.map((row) => row.input_cached_tokens))).toBe(billed);
  });
});

describe('Anthropic reports sum to the totals exactly', () => {
  const range: Query = [['starting_at', `${FROM}T00:00:00Z`], ['ending_at', `${TO}T00:00:00Z`], ['limit', '31']];
  const report = (path: string, names: readonly string[]) => everyPage((query) => askAnthropic(simulator, path, query), [...range, ...names.map((name) => ['group_by[]', name] as const)]);

  it('cost in cents under each of the four groupings, and on every day', async () => {
    for (const names of subsetsOf(['workspace_id', 'description'])) {
      const pages = await report('/cost_report', names);
      expect(centsSum(rowsOf(pages)), names.join()).toBe(pico(anthropic.billed));
      const days = pages.flatMap((page) => page.data);
      expect(days.map((bucket) => [dayOfBucket(bucket), centsSum(bucket.results)])).toEqual(anthropic.billedByDay.map((total) => [total.day, pico(total.amount)]));
    }
  });

  it('cost by workspace, the default one being null', async () => {
    const rows = rowsOf(await report('/cost_report', ['workspace_id']));
    expect(byText(rows, (row) => row.workspace_id, centsSum)).toEqual(new Map(anthropic.billedByProject.map(({ project, amount }) => [project, pico(amount)])));
    expect(rows.some((row) => row.workspace_id === null)).toBe(true);
  });

  it('tokens under every grouping', async () => {
    const rows = anthropic.usageRows.filter((row) => row.surface === 'messages');
    for (const names of [[], ['workspace_id'], ['model', 'api_key_id'], ['account_id', 'service_account_id', 'service_tier', 'context_window', 'inference_geo']]) {
      const results = rowsOf(await report('/usage_report/messages', names));
      const input = sum(results.map((row) => row.uncached_input_tokens + row.cache_creation.ephemeral_5m_input_tokens + row.cache_creation.ephemeral_1h_input_tokens + row.cache_read_input_tokens));
      expect(input).toBe(sum(rows.map((row) => row.inputTokens)));
      expect(sum(results.map((row) => row.output_tokens))).toBe(sum(rows.map((row) => row.outputTokens)));
    }
  });

  it('the beta pair agrees with the legacy pair to the last digit, key by key', async () => {
    const beta = { 'anthropic-beta': 'analytics-usage-cost-2026-08-24' };
    const november: Query = [['starting_at', '2026-11-01T00:00:00Z'], ['ending_at', '2026-11-20T00:00:00Z'], ['time_bucket_width', '1d'], ['limit', '50']];
    const pages = await everyPage((query) => askAnthropic(simulator, '/analytics/cost', query, undefined, beta), [...november, ['group_by[]', 'api_key_id'], ['group_by[]', 'model'], ['group_by[]', 'token_type']]);
    expect(pages.length).toBeGreaterThan(2);
    const rows = pages.flatMap((page) => page.data);
    const expected = simulator.control.totals({ provider: 'anthropic', from: day('2026-11-01'), to: day('2026-11-20') });
    const keyOf = byText(rows, (row) => row.group.api_key_id, (group) => centsSum(group.map((row) => row.cost)));
    const truth = byText(expected.billedRows, (row) => row.apiKey, (group) => group.reduce((all, row) => all + pico(row.amount), 0n));
    expect(keyOf).toEqual(truth);
  });
});
