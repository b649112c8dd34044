import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Answer, type Body, type Query, askAnthropic, askOpenAi, dollarsSum, expectWire, rowsOf, startAt, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const START: Query = [['start_time', unix('2026-11-10T00:00:00Z')]];
const RANGE: Query = [['starting_at', '2026-11-10T00:00:00Z'], ['ending_at', '2026-11-20T00:00:00Z']];
const COSTS = '/organization/costs';
const message = (answer: Answer) => [answer.status, answer.body.error.message];

describe('OpenAI parameters', () => {
  it('takes lists under their plain and their bracketed name', async () => {
    const plain = await askOpenAi(simulator, COSTS, [...START, ['group_by', 'project_id'], ['group_by', 'line_item']]);
    const bracketed = await askOpenAi(simulator, COSTS, [...START, ['group_by[]', 'project_id'], ['group_by[]', 'line_item']]);
    expect(plain.status).toBe(200);
    expect(bracketed.body.data).toEqual(plain.body.data);
  });

  it('refuses a comma-joined list, an unknown grouping and an unknown name', async () => {
    for (const query of [['group_by', 'project_id,line_item'], ['group_by', 'colour'], ['groupby', 'line_item'], ['bucket_width', '1h']] as const) {
      const answer = await askOpenAi(simulator, COSTS, [...START, query]);
      expect(answer.status, query.join()).toBe(400);
      expectWire('openai', COSTS, answer);
    }
  });

  it('says the limit in its own words: 180 buckets of costs, 31 days, 168 hours and 1,440 minutes of usage', async () => {
    expect(message(await askOpenAi(simulator, COSTS, [...START, ['limit', '366']]))).toEqual([400, 'Invalid limit provided: 366. Limit must be less than or equal to 180.']);
    for (const [width, max] of [['1d', 31], ['1h', 168], ['1m', 1440]] as const) {
      const ask = (limit: number) => askOpenAi(simulator, '/organization/usage/embeddings', [...START, ['bucket_width', width], ['limit', String(limit)]]);
      expect((await ask(max)).status).toBe(200);
      expect(message(await ask(max + 1))).toEqual([400, `Invalid limit provided: ${max + 1}. Limit must be less than or equal to ${max}.`]);
    }
  });

  it('sends 7 days, 24 hours or 60 minutes when no limit is given', async () => {
    for (const [width, count] of [['1d', 7], ['1h', 24], ['1m', 60]] as const) {
      const { body } = await askOpenAi(simulator, '/organization/usage/completions', [...START, ['bucket_width', width]]);
      expect([body.data.length, body.has_more]).toEqual([count, true]);
    }
  });

  it('refuses costs by key for a range that begins before 2025-12-06, naming the epoch', async () => {
    const ask = (start: string, by: string) => askOpenAi(simulator, COSTS, [['start_time', start], ['group_by', by]]);
    const refused = await ask('1764979199', 'api_key_id');
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('1764979200');
    expect((await ask('1764979200', 'api_key_id')).status).toBe(200);
    expect((await ask('1764979199', 'project_id')).status).toBe(200);
  });

  it('refuses user with project for the organisations that are like that', async () => {
    const key = simulator.control.issueKey({ provider: 'openai', behaviour: { kind: 'refuse_user_with_project' } });
    const ask = (names: string[]) => askOpenAi(simulator, COSTS, [...START, ...names.map((name) => ['group_by', name] as const)], key);
    expect([(await ask(['user_id', 'project_id'])).status, (await ask(['user_id'])).status, (await ask(['project_id'])).status]).toEqual([400, 200, 200]);
  });

  it('refuses milliseconds where seconds belong, and a range that ends before it begins', async () => {
    const ask = (start: string, end: string) => askOpenAi(simulator, COSTS, [['start_time', start], ['end_time', end]]);
    expect([(await ask('1794700000000', '1794800000000')).status, (await ask('1794700000', '1794700000')).status, (await ask('yesterday', '1794700000')).status]).toEqual([400, 400, 400]);
  });

  it('fills a dimension only when grouped by it', async () => {
    const { body } = await askOpenAi(simulator, '/organization/usage/completions', [...START, ['group_by', 'model']]);
    for (const row of rowsOf([body])) {
      expect(row.model).toBeTypeOf('string');
      expect([row.project_id, row.user_id, row.api_key_id, row.batch, row.service_tier, row.api_source]).toEqual([null, null, null, null, null, null]);
    }
    const ungrouped = await askOpenAi(simulator, COSTS, START);
    expect(ungrouped.body.data.every((bucket: Body) => bucket.results.length === 1)).toBe(true);
    expect(rowsOf([ungrouped.body]).every((row) => row.line_item === null && row.quantity === null && row.quantity_unit === null)).toBe(true);
  });

  it('filters by key, user, model, batch and line item', async () => {
    const rows = rowsOf([(await askOpenAi(simulator, '/organization/usage/completions', [...START, ...['api_key_id', 'user_id', 'model', 'batch'].map((name) => ['group_by', name] as const)])).body]);
    const [first] = rows;
    for (const [parameter, name] of [['api_key_ids', 'api_key_id'], ['user_ids', 'user_id'], ['models', 'model'], ['batch', 'batch']] as const) {
      const { body } = await askOpenAi(simulator, '/organization/usage/completions', [...START, [parameter, String(first[name])], ['group_by', name]]);
      expect(rowsOf([body]).length).toBeGreaterThan(0);
      expect(new Set(rowsOf([body]).map((row) => row[name])), parameter).toEqual(new Set([first[name]]));
    }
    const item = 'gpt-5.6-terra, output';
    const whole = rowsOf([(await askOpenAi(simulator, COSTS, [...START, ['group_by', 'line_item']])).body]).filter((row) => row.line_item === item);
    expect(dollarsSum(rowsOf([(await askOpenAi(simulator, COSTS, [...START, ['line_items', item]])).body]))).toBe(dollarsSum(whole));
  });

  it('binds a page token to all other parameters', async () => {
    const { body } = await askOpenAi(simulator, COSTS, START);
    const ask = (query: Query) => askOpenAi(simulator, COSTS, [...query, ['page', body.next_page]]);
    expect((await ask(START)).status).toBe(200);
    for (const changed of [[...START, ['group_by', 'line_item']], [['start_time', '1794000000']], [...START, ['limit', '8']]] as Query[]) expect((await ask(changed)).status).toBe(400);
    expect((await askOpenAi(simulator, COSTS, [...START, ['page', 'page_nonsense']])).status).toBe(400);
  });

  it('pages lists by the last id', async () => {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { body }: Answer = await askOpenAi(simulator, '/organization/projects', [['limit', '3'], ['include_archived', 'true'], ...(after === null ? [] : [['after', after] as const])]);
      ids.push(...body.data.map((project: Body) => project.id));
      more = body.has_more;
      after = body.last_id;
    }
    expect(ids).toEqual(simulator.control.world().openai.directory.projects.map(({ id }) => id));
    const listed = await askOpenAi(simulator, '/organization/projects');
    expect(listed.body.data.length).toBe(ids.length - 1);
    expect((await askOpenAi(simulator, '/organization/projects', [['limit', '101']])).status).toBe(400);
  });

  it('does not list a deleted key, and names no one else\'s project', async () => {
    const { directory } = simulator.control.world().openai;
    const keys = await askOpenAi(simulator, `/organization/projects/${directory.project('Internal tools').id}/api_keys`);
    expect(keys.body.data.map((key: Body) => key.name)).toEqual(['contract-review']);
    expect((await askOpenAi(simulator, '/organization/projects/proj_ofsomebodyelse')).status).toBe(404);
  });

  it('has no other endpoints, no other methods, and no balance', async () => {
    expect((await askOpenAi(simulator, '/organization/usage/telepathy', START)).status).toBe(404);
    expect((await askOpenAi(simulator, '/organization/costs/more', START)).status).toBe(404);
    expect(message(await askOpenAi(simulator, '/dashboard/billing/credit_grants'))[0]).toBe(403);
    const post = await fetch(`${simulator.openaiBaseUrl}/organization/projects`, { method: 'POST', headers: { authorization: 'Bearer sk-admin-halcyon-demo-key-of-the-tests' } });
    expect(post.status).toBe(405);
  });
});

describe('Anthropic parameters', () => {
  it('takes lists under their bracketed name alone', async () => {
    expect((await askAnthropic(simulator, '/cost_report', [...RANGE, ['group_by[]', 'description']])).status).toBe(200);
    expect((await askAnthropic(simulator, '/cost_report', [...RANGE, ['group_by', 'description']])).status).toBe(400);
    expect((await askAnthropic(simulator, '/cost_report', [...RANGE, ['group_by[]', 'api_key_id']])).status).toBe(400);
  });

  it('says the limit in its own words', async () => {
    expect(message(await askAnthropic(simulator, '/cost_report', [...RANGE, ['limit', '32']]))).toEqual([400, 'limit: Input should be less than or equal to 31']);
    for (const [width, max] of [['1d', 31], ['1h', 168], ['1m', 1440]] as const) {
      const ask = (limit: number) => askAnthropic(simulator, '/usage_report/messages', [...RANGE, ['bucket_width', width], ['limit', String(limit)]]);
      expect([(await ask(max)).status, (await ask(max + 1)).status]).toEqual([200, 400]);
    }
  });

  it('wants instants with a zone, and snaps them down to whole days', async () => {
    expect((await askAnthropic(simulator, '/cost_report', [['starting_at', '2026-11-10'], ['ending_at', '2026-11-20T00:00:00Z']])).status).toBe(400);
    const { body } = await askAnthropic(simulator, '/cost_report', [['starting_at', '2026-11-18T13:45:00Z'], ['ending_at', '2026-11-19T23:00:00Z']]);
    expect(body.data.map((bucket: Body) => [bucket.starting_at, bucket.ending_at])).toEqual([['2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z']]);
  });

  it('gives speed to those who send its beta header', async () => {
    const bySpeed: Query = [...RANGE, ['group_by[]', 'speed']];
    expect((await askAnthropic(simulator, '/usage_report/messages', bySpeed)).status).toBe(400);
    const { body } = await askAnthropic(simulator, '/usage_report/messages', bySpeed, undefined, { 'anthropic-beta': 'something-else, fast-mode-2026-02-01' });
    expect(new Set(rowsOf([body]).map((row) => row.speed))).toEqual(new Set(['standard', 'fast']));
  });

  it('binds a page token to all other parameters', async () => {
    const { body } = await askAnthropic(simulator, '/cost_report', RANGE);
    const ask = (query: Query) => askAnthropic(simulator, '/cost_report', [...query, ['page', body.next_page]]);
    expect([(await ask(RANGE)).status, (await ask([...RANGE, ['group_by[]', 'description']])).status]).toEqual([200, 400]);
  });

  it('has usage that is never billed, and says so in no report', async () => {
    const grouped = await askAnthropic(simulator, '/usage_report/messages', [...RANGE, ['group_by[]', 'service_tier']]);
    expect(new Set(rowsOf([grouped.body]).map((row) => row.service_tier))).toEqual(new Set(['standard', 'batch', 'priority']));
    const cost = await askAnthropic(simulator, '/cost_report', [...RANGE, ['group_by[]', 'description']]);
    expect(new Set(rowsOf([cost.body]).map((row) => row.service_tier))).toEqual(new Set(['standard', 'batch', null]));
  });

  it('sends amounts with none to ten decimals', async () => {
    const cost = await askAnthropic(simulator, '/cost_report', [...RANGE, ['group_by[]', 'description'], ['group_by[]', 'workspace_id'], ['limit', '31']]);
    const decimals = new Set(rowsOf([cost.body]).map((row) => (row.amount.split('.')[1] ?? '').length));
    expect(decimals.has(0)).toBe(true);
    expect(decimals.size).toBeGreaterThan(4);
  });

  it('hides the default workspace unless asked, and pages both ways', async () => {
    const names = async (query: Query) => (await askAnthropic(simulator, '/workspaces', query)).body.data.map((workspace: Body) => workspace.name);
    expect(await names([])).toEqual(['Production', 'Data platform', 'Claude Code', 'Document intake']);
    expect(await names([['include_default', 'true'], ['include_archived', 'true']])).toEqual(['Default', 'Production', 'Data platform', 'Claude Code', 'Document intake', 'Pilot 2025']);
    const first = (await askAnthropic(simulator, '/workspaces', [['limit', '2']])).body;
    expect(first.has_more).toBe(true);
    expect(await names([['limit', '2'], ['after_id', first.last_id]])).toEqual(['Claude Code', 'Document intake']);
    const second = (await askAnthropic(simulator, '/workspaces', [['after_id', first.last_id]])).body;
    expect(await names([['before_id', second.first_id]])).toEqual(['Production', 'Data platform']);
  });

  it('reports Claude Code per actor: a person by mail, a machine by key name', async () => {
    const { body } = await askAnthropic(simulator, '/usage_report/claude_code', [['starting_at', '2026-11-18']]);
    const actors = body.data.map((record: Body) => record.actor.email_address ?? record.actor.api_key_name);
    expect(actors).toContain('ci-agent');
    expect(actors).toContain('mira.okafor@halcyon.example');
    expect(body.data.find((record: Body) => record.actor.email_address === 'mira.okafor@halcyon.example').model_breakdown.length).toBe(2);
    expect(new Set(body.data.map((record: Body) => record.customer_type))).toEqual(new Set(['api', 'subscription']));
    const page = await askAnthropic(simulator, '/usage_report/claude_code', [['starting_at', '2026-11-18'], ['limit', '2']]);
    expect([page.body.data.length, page.body.has_more]).toEqual([2, true]);
  });

  it('wants its version header', async () => {
    const answer = await fetch(`${simulator.anthropicBaseUrl}/v1/organizations/me`, { headers: { 'x-api-key': 'sk-ant-admin01-halcyon-demo-key' } });
    expect(answer.status).toBe(400);
  });
});
