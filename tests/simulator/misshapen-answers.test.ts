import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MoneyError, decimalToScaled } from '#lib/money.ts';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import { UNKNOWN_LINE_ITEM } from '#scripts/stack/simulator/body-changes.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { wireSchema } from '#scripts/stack/simulator/wire-schema.ts';
import { ANTHROPIC_KEY, type Body, OPENAI_KEY, type Query, askAnthropic, askOpenAi, centsSum, dollarsSum, rowsOf, startAt, unix } from './client.ts';

let simulator: Simulator;
let cleanDollars: bigint;
let cleanCents: bigint;
beforeAll(async () => {
  simulator = await startAt();
  cleanDollars = dollarsSum(rowsOf([(await askOpenAi(simulator, COSTS, QUERY)).body]));
  cleanCents = centsSum(rowsOf([(await askAnthropic(simulator, '/cost_report', RANGE)).body]));
});
afterAll(() => simulator.close());

const COSTS = '/organization/costs';
const QUERY: Query = [['start_time', unix('2026-11-15T00:00:00Z')], ['end_time', unix('2026-11-19T00:00:00Z')], ['group_by', 'line_item'], ['group_by', 'project_id']];
const RANGE: Query = [['starting_at', '2026-11-15T00:00:00Z'], ['ending_at', '2026-11-19T00:00:00Z'], ['group_by[]', 'description'], ['group_by[]', 'workspace_id']];

async function openAi(behaviour: BehaviourInput, path = COSTS, query = QUERY): Promise<Body> {
  return (await askOpenAi(simulator, path, query, simulator.control.issueKey({ provider: 'openai', behaviour }))).body;
}
async function anthropic(behaviour: BehaviourInput, path = '/cost_report', query = RANGE): Promise<Body> {
  return (await askAnthropic(simulator, path, query, simulator.control.issueKey({ provider: 'anthropic', behaviour }))).body;
}
async function openAiText(behaviour: BehaviourInput): Promise<string> {
  const key = simulator.control.issueKey({ provider: 'openai', behaviour });
  const response = await fetch(`${simulator.openaiBaseUrl}${COSTS}?${new URLSearchParams(QUERY.map(([name, value]) => [name, value]))}`, { headers: { authorization: `Bearer ${key}` } });
  return response.text();
}
const isWire = (provider: 'openai' | 'anthropic', path: string, body: Body) => wireSchema(provider, path).safeParse(body).success;

describe('amounts in other forms keep their value', () => {
  it('as decimal texts', async () => {
    const rows = rowsOf([await openAi({ kind: 'amounts', as: 'text' })]);
    expect(rows.every((row) => /^\d+(\.\d+)?$/.test(row.amount.value) && typeof row.amount.value === 'string')).toBe(true);
    expect(dollarsSum(rows)).toBe(cleanDollars);
  });

  it('as numbers, where texts are usual', async () => {
    const rows = rowsOf([await anthropic({ kind: 'amounts', as: 'number' })]);
    expect(rows.every((row) => typeof row.amount === 'number')).toBe(true);
    expect(rows.reduce((sum: bigint, row) => sum + decimalToScaled(String(row.amount), 10), 0n)).toBe(cleanCents);
  });

  it('in scientific notation', async () => {
    const text = await openAiText({ kind: 'amounts', as: 'scientific' });
    const written = [...text.matchAll(/"value":([^,}]+)/g)].map(([, digits]) => digits ?? '');
    expect(written.length).toBeGreaterThan(100);
    expect(written.every((digits) => /^\d(\.\d+)?e[+-]\d\d$/.test(digits))).toBe(true);
    expect(written.reduce((sum, digits) => sum + decimalToScaled(digits, 12), 0n)).toBe(cleanDollars);
    const rows = rowsOf([await anthropic({ kind: 'amounts', as: 'scientific' })]);
    expect(rows.every((row) => /e[+-]\d\d$/.test(row.amount))).toBe(true);
    expect(centsSum(rows)).toBe(cleanCents);
  });

  it('with zeroes written 0E-6176, in rows of their own', async () => {
    const rows = rowsOf([await openAi({ kind: 'amounts', as: 'zero_text' })]);
    expect(rows.filter((row) => row.amount.value === '0E-6176').length).toBe(4);
    expect(dollarsSum(rows)).toBe(cleanDollars);
    const empty = await openAi({ kind: 'amounts', as: 'zero_text' }, COSTS, [['start_time', unix('2026-06-01T00:00:00Z')], ['end_time', unix('2026-06-02T00:00:00Z')]]);
    expect(empty.data[0].results.map((row: Body) => row.amount.value)).toEqual(['0E-6176']);
  });

  it('and small ones come as 1e-05 without being asked for', async () => {
    const key = OPENAI_KEY;
    const response = await fetch(`${simulator.openaiBaseUrl}${COSTS}?start_time=${unix('2026-08-01T00:00:00Z')}&limit=180&group_by=line_item&group_by=api_key_id`, { headers: { authorization: `Bearer ${key}` } });
    expect(await response.text()).toMatch(/"value":\d(\.\d+)?e-0[56]/);
  });
});

describe('amounts that are no amounts', () => {
  it('negative, NaN, Infinity and 1e308', async () => {
    expect(rowsOf([await openAi({ kind: 'amounts', as: 'negative' })]).filter((row) => row.amount.value < 0).length).toBe(4);
    expect(rowsOf([await anthropic({ kind: 'amounts', as: 'negative' })]).filter((row) => row.amount.startsWith('-')).length).toBe(4);
    expect(await openAiText({ kind: 'amounts', as: 'nan' })).toContain('"value":NaN');
    expect(rowsOf([await openAi({ kind: 'amounts', as: 'nan_text' })])[0].amount.value).toBe('NaN');
    expect(rowsOf([await anthropic({ kind: 'amounts', as: 'infinity_text' })])[0].amount).toBe('Infinity');
    expect(rowsOf([await openAi({ kind: 'amounts', as: 'overflow' })])[0].amount.value).toBe(1e308);
    expect(() => centsSum([{ amount: '1e308' }])).toThrow(MoneyError);
  });
});

describe('content a strict reader refuses and a tolerant one must survive', () => {
  it('wrong types', async () => {
    expect(isWire('openai', COSTS, await openAi({ kind: 'wrong_types' }))).toBe(false);
    expect(isWire('anthropic', '/v1/organizations/cost_report', await anthropic({ kind: 'wrong_types' }))).toBe(false);
    expect(rowsOf([await anthropic({ kind: 'wrong_types' }, '/usage_report/messages', RANGE.slice(0, 2))])[0].output_tokens).toEqual(['plenty']);
    expect((await openAi({ kind: 'wrong_types' }, '/organization/projects', [])).data[0].id).toBe(17);
  });

  it('null where buckets, results or the data should be', async () => {
    expect((await openAi({ kind: 'null_buckets' })).data[0]).toBeNull();
    expect((await openAi({ kind: 'null_buckets', of: 'results' })).data[0].results).toBeNull();
    expect((await anthropic({ kind: 'null_buckets', of: 'data' })).data).toBeNull();
  });

  it('unknown fields everywhere, with every known one untouched', async () => {
    const body = await openAi({ kind: 'unknown_fields' });
    for (const place of [body, body.data[0], body.data[0].results[0]]) expect(place.field_of_next_year).toBeDefined();
    expect(dollarsSum(rowsOf([body]))).toBe(cleanDollars);
  });

  it('unknown values of closed lists and unknown line items', async () => {
    expect(rowsOf([await openAi({ kind: 'unknown_enum' })]).filter((row) => row.quantity_unit === 'furlongs').length).toBe(4);
    expect(rowsOf([await anthropic({ kind: 'unknown_enum' })]).filter((row) => row.cost_type === 'agent_runtime').length).toBe(4);
    expect((await anthropic({ kind: 'unknown_enum' }, '/api_keys', [])).data[0].status).toBe('dormant');
    for (const rows of [rowsOf([await openAi({ kind: 'unknown_line_item' })]), rowsOf([await anthropic({ kind: 'unknown_line_item' })])]) {
      expect(rows.filter((row) => (row.line_item ?? row.description) === UNKNOWN_LINE_ITEM).length).toBe(4);
    }
    expect(dollarsSum(rowsOf([await openAi({ kind: 'unknown_line_item' })]))).toBe(cleanDollars);
  });

  it('nested objects and optional numbers left out when they are zero', async () => {
    const rows = rowsOf([await anthropic({ kind: 'missing_nested' }, '/usage_report/messages', [...RANGE.slice(0, 2), ['group_by[]', 'api_key_id'], ['group_by[]', 'model']])]);
    expect(rows.some((row) => row.cache_creation === undefined)).toBe(true);
    expect(rows.some((row) => row.cache_creation !== undefined)).toBe(true);
    const completions = rowsOf([await openAi({ kind: 'missing_nested' }, '/organization/usage/completions', QUERY.slice(0, 2))]);
    expect(completions[0].input_image_tokens).toBeUndefined();
    expect(completions[0].input_tokens).toBeGreaterThan(0);
  });

  it('no unit of quantity, and another currency', async () => {
    expect(new Set(rowsOf([await openAi({ kind: 'no_quantity_unit' })]).map((row) => row.quantity_unit))).toEqual(new Set([null]));
    expect(new Set(rowsOf([await openAi({ kind: 'currency', code: 'eur' })]).map((row) => row.amount.currency))).toEqual(new Set(['eur']));
    expect(new Set(rowsOf([await anthropic({ kind: 'currency', code: 'EUR' })]).map((row) => row.currency))).toEqual(new Set(['EUR']));
  });

  it('padding that shrinks with fewer buckets or a coarser grouping', async () => {
    const size = async (behaviour: BehaviourInput, query: Query) => JSON.stringify(await openAi(behaviour, COSTS, query)).length;
    const ungrouped = QUERY.slice(0, 2);
    const oneDay: Query = [...ungrouped, ['limit', '1']];
    expect((await size({ kind: 'padding', bytesPerBucket: 100_000 }, ungrouped)) / (await size({ kind: 'padding', bytesPerBucket: 100_000 }, oneDay))).toBeCloseTo(4, 1);
    expect(await size({ kind: 'padding', bytesPerResult: 10_000 }, QUERY)).toBeGreaterThan(20 * (await size({ kind: 'padding', bytesPerResult: 10_000 }, ungrouped)));
  });
});

describe('pages that lead nowhere', () => {
  const LIST = '/organization/projects';

  it('the same cursor for ever', async () => {
    const key = simulator.control.issueKey({ provider: 'openai', behaviour: { kind: 'repeat_cursor' } });
    for (const query of [QUERY, [...QUERY, ['page', 'page_repeated']] as Query]) {
      const { body } = await askOpenAi(simulator, COSTS, query, key);
      expect([body.has_more, body.next_page]).toEqual([true, 'page_repeated']);
    }
    const list = (await askOpenAi(simulator, LIST, [['after', 'page_repeated']], key)).body;
    expect([list.has_more, list.last_id]).toEqual([true, 'page_repeated']);
  });

  it('more to come, but no cursor', async () => {
    const body = await anthropic({ kind: 'cursor_missing' });
    expect([body.has_more, body.next_page]).toEqual([true, null]);
    const list = await openAi({ kind: 'cursor_missing' }, LIST, []);
    expect([list.has_more, list.last_id]).toEqual([true, null]);
  });

  it('ten thousand pages, each with a cursor of its own', async () => {
    const key = simulator.control.issueKey({ provider: 'anthropic', behaviour: { kind: 'endless_pages' } });
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let i = 0; i < 30; i++) {
      const { body }: { body: Body } = await askAnthropic(simulator, '/cost_report', [...RANGE, ...(cursor === null ? [] : [['page', cursor] as const])], key);
      expect(body.has_more).toBe(true);
      seen.add((cursor = body.next_page as string));
    }
    expect(seen.size).toBe(30);
    const last = (await askAnthropic(simulator, '/cost_report', [...RANGE, ['page', 'page_endless_10000']], key)).body;
    expect([last.has_more, last.next_page]).toEqual([false, null]);
  });

  it('a day whose bucket is not sent', async () => {
    const days = (body: Body) => body.data.map((bucket: Body) => (bucket.starting_at ?? new Date(bucket.start_time * 1000).toISOString()).slice(0, 10));
    expect(days(await openAi({ kind: 'missing_bucket', day: '2026-11-16' }))).toEqual(['2026-11-15', '2026-11-17', '2026-11-18']);
    expect(days(await anthropic({ kind: 'missing_bucket' }))).toEqual(['2026-11-15', '2026-11-16', '2026-11-17']);
  });
});

it('a key that behaves gets none of it', async () => {
  expect(isWire('anthropic', '/v1/organizations/cost_report', (await askAnthropic(simulator, '/cost_report', RANGE, ANTHROPIC_KEY)).body)).toBe(true);
});
