import { describe, expect, it } from 'vitest';
import { addDays, day, dayOf, eachDay, unixSeconds } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { CostFact, ReadOptions } from '#lib/providers/contract.ts';
import { openai } from '#lib/providers/openai/adapter.ts';
import { USAGE_SURFACES } from '#lib/providers/openai/surfaces.ts';
import { fakeProvider, keyOf, openaiPage, OPENAI_KEY, type Answer, type Asked } from './fake-provider.ts';

const key = keyOf(OPENAI_KEY);
const now = new Date('2026-11-20T15:30:00Z');
const range = (over: Partial<Record<'from' | 'to' | 'hourlyFrom', string>> = {}): ReadOptions => ({
  from: day(over.from ?? '2026-11-18'),
  to: day(over.to ?? '2026-11-21'),
  hourlyFrom: day(over.hourlyFrom ?? '2026-11-21'),
  now,
});
const usd = (text: string) => Money.parse(text, 'usd');
const total = (facts: readonly CostFact[]) => facts.reduce((sum, fact) => sum.plus(fact.amount), usd('0')).toDecimal();

/** Costs as given, every usage endpoint empty. */
function costsOnly(results: (start: Date) => unknown[], change: (asked: Asked) => Answer | null = () => null) {
  return fakeProvider('openai', (asked) => change(asked) ?? { body: openaiPage(asked, asked.path === '/organization/costs' ? results : undefined) });
}
const cost = (over: Record<string, unknown> = {}) => ({
  object: 'organization.costs.result',
  amount: { value: 0.037, currency: 'usd' },
  line_item: 'gpt-5.6-terra, input',
  project_id: 'proj_a',
  api_key_id: null,
  ...over,
});
const once = (day_: string, ...rows: unknown[]) => (start: Date) => (dayOf(start) === day_ ? rows : []);
const usageOf = (surface: string, results: (start: Date) => unknown[], change: (asked: Asked) => Answer | null = () => null) =>
  fakeProvider('openai', (asked) => change(asked) ?? { body: openaiPage(asked, asked.path === `/organization/usage/${surface}` ? results : undefined) });

describe('costs', () => {
  it('reads the documented answer, with what people saw beside the documents', async () => {
    const { http } = await costsOnly(
      once('2026-11-18', cost({ api_key_id: 'key_1', user_id: null, quantity: 18500, quantity_unit: 'tokens', organization_id: 'org-example', a_new_field: { x: 1 } })),
    );
    const reading = await openai.read(http, key, range());
    expect(reading.organizationRef).toBe('org-example');
    expect(reading.costs).toEqual([
      {
        surface: 'cost',
        coveredDays: ['2026-11-18', '2026-11-19', '2026-11-20'],
        facts: [
          {
            day: '2026-11-18',
            dimensions: { surface: 'cost', projectRef: 'proj_a', model: 'gpt-5.6-terra', apiKeyRef: 'key_1', userRef: null, lineItem: 'gpt-5.6-terra, input', tokenType: 'input', serviceTier: null, attributes: {} },
            amount: usd('0.037'),
            quantity: '18500',
            quantityUnit: 'tokens',
          },
        ],
      },
    ]);
    expect(reading.notes).toEqual([]);
    expect(reading.calls).toBe(http.calls);
  });

  it.each([
    ['0.1', '0.1'],
    ['0.30000000000000004', '0.3'],
    ['12.50', '12.5'],
    ['"12.50"', '12.5'],
    ['"0.0042"', '0.0042'],
    ['"0E-6176"', '0'],
    ['0E-6176', '0'],
    ['1e-05', '0.00001'],
    ['2e-06', '0.000002'],
    ['"1E-5"', '0.00001'],
    ['123456789012345.123456789012', '123456789012345.123456789012'],
    ['0.000000000001', '0.000000000001'],
    ['0', '0'],
    ['-0.0', '0'],
    ['1E+2', '100'],
  ])('takes the amount %s as it was written, never through a binary float', async (sent, expected) => {
    const { http } = await costsOnly(
      () => [],
      (asked) =>
        asked.path === '/organization/costs'
          ? { body: `{"object":"page","data":[{"object":"bucket","start_time":${unixSeconds(day('2026-11-18'))},"end_time":${unixSeconds(day('2026-11-19'))},"results":[{"object":"organization.costs.result","amount":{"value":${sent},"currency":"usd"},"line_item":"x","project_id":null}]}],"has_more":false,"next_page":null}` }
          : null,
    );
    const reading = await openai.read(http, key, range());
    expect(reading.costs[0]?.facts.map((fact) => fact.amount.toDecimal())).toEqual([expected]);
  });

  it.each([
    ['a negative amount', { amount: { value: -0.01, currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['NaN as text', { amount: { value: 'NaN', currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['Infinity as text', { amount: { value: 'Infinity', currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['an amount that overflows', { amount: { value: 1e308, currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['a hexadecimal amount', { amount: { value: '0x10', currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['no amount', { amount: undefined }, 'data.0.results.0.amount'],
    ['a null amount', { amount: { value: null, currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['a boolean amount', { amount: { value: true, currency: 'usd' } }, 'data.0.results.0.amount.value'],
    ['a currency that is none', { amount: { value: 1, currency: 'dollars' } }, 'data.0.results.0.amount.currency'],
    ['a number for a project', { project_id: 7 }, 'data.0.results.0.project_id'],
    ['a negative quantity', { quantity: -1 }, 'data.0.results.0.quantity'],
    ['a NUL in a name', { line_item: 'a\u0000b' }, 'data.0.results.0.line_item'],
  ])('refuses %s, naming endpoint and path and no value', async (_, over, path) => {
    const { http } = await costsOnly(once('2026-11-18', cost({ line_item: `secret-${OPENAI_KEY}`, ...over })));
    const error = await openai.read(http, key, range()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'provider_bad_answer', detail: expect.stringContaining(`GET /organization/costs: ${path}`) });
    expect(JSON.stringify({ ...(error as object), stack: (error as Error).stack })).not.toContain('canary');
  });

  it.each([
    ['a null bucket', { data: [null], has_more: false, next_page: null }],
    ['null results', { data: [{ start_time: 1795046400, end_time: 1795132800, results: null }], has_more: false, next_page: null }],
    ['no data', { has_more: false, next_page: null }],
    ['milliseconds for a time', { data: [{ start_time: 1795046400000, end_time: 1795132800000, results: [] }], has_more: false, next_page: null }],
    ['a bucket wider than a day', { data: [{ start_time: 1795046400, end_time: 1795046400 + 90_000, results: [] }], has_more: false, next_page: null }],
    ['a bucket that ends before it starts', { data: [{ start_time: 1795046400, end_time: 1795046400, results: [] }], has_more: false, next_page: null }],
    ['a list instead of a page', []],
    ['an HTML page', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['a bare NaN', '{"data":[{"start_time":NaN}],"has_more":false,"next_page":null}'],
  ])('refuses %s', async (_, body) => {
    const { http } = await costsOnly(
      () => [],
      () => ({ body }),
    );
    await expect(openai.read(http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer' });
  });

  it.each(['{"data":[{"start_time":17950', '{"data":[{"a":"x}', '[', '{"data":[],"has_more":false,"next_page":"\\'])('says unavailable for %j, a body that was cut without HTTP noticing, so that the call is repeated', async (body) => {
    const { http } = await costsOnly(
      () => [],
      () => ({ body }),
    );
    await expect(openai.read(http, key, range())).rejects.toMatchObject({ code: 'provider_unavailable' });
  });

  it('always names both ends, in whole UTC days, and asks for 180 days a page, repeating every parameter', async () => {
    const from = addDays(day('2026-11-21'), -200);
    const { http, asked } = await costsOnly(() => [cost({ amount: { value: '0.01', currency: 'usd' } })]);
    const reading = await openai.read(http, key, range({ from }));
    const costs = asked.filter(({ path }) => path === '/organization/costs').map(({ query }) => query);
    expect(costs.map((query) => query.get('page'))).toEqual([null, `page:${unixSeconds(addDays(from, 180))}`]);
    for (const query of costs) {
      expect([query.get('start_time'), query.get('end_time'), query.get('limit'), query.get('bucket_width'), query.getAll('group_by')]).toEqual([
        String(unixSeconds(from)),
        String(unixSeconds(day('2026-11-21'))),
        '180',
        '1d',
        ['project_id', 'line_item', 'api_key_id'],
      ]);
    }
    expect(total(reading.costs[0]?.facts ?? [])).toBe('2');
    expect(reading.costs[0]?.coveredDays).toEqual(eachDay(from, day('2026-11-21')));
  });

  it('splits a range at 2025-12-06, before which grouping by key is refused', async () => {
    const { http, asked } = await costsOnly(
      (start) => [cost({ api_key_id: dayOf(start) < '2025-12-06' ? null : 'key_1' })],
      ({ path, query }) => (path === '/organization/costs' && query.getAll('group_by').includes('api_key_id') && Number(query.get('start_time')) < 1764979200 ? { status: 400, body: { error: { message: 'epoch 1764979200' } } } : null),
    );
    const reading = await openai.read(http, key, range({ from: '2025-12-04', to: '2025-12-08', hourlyFrom: '2025-12-08' }));
    const costs = asked.filter(({ path }) => path === '/organization/costs').map(({ query }) => [query.get('start_time'), query.get('end_time'), query.getAll('group_by').join()]);
    expect(costs).toEqual([
      [String(unixSeconds(day('2025-12-04'))), '1764979200', 'project_id,line_item'],
      ['1764979200', String(unixSeconds(day('2025-12-08'))), 'project_id,line_item,api_key_id'],
    ]);
    expect(reading.costs[0]?.facts.map((fact) => [fact.day, fact.dimensions.apiKeyRef])).toEqual([
      ['2025-12-04', null],
      ['2025-12-05', null],
      ['2025-12-06', 'key_1'],
      ['2025-12-07', 'key_1'],
    ]);
    expect(reading.notes).toEqual(['cost_api_key_before_2025_12_06']);
  });

  it('reads without the key grouping where the organisation may not use it, and says so', async () => {
    const { http } = await costsOnly(once('2026-11-18', cost()), ({ path, query }) =>
      path === '/organization/costs' && query.getAll('group_by').includes('api_key_id') ? { status: 400, body: { error: { message: 'no' } } } : null,
    );
    const reading = await openai.read(http, key, range());
    expect([total(reading.costs[0]?.facts ?? []), reading.notes]).toEqual(['0.037', ['cost_api_key_grouping_refused']]);
  });

  it('counts a bucket without results as a covered day and a missing bucket as unknown', async () => {
    const { http } = await costsOnly(
      () => [],
      (asked) => {
        if (asked.path !== '/organization/costs') return null;
        const page = openaiPage(asked) as { data: unknown[] };
        return { body: { ...page, data: page.data.slice(0, 2) } };
      },
    );
    expect((await openai.read(http, key, range())).costs[0]?.coveredDays).toEqual(['2026-11-18', '2026-11-19']);
  });

  it('adds rows that differ only in what we do not keep, so that none overwrites another', async () => {
    const { http } = await costsOnly(once('2026-11-18', cost({ api_source: 'agents_api', quantity: 1 }), cost({ api_source: 'unlabeled', quantity: 2.5 })));
    const facts = (await openai.read(http, key, range())).costs[0]?.facts ?? [];
    expect(facts.map((fact) => [fact.amount.toDecimal(), fact.quantity])).toEqual([['0.074', '3.5']]);
  });

  it('never asks for a day after today', async () => {
    const { http, asked } = await costsOnly(() => []);
    const reading = await openai.read(http, key, range({ to: '2026-12-31', hourlyFrom: '2026-12-31' }));
    expect(reading.to).toBe('2026-11-21');
    expect(new Set(asked.map(({ query }) => query.get('end_time')))).toEqual(new Set([String(unixSeconds(day('2026-11-21')))]));
  });

  it('takes the organisation from a header when no row names it', async () => {
    const { http } = await fakeProvider('openai', (asked) => ({ headers: { 'openai-organization': 'acme' }, body: openaiPage(asked) }));
    expect((await openai.read(http, key, range())).organizationRef).toBe('acme');
    const silent = await costsOnly(() => []);
    expect((await openai.read(silent.http, key, range())).organizationRef).toBeNull();
  });
});

describe('usage', () => {
  const completion = {
    object: 'organization.usage.completions.result',
    input_tokens: 30500,
    input_cached_tokens: 12000,
    input_cache_write_tokens: 600,
    input_cache_write_12h_tokens: 100,
    input_uncached_tokens: 17900,
    output_tokens: 4100,
    num_model_requests: 41,
    project_id: 'proj_a',
    user_id: 'user_1',
    api_key_id: 'key_1',
    model: 'gpt-5.6-terra',
    batch: false,
    service_tier: 'default',
  };

  it('does not add the cached tokens to the input tokens that hold them already', async () => {
    const { http } = await usageOf('completions', once('2026-11-18', completion));
    const facts = (await openai.read(http, key, range())).usage.find(({ surface }) => surface === 'completions')?.facts;
    expect(facts).toEqual([
      {
        start: new Date('2026-11-18T00:00:00Z'),
        width: '1d',
        dimensions: { surface: 'completions', projectRef: 'proj_a', model: 'gpt-5.6-terra', apiKeyRef: 'key_1', userRef: 'user_1', lineItem: null, tokenType: null, serviceTier: 'default', attributes: {} },
        inputTokens: 30500n,
        cacheReadTokens: 12000n,
        cacheWriteTokens: 600n,
        cacheWriteLongTokens: 100n,
        outputTokens: 4100n,
        requests: 41n,
        quantity: null,
        quantityUnit: null,
        estimatedCost: null,
      },
    ]);
  });

  it.each([
    ['completions', { input_tokens: 5, output_tokens: 6, num_model_requests: 1, batch: true, service_tier: null }, { inputTokens: 5n, outputTokens: 6n, requests: 1n }, { serviceTier: 'batch' }, {}],
    ['decisions', { input_tokens: 5, output_tokens: 6, num_model_requests: 1 }, { inputTokens: 5n, outputTokens: 6n }, {}, {}],
    ['embeddings', { input_tokens: 5, num_model_requests: 1, model: 'text-embedding-4' }, { inputTokens: 5n, outputTokens: 0n, quantity: null }, { model: 'text-embedding-4' }, {}],
    ['moderations', { input_tokens: 5, num_model_requests: 1 }, { inputTokens: 5n }, {}, {}],
    ['images', { images: 3, num_model_requests: 2, size: '1024x1024', source: 'image.edit' }, { quantity: '3', quantityUnit: 'images', requests: 2n }, {}, { size: '1024x1024', source: 'image.edit' }],
    ['audio_speeches', { characters: 900, num_model_requests: 2 }, { quantity: '900', quantityUnit: 'characters' }, {}, {}],
    ['audio_transcriptions', { seconds: 61, num_model_requests: 2 }, { quantity: '61', quantityUnit: 'seconds' }, {}, {}],
    ['vector_stores', { usage_bytes: 5368709120 }, { quantity: '5368709120', quantityUnit: 'bytes_stored', requests: null }, {}, {}],
    ['code_interpreter_sessions', { num_sessions: 4 }, { quantity: '4', quantityUnit: 'sessions', requests: null }, {}, {}],
    ['file_search_calls', { num_requests: 8, vector_store_id: 'vs_1' }, { quantity: '8', quantityUnit: 'searches', requests: null }, {}, { vector_store_id: 'vs_1' }],
    ['web_search_calls', { num_requests: 8, num_model_requests: 7, context_level: 'low' }, { quantity: '8', quantityUnit: 'searches', requests: 7n }, {}, { context_level: 'low' }],
  ])('reads %s', async (surface, row, fact, dimensions, attributes) => {
    const { http } = await usageOf(surface, once('2026-11-18', row));
    const reading = (await openai.read(http, key, range())).usage.find((each) => each.surface === surface);
    expect(reading?.facts).toMatchObject([{ ...fact, dimensions: { surface, ...dimensions } }]);
    expect(reading?.facts[0]?.dimensions.attributes).toEqual(attributes);
    expect(reading?.coveredDays).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
  });

  it('keeps counts past 2^53 exact', async () => {
    const { http } = await usageOf('completions', () => [], (asked) =>
      asked.path.endsWith('/completions')
        ? { body: `{"data":[{"start_time":${unixSeconds(day('2026-11-18'))},"end_time":${unixSeconds(day('2026-11-19'))},"results":[{"input_tokens":9007199254740993,"output_tokens":"12","num_model_requests":1e3}]}],"has_more":false,"next_page":null}` }
        : null,
    );
    const [fact] = (await openai.read(http, key, range())).usage.find(({ surface }) => surface === 'completions')?.facts ?? [];
    expect([fact?.inputTokens, fact?.outputTokens, fact?.requests]).toEqual([9007199254740993n, 12n, 1000n]);
  });

  it.each([
    ['negative tokens', { input_tokens: -1 }],
    ['half a token', { input_tokens: 1.5 }],
    ['1e308 tokens', { input_tokens: 1e308 }],
    ['more than a 64-bit integer', { output_tokens: '9223372036854775808' }],
    ['no input tokens', { input_tokens: undefined }],
    ['a word', { num_model_requests: 'many' }],
    ['a null required count', { output_tokens: null }],
    ['an object', { input_cached_tokens: {} }],
  ])('refuses %s', async (_, over) => {
    const { http } = await usageOf('completions', once('2026-11-18', { ...completion, ...over }));
    await expect(openai.read(http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer', detail: expect.stringMatching(/^GET \/organization\/usage\/completions: data\.0\.results\.0\.[a-z_]+ \(/) });
  });

  it('asks every endpoint by project, user, key and model as far as it groups, 31 days a page', async () => {
    const { http, asked } = await costsOnly(() => []);
    const from = addDays(day('2026-11-21'), -90);
    await openai.read(http, key, range({ from }));
    for (const { surface, groupBy } of USAGE_SURFACES) {
      const queries = asked.filter(({ path }) => path === `/organization/usage/${surface}`).map(({ query }) => query);
      expect(queries.map((query) => query.get('limit')), surface).toEqual(['31', '31', '31']);
      expect(queries[0]?.getAll('group_by'), surface).toEqual(groupBy);
    }
    expect(USAGE_SURFACES.map(({ surface }) => surface)).toHaveLength(11);
  });

  it('reads the trailing days hourly, 168 a page, the days before daily, and levels always daily', async () => {
    const { http, asked } = await usageOf('completions', (start) => (start.getUTCHours() === 5 || dayOf(start) < '2026-11-13' ? [completion] : []));
    const reading = await openai.read(http, key, range({ from: '2026-11-10', hourlyFrom: '2026-11-13' }));
    const queries = (surface: string) => asked.filter(({ path }) => path.endsWith(surface)).map(({ query }) => [query.get('bucket_width'), query.get('limit'), query.get('page') === null]);
    expect(queries('/completions')).toEqual([['1d', '31', true], ['1h', '168', true], ['1h', '168', false]]);
    expect(queries('/vector_stores')).toEqual([['1d', '31', true]]);
    const completions = reading.usage.find(({ surface }) => surface === 'completions');
    expect(completions?.coveredDays).toEqual(eachDay(day('2026-11-10'), day('2026-11-21')));
    expect(completions?.facts.map(({ start, width }) => `${start.toISOString()} ${width}`)).toEqual([
      ...['10', '11', '12'].map((d) => `2026-11-${d}T00:00:00.000Z 1d`),
      ...['13', '14', '15', '16', '17', '18', '19', '20'].map((d) => `2026-11-${d}T05:00:00.000Z 1h`),
    ]);
  });

  it('leaves a day out of which hours did not come, and says so', async () => {
    const { http } = await usageOf('completions', () => [completion], (asked) => {
      if (!asked.path.endsWith('/completions')) return null;
      const page = openaiPage(asked, () => [completion]) as { data: Array<{ start_time: number }> };
      return { body: { ...page, data: page.data.filter(({ start_time }) => new Date(start_time * 1000).toISOString() !== '2026-11-18T07:00:00.000Z') } };
    });
    const reading = await openai.read(http, key, range({ hourlyFrom: '2026-11-18' }));
    const completions = reading.usage.find(({ surface }) => surface === 'completions');
    expect(completions?.coveredDays).toEqual(['2026-11-19', '2026-11-20']);
    expect(new Set(completions?.facts.map(({ start }) => dayOf(start)))).toEqual(new Set(['2026-11-19', '2026-11-20']));
    expect(reading.notes).toEqual(['usage_completions_incomplete_day']);
  });

  it('takes today as covered while its latest hours have not come yet, but not while earlier ones are missing', async () => {
    const until = (hour: number) => (asked: Asked): Answer | null => {
      const page = openaiPage(asked) as { data: Array<{ start_time: number }> };
      return { body: { ...page, data: page.data.filter(({ start_time }) => start_time * 1000 < Date.parse(`2026-11-20T${hour}:00:00Z`)) } };
    };
    for (const [hour, covered] of [[13, true], [12, false]] as const) {
      const { http } = await fakeProvider('openai', (asked) => (asked.query.get('bucket_width') === '1h' ? until(hour)(asked)! : { body: openaiPage(asked) }));
      const reading = await openai.read(http, key, range({ hourlyFrom: '2026-11-20' }));
      expect(reading.usage.find(({ surface }) => surface === 'completions')?.coveredDays.includes(day('2026-11-20')), String(hour)).toBe(covered);
    }
  });

  it('drops the user grouping where it is refused, and says so', async () => {
    const { http, asked } = await usageOf('completions', once('2026-11-18', { ...completion, user_id: null }), ({ path, query }) =>
      path.includes('/usage/') && query.getAll('group_by').includes('user_id') ? { status: 400, body: { error: { message: 'user_id cannot be combined with project_id', type: 'invalid_request_error' } } } : null,
    );
    const reading = await openai.read(http, key, range({ hourlyFrom: '2026-11-20' }));
    expect(reading.notes).toEqual(['usage_user_grouping_refused']);
    expect(reading.usage.find(({ surface }) => surface === 'completions')?.facts).toMatchObject([{ inputTokens: 30500n, dimensions: { userRef: null, apiKeyRef: 'key_1' } }]);
    expect(asked.some(({ path, query }) => path.endsWith('/completions') && query.getAll('group_by').join() === 'project_id,api_key_id,model,batch,service_tier')).toBe(true);
  });

  it('keeps cost and the other endpoints when one is missing or its scope is, and covers no day of it', async () => {
    const { http } = await costsOnly(once('2026-11-18', cost()), ({ path }) => {
      if (path.endsWith('/decisions')) return { status: 404, body: { error: { message: 'Invalid URL' } } };
      if (path.endsWith('/images')) return { status: 403, body: { error: 'You have insufficient permissions for this operation. Missing scopes: api.usage.read.' } };
      return null;
    });
    const reading = await openai.read(http, key, range());
    expect(reading.notes).toEqual(['usage_decisions_missing', 'usage_images_refused']);
    expect(reading.usage.map(({ surface }) => surface)).toEqual(USAGE_SURFACES.map(({ surface }) => surface).filter((surface) => surface !== 'decisions' && surface !== 'images'));
    expect(total(reading.costs[0]?.facts ?? [])).toBe('0.037');
  });

  it.each([
    [401, { error: { message: `Incorrect API key provided: ${OPENAI_KEY}`, code: 'invalid_api_key' } }, 'key_rejected'],
    [429, {}, 'rate_limited'],
    [503, {}, 'provider_unavailable'],
    [400, { error: { message: 'bad' } }, 'request_refused'],
  ])('fails as a whole when a usage endpoint answers %i', async (status, body, code) => {
    const { http } = await costsOnly(() => [], ({ path }) => (path.endsWith('/embeddings') ? { status, body } : null));
    await expect(openai.read(http, key, range())).rejects.toMatchObject({ code, status });
  });
});
