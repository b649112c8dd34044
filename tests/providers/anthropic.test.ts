import { describe, expect, it } from 'vitest';
import { addDays, day, dayOf, eachDay } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { CostFact, ReadOptions } from '#lib/providers/contract.ts';
import { anthropic } from '#lib/providers/anthropic/adapter.ts';
import { ANTHROPIC_KEY, anthropicPage, fakeProvider, keyOf, listPage, type Answer, type Asked } from './fake-provider.ts';

const key = keyOf(ANTHROPIC_KEY);
const now = new Date('2026-11-20T15:30:00Z');
const range = (over: Partial<Record<'from' | 'to' | 'hourlyFrom', string>> = {}): ReadOptions => ({
  from: day(over.from ?? '2026-11-18'),
  to: day(over.to ?? '2026-11-21'),
  hourlyFrom: day(over.hourlyFrom ?? '2026-11-21'),
  now,
});
const usd = (text: string) => Money.parse(text, 'USD');
const total = (facts: readonly CostFact[]) => facts.reduce((sum, fact) => sum.plus(fact.amount), usd('0')).toDecimal();
const once = (day_: string, ...rows: unknown[]) => (start: Date) => (dayOf(start) === day_ ? rows : []);

const ME = '/v1/organizations/me';
const COST = '/v1/organizations/cost_report';
const MESSAGES = '/v1/organizations/usage_report/messages';
const CLAUDE_CODE = '/v1/organizations/usage_report/claude_code';

interface World {
  cost?: (start: Date) => unknown[];
  messages?: (start: Date) => unknown[];
  claudeCode?: (day_: string) => unknown[];
  change?: (asked: Asked) => Answer | null;
}
const world = ({ cost, messages, claudeCode, change }: World) =>
  fakeProvider('anthropic', (asked) => {
    const other = change?.(asked);
    if (other) return other;
    if (asked.path === ME) return { body: { id: '00000000-0000-4000-8000-000000000001', type: 'organization', name: 'Example Org' } };
    if (asked.path === CLAUDE_CODE) return { body: { data: claudeCode?.(asked.query.get('starting_at') ?? '') ?? [], has_more: false, next_page: null } };
    if (asked.path === COST || asked.path === MESSAGES) return { body: anthropicPage(asked, asked.path === COST ? cost : messages) };
    return { body: listPage([{ id: 'wrkspc_1' }], asked) };
  });

const costRow = {
  amount: '123.78912',
  currency: 'USD',
  cost_type: 'tokens',
  description: 'Claude Opus 5.5 Usage - Input Tokens, Cache Write',
  model: 'claude-opus-5-5',
  token_type: 'cache_creation.ephemeral_5m_input_tokens',
  service_tier: 'standard',
  context_window: '0-200k',
  inference_geo: 'global',
  workspace_id: null,
};
const messagesRow = {
  uncached_input_tokens: 184220,
  cache_creation: { ephemeral_5m_input_tokens: 52000, ephemeral_1h_input_tokens: 1000 },
  cache_read_input_tokens: 910400,
  output_tokens: 40310,
  server_tool_use: { web_search_requests: 4 },
  account_id: null,
  api_key_id: 'apikey_01',
  context_window: '0-200k',
  inference_geo: null,
  model: 'claude-opus-5-5',
  service_account_id: null,
  service_tier: 'priority',
  workspace_id: null,
};

describe('costs', () => {
  it('reads the documented answer, in cents, the null workspace being the default one', async () => {
    const { http } = await world({ cost: once('2026-11-18', costRow) });
    const reading = await anthropic.read(http, key, range());
    expect(reading.organizationRef).toBe('00000000-0000-4000-8000-000000000001');
    expect(reading.costs).toEqual([
      {
        surface: 'cost',
        coveredDays: ['2026-11-18', '2026-11-19', '2026-11-20'],
        facts: [
          {
            day: '2026-11-18',
            dimensions: {
              surface: 'cost',
              projectRef: null,
              model: 'claude-opus-5-5',
              apiKeyRef: null,
              userRef: null,
              lineItem: 'Claude Opus 5.5 Usage - Input Tokens, Cache Write',
              tokenType: 'cache_creation.ephemeral_5m_input_tokens',
              serviceTier: 'standard',
              attributes: { context_window: '0-200k', cost_type: 'tokens', inference_geo: 'global' },
            },
            amount: usd('1.2378912'),
            quantity: null,
            quantityUnit: null,
          },
        ],
      },
    ]);
    expect(reading.notes).toEqual([]);
    expect(reading.calls).toBe(http.calls);
  });

  it.each([
    ['"4"', '0.04'],
    ['"0"', '0'],
    ['"123.45"', '1.2345'],
    ['"0.00000001"', '0.0000000001'],
    ['"0.0000000001"', '0.000000000001'],
    ['"99999999.99999999"', '999999.9999999999'],
    ['"1e-05"', '0.0000001'],
    ['"0E-6176"', '0'],
    ['4', '0.04'],
    ['123.78912', '1.2378912'],
    ['0.1', '0.001'],
  ])('takes %s cents as %s dollars', async (sent, dollars) => {
    const { http } = await world({
      change: (asked) =>
        asked.path === COST
          ? { body: `{"data":[{"starting_at":"2026-11-18T00:00:00Z","ending_at":"2026-11-19T00:00:00Z","results":[{"amount":${sent},"currency":"USD","workspace_id":"w"}]}],"has_more":false,"next_page":null}` }
          : null,
    });
    expect((await anthropic.read(http, key, range())).costs[0]?.facts.map(({ amount }) => amount.toDecimal())).toEqual([dollars]);
  });

  it('reads every fixture of a day to a known total, whatever the rows are for', async () => {
    const { http } = await world({
      cost: once(
        '2026-11-18',
        costRow,
        { ...costRow, workspace_id: 'wrkspc_1', amount: '4' },
        { amount: '1000', currency: 'USD', cost_type: 'web_search', description: 'Web Search Usage', model: null, token_type: null, service_tier: null, context_window: null, inference_geo: null, workspace_id: null },
        { amount: '0.5', currency: 'usd', cost_type: 'a_new_type_of_2027', description: 'Something new', workspace_id: 'wrkspc_1' },
      ),
    });
    const facts = (await anthropic.read(http, key, range())).costs[0]?.facts ?? [];
    expect(total(facts)).toBe('11.2828912');
    expect(facts.map(({ dimensions }) => [dimensions.attributes.cost_type, dimensions.projectRef])).toEqual([['tokens', null], ['tokens', 'wrkspc_1'], ['web_search', null], ['a_new_type_of_2027', 'wrkspc_1']]);
  });

  it.each([
    ['a negative amount', { amount: '-1' }],
    ['NaN', { amount: 'NaN' }],
    ['1e308', { amount: '1e308' }],
    ['an empty amount', { amount: '' }],
    ['no amount', { amount: undefined }],
    ['an absurd exponent', { amount: '1e99999999999' }],
    ['no currency', { currency: null }],
  ])('refuses %s', async (_, over) => {
    const { http } = await world({ cost: once('2026-11-18', { ...costRow, ...over }) });
    await expect(anthropic.read(http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer', detail: expect.stringContaining('GET /v1/organizations/cost_report: data.0.results.0.') });
  });

  it('never reads ungrouped beside grouped, always names both ends, 31 days a page', async () => {
    const from = addDays(day('2026-11-21'), -90);
    const { http, asked } = await world({ cost: () => [{ ...costRow, amount: '1' }] });
    const reading = await anthropic.read(http, key, range({ from }));
    const costs = asked.filter(({ path }) => path === COST).map(({ query }) => query);
    expect(costs).toHaveLength(3);
    for (const query of costs) {
      expect([query.get('starting_at'), query.get('ending_at'), query.get('limit'), query.get('bucket_width'), query.getAll('group_by[]')]).toEqual([`${from}T00:00:00Z`, '2026-11-21T00:00:00Z', '31', '1d', ['workspace_id', 'description']]);
    }
    expect(total(reading.costs[0]?.facts ?? [])).toBe('0.9');
    expect(reading.costs[0]?.coveredDays).toEqual(eachDay(from, day('2026-11-21')));
  });

  it('starts a day earlier where only today is asked for, and keeps today alone', async () => {
    const { http, asked } = await world({ cost: () => [{ ...costRow, amount: '100' }], messages: () => [messagesRow] });
    const reading = await anthropic.read(http, key, range({ from: '2026-11-20' }));
    for (const path of [COST, MESSAGES]) expect(asked.find((one) => one.path === path)?.query.get('starting_at')).toBe('2026-11-19T00:00:00Z');
    expect(reading.costs[0]?.coveredDays).toEqual(['2026-11-20']);
    expect(total(reading.costs[0]?.facts ?? [])).toBe('1');
    expect(reading.usage[0]?.facts.map(({ start }) => dayOf(start))).toEqual(['2026-11-20']);
  });

  it('sends the key in x-api-key with the version and nothing else that is secret', async () => {
    const { http, asked } = await world({});
    await anthropic.read(http, key, range());
    for (const { headers, path } of asked) {
      expect(headers).toMatchObject({ 'x-api-key': ANTHROPIC_KEY, 'anthropic-version': '2023-06-01', 'user-agent': 'Keymeter/1.0' });
      expect(headers.authorization).toBeUndefined();
      expect(headers['anthropic-beta']).toBe(path === MESSAGES ? 'fast-mode-2026-02-01' : undefined);
    }
  });
});

describe('messages', () => {
  it('counts all input: uncached, read from the cache, and both kinds of writes', async () => {
    const { http } = await world({ messages: once('2026-11-18', messagesRow) });
    const reading = await anthropic.read(http, key, range());
    expect(reading.usage.find(({ surface }) => surface === 'messages')?.facts).toEqual([
      {
        start: new Date('2026-11-18T00:00:00Z'),
        width: '1d',
        dimensions: { surface: 'messages', projectRef: null, model: 'claude-opus-5-5', apiKeyRef: 'apikey_01', userRef: null, lineItem: null, tokenType: null, serviceTier: 'priority', attributes: { context_window: '0-200k' } },
        inputTokens: 184220n + 52000n + 1000n + 910400n,
        cacheReadTokens: 910400n,
        cacheWriteTokens: 53000n,
        cacheWriteLongTokens: 1000n,
        outputTokens: 40310n,
        requests: null,
        quantity: '4',
        quantityUnit: 'searches',
        estimatedCost: null,
      },
    ]);
  });

  it('takes missing nested objects as zero and Console use as a key that is not given', async () => {
    const { cache_creation: _a, server_tool_use: _b, ...old } = messagesRow;
    const { http } = await world({ messages: once('2026-11-18', { ...old, api_key_id: null, service_account_id: 'svac_1', speed: 'fast' }) });
    expect((await anthropic.read(http, key, range())).usage[0]?.facts).toMatchObject([
      { inputTokens: 1094620n, cacheWriteTokens: 0n, quantity: null, dimensions: { apiKeyRef: null, userRef: 'svac_1', attributes: { context_window: '0-200k', speed: 'fast' } } },
    ]);
  });

  it('adds searches of rows that agree in all we keep, also where one has none', async () => {
    const { http } = await world({ messages: once('2026-11-18', messagesRow, { ...messagesRow, server_tool_use: { web_search_requests: 0 } }, messagesRow) });
    expect((await anthropic.read(http, key, range())).usage[0]?.facts).toMatchObject([{ quantity: '8', outputTokens: 120930n }]);
  });

  it.each([
    ['negative tokens', { output_tokens: -1 }],
    ['a fraction', { uncached_input_tokens: 0.5 }],
    ['missing output', { output_tokens: undefined }],
    ['a list for an object', { cache_creation: [1] }],
  ])('refuses %s', async (_, over) => {
    const { http } = await world({ messages: once('2026-11-18', { ...messagesRow, ...over }) });
    await expect(anthropic.read(http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer', detail: expect.stringContaining('usage_report/messages: data.0.results.0.') });
  });

  it.each([
    ['a time without a zone', { starting_at: '2026-11-18T00:00:00', ending_at: '2026-11-19T00:00:00Z', results: [] }],
    ['a date alone', { starting_at: '2026-11-18', ending_at: '2026-11-19T00:00:00Z', results: [] }],
    ['an impossible time', { starting_at: '2026-13-45T00:00:00Z', ending_at: '2026-11-19T00:00:00Z', results: [] }],
    ['a bucket over midnight', { starting_at: '2026-11-18T12:00:00Z', ending_at: '2026-11-19T12:00:00Z', results: [] }],
  ])('refuses %s', async (_, bucket) => {
    const { http } = await world({ change: ({ path }) => (path === MESSAGES ? { body: { data: [bucket], has_more: false, next_page: null } } : null) });
    await expect(anthropic.read(http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer' });
  });

  it('splits by everything the report knows, hourly for the trailing days, and without speed where that is refused', async () => {
    const { http, asked } = await world({
      messages: () => [messagesRow],
      change: ({ path, query, headers }) => (path === MESSAGES && (query.getAll('group_by[]').includes('speed') || headers['anthropic-beta']) ? { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: 'beta' } } } : null),
    });
    const reading = await anthropic.read(http, key, range({ hourlyFrom: '2026-11-20' }));
    const queries = asked.filter(({ path }) => path === MESSAGES).map(({ query }) => query);
    expect(queries.map((query) => [query.get('bucket_width'), query.get('limit'), query.getAll('group_by[]').length])).toEqual([['1d', '31', 9], ['1d', '31', 8], ['1h', '168', 9], ['1h', '168', 8]]);
    expect(reading.notes).toEqual(['usage_speed_grouping_refused']);
    expect(reading.usage[0]?.facts.map(({ width }) => width)).toEqual(['1d', '1d', ...Array.from({ length: 24 }, () => '1h')]);
  });
});

describe('claude code', () => {
  const record = (over: Record<string, unknown> = {}) => ({
    date: '2026-11-18T00:00:00Z',
    actor: { type: 'user_actor', email_address: 'dev@example.com' },
    organization_id: 'o',
    customer_type: 'api',
    terminal_type: 'vscode',
    is_remote: false,
    core_metrics: { num_sessions: 2 },
    tool_actions: {},
    model_breakdown: [{ model: 'claude-opus-5-5', tokens: { input: 100, output: 50, cache_read: 1000, cache_creation: 10 }, estimated_cost: { amount: 186.5, currency: 'USD' } }],
    ...over,
  });

  it('asks one day at a time and keeps the estimate apart, in dollars', async () => {
    const { http, asked } = await world({
      claudeCode: (date) => (date === '2026-11-18' ? [record(), record({ actor: { type: 'api_actor', api_key_name: 'ci' }, customer_type: 'subscription' })] : []),
    });
    const reading = (await anthropic.read(http, key, range())).usage.find(({ surface }) => surface === 'claude_code');
    expect(asked.filter(({ path }) => path === CLAUDE_CODE).map(({ query }) => query.toString())).toEqual(['18', '19', '20'].map((d) => `starting_at=2026-11-${d}&limit=1000`));
    expect(reading?.coveredDays).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
    expect(reading?.facts).toMatchObject([
      { width: '1d', inputTokens: 1110n, cacheReadTokens: 1000n, cacheWriteTokens: 10n, outputTokens: 50n, estimatedCost: usd('1.865'), dimensions: { userRef: 'dev@example.com', model: 'claude-opus-5-5', attributes: { actor: 'user_actor', customer_type: 'api', terminal_type: 'vscode' } } },
      { dimensions: { userRef: null, attributes: { actor: 'api_actor', api_key_name: 'ci', customer_type: 'subscription' } } },
    ]);
  });

  it('follows its pages to the end and refuses a page that leads nowhere', async () => {
    const paged = (next: (page: string | null) => { has_more: boolean; next_page: string | null }) => world({ change: ({ path, query }) => (path === CLAUDE_CODE ? { body: { data: query.get('starting_at') === '2026-11-18' ? [record()] : [], ...next(query.get('page')) } } : null) });
    const good = await paged((page) => ({ has_more: page === null, next_page: page === null ? 'p2' : null }));
    expect((await anthropic.read(good.http, key, range())).usage.find(({ surface }) => surface === 'claude_code')?.facts).toMatchObject([{ outputTokens: 100n }]);
    for (const next of [{ has_more: true, next_page: null }, { has_more: true, next_page: 'again' }]) {
      const bad = await paged(() => next);
      await expect(anthropic.read(bad.http, key, range())).rejects.toMatchObject({ code: 'provider_pagination' });
    }
  });

  it('asks for smaller pages when one is too large, and counts no record twice', async () => {
    const { http } = await fakeProvider(
      'anthropic',
      (asked) => {
        if (asked.path === ME) return { body: { id: 'o' } };
        if (asked.path !== CLAUDE_CODE) return { body: anthropicPage(asked) };
        if (asked.query.get('starting_at') !== '2026-11-18') return { body: { data: [], has_more: false } };
        const limit = Number(asked.query.get('limit'));
        const start = Number(asked.query.get('page') ?? 0);
        const data = Array.from({ length: Math.min(limit, 300 - start) }, (_, i) => record({ actor: { type: 'user_actor', email_address: `dev${start + i}@example.com` } }));
        const more = start + data.length < 300;
        return { body: { data, has_more: more, next_page: more ? String(start + data.length) : null } };
      },
      { maxBytes: 60_000 },
    );
    expect((await anthropic.read(http, key, range())).usage.find(({ surface }) => surface === 'claude_code')?.facts).toHaveLength(300);
  });

  it('is left out where the organisation has no such report, and refused when a record is of another day', async () => {
    const missing = await world({ cost: once('2026-11-18', costRow), change: ({ path }) => (path === CLAUDE_CODE ? { status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'no' } } } : null) });
    const reading = await anthropic.read(missing.http, key, range());
    expect([reading.notes, reading.usage.map(({ surface }) => surface), total(reading.costs[0]?.facts ?? [])]).toEqual([['usage_claude_code_missing'], ['messages'], '1.2378912']);
    const wrong = await world({ claudeCode: () => [record({ date: '2026-11-01T00:00:00Z' })] });
    await expect(anthropic.read(wrong.http, key, range())).rejects.toMatchObject({ code: 'provider_bad_answer' });
  });
});

describe('verify and names', () => {
  const workspaces = [
    { id: 'wrkspc_1', name: 'Production', archived_at: null },
    { id: 'wrkspc_2', name: 'Old', archived_at: '2026-01-01T00:00:00Z' },
  ];

  it('names the organisation, and warns that the key can do everything', async () => {
    const { http, asked } = await world({});
    expect(await anthropic.verify(http, key, now)).toEqual({
      organizationRef: '00000000-0000-4000-8000-000000000001',
      organizationName: 'Example Org',
      projectRefs: ['wrkspc_1'],
      capabilities: { cost: true, usage: true, names: true },
      keyExpiresAt: null,
      warnings: ['can_manage'],
    });
    expect(asked.map(({ path }) => path)).toEqual([ME, COST, '/v1/organizations/workspaces']);
  });

  it.each([
    [401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 'key_rejected'],
    [403, { type: 'error', error: { type: 'permission_error', message: `scopes held: ${ANTHROPIC_KEY}` } }, 'key_scope_missing'],
    [400, { type: 'error', error: { type: 'invalid_request_error', message: 'ending date must be after starting date' } }, 'request_refused'],
    [404, { type: 'error', error: { type: 'not_found_error', message: 'x' } }, 'provider_unavailable'],
    [500, { type: 'error', error: { type: 'api_error', message: 'x' } }, 'provider_unavailable'],
    [504, { type: 'error', error: { type: 'timeout_error', message: 'x' } }, 'provider_unavailable'],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 'provider_unavailable'],
    [429, { type: 'error', error: { type: 'rate_limit_error', message: 'x' } }, 'rate_limited'],
    [502, '<html>bad gateway</html>', 'provider_unavailable'],
  ])('tells %i apart', async (status, body, code) => {
    const { http } = await world({ change: ({ path }) => (path === ME ? { status, body } : null) });
    const error = await anthropic.verify(http, key, now).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, status });
    expect(JSON.stringify({ ...(error as object), stack: (error as Error).stack })).not.toContain('canary');
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '1000000000' }, 900_000],
    [{}, null],
  ])('hands on how long to wait: %j', async (headers, retryAfterMs) => {
    for (const status of [429, 529]) {
      const { http } = await world({ change: () => ({ status, headers: headers as Record<string, string>, body: {} }) });
      await expect(anthropic.read(http, key, range())).rejects.toMatchObject({ status, retryAfterMs });
    }
  });

  it('fails when the organisation has no cost report, rather than showing nothing', async () => {
    const { http } = await world({ change: ({ path }) => (path === COST ? { status: 403, body: { type: 'error', error: { type: 'permission_error', message: 'no' } } } : null) });
    await expect(anthropic.verify(http, key, now)).rejects.toMatchObject({ code: 'key_scope_missing', detail: 'GET /v1/organizations/cost_report: not permitted' });
  });

  it.each(['sk-ant-api03-0123456789abcdefghij', 'sk-ant-oat01-0123456789abcdefghij', 'sk-ant-api01-0123456789abcdefghij', 'sk-admin-0123456789abcdefghij', 'sk-proj-0123456789abcdefghij'])('does not send %s at all, as the answer could not tell', async (text) => {
    const { http, asked } = await world({});
    await expect(anthropic.verify(http, keyOf(text), now)).rejects.toMatchObject({ code: 'key_wrong_kind' });
    expect(asked).toEqual([]);
  });

  it('names workspaces and keys of both shapes, the default workspace staying the null one', async () => {
    const keys = [
      { id: 'apikey_1', name: 'Backend', status: 'active', partial_key_hint: 'sk-ant-api03-abc...xyz', workspace_id: 'wrkspc_1' },
      { id: 'apikey_2', name: 'Default', status: 'inactive', partial_key_hint: null, workspace_id: null },
      { id: 'apikey_3', name: 'Newer', status: 'expired', partial_key_hint: `sk-ant-api03-${'w'.repeat(60)}`, scope: { type: 'workspace', workspace_id: 'wrkspc_2' }, expires_at: '2026-01-01T00:00:00Z' },
      { id: 'apikey_4', name: 'Newer default', status: 'active', partial_key_hint: '****1234', scope: { type: 'workspace', workspace_id: 'wrkspc_default' } },
      { id: 'apikey_5', name: null, status: 'a_new_status', scope: { type: 'organization' } },
    ];
    const { http, asked } = await fakeProvider('anthropic', (one) => ({ body: listPage(one.path.endsWith('/workspaces') ? workspaces : keys, one) }));
    expect(await anthropic.readNames(http, key)).toEqual([
      { kind: 'project', ref: 'wrkspc_1', name: 'Production', hint: null, status: 'active', projectRef: null },
      { kind: 'project', ref: 'wrkspc_2', name: 'Old', hint: null, status: 'archived', projectRef: null },
      { kind: 'api_key', ref: 'apikey_1', name: 'Backend', hint: 'sk-ant-api03-abc...xyz', status: 'active', projectRef: 'wrkspc_1' },
      { kind: 'api_key', ref: 'apikey_2', name: 'Default', hint: null, status: 'inactive', projectRef: null },
      { kind: 'api_key', ref: 'apikey_3', name: 'Newer', hint: null, status: 'expired', projectRef: 'wrkspc_2' },
      { kind: 'api_key', ref: 'apikey_4', name: 'Newer default', hint: '****1234', status: 'active', projectRef: null },
      { kind: 'api_key', ref: 'apikey_5', name: null, hint: null, status: 'a_new_status', projectRef: null },
    ]);
    expect(asked.map(({ query }) => query.toString())).toEqual(['limit=1000&include_archived=true', 'limit=1000']);
  });
});
