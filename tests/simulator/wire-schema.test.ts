import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SURFACES } from '#scripts/stack/simulator/openai/surfaces.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Query, askAnthropic, askOpenAi, expectWire, startAt, subsetsOf, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const groupings = (names: readonly string[]) => [[], ...names.map((name) => [name]), [...names]];
const rowCount = (body: { data: { results: unknown[] }[] }) => body.data.reduce((sum, bucket) => sum + bucket.results.length, 0);

describe('every answer of the simulated OpenAI reads as the contract says', () => {
  const start: Query = [['start_time', unix('2026-11-10T00:00:00Z')]];

  for (const surface of SURFACES) {
    for (const width of ['1d', '1h', '1m']) {
      it(`usage of ${surface.path} by ${width} under every grouping`, async () => {
        let rows = 0;
        for (const names of groupings(surface.groupBy)) {
          const path = `/organization/usage/${surface.path}`;
          const range: Query = width === '1d' ? start : [['start_time', unix('2026-11-19T08:00:00Z')]];
          const answer = await askOpenAi(simulator, path, [...range, ['bucket_width', width], ...names.map((name) => ['group_by', name] as const)]);
          expectWire('openai', path, answer);
          rows += rowCount(answer.body);
        }
        expect(rows).toBeGreaterThan(0);
      });
    }
  }

  it('costs under each of the 32 groupings', async () => {
    for (const names of subsetsOf(['project_id', 'line_item', 'api_key_id', 'user_id', 'api_source'])) {
      const answer = await askOpenAi(simulator, '/organization/costs', [...start, ...names.map((name) => ['group_by', name] as const)]);
      expectWire('openai', '/organization/costs', answer);
      expect(rowCount(answer.body)).toBeGreaterThan(0);
    }
  });

  it('lists and single objects', async () => {
    const projects = await askOpenAi(simulator, '/organization/projects', [['include_archived', 'true']]);
    const admin = await askOpenAi(simulator, '/organization/admin_api_keys');
    const users = await askOpenAi(simulator, '/organization/users');
    const paths = ['/organization/projects', '/organization/admin_api_keys', `/organization/admin_api_keys/${admin.body.data[0].id}`, '/organization/users', `/organization/users/${users.body.data[0].id}`, '/organization/spend_limit', '/organization/spend_alerts'];
    for (const project of projects.body.data) {
      paths.push(`/organization/projects/${project.id}`, `/organization/projects/${project.id}/api_keys`, `/organization/projects/${project.id}/spend_limit`, `/organization/projects/${project.id}/spend_alerts`);
      const keys = await askOpenAi(simulator, `/organization/projects/${project.id}/api_keys`);
      for (const key of keys.body.data) paths.push(`/organization/projects/${project.id}/api_keys/${key.id}`);
    }
    const statuses = new Set<number>();
    for (const path of paths) {
      const answer = await askOpenAi(simulator, path);
      expectWire('openai', path, answer);
      statuses.add(answer.status);
    }
    expect(paths.length).toBeGreaterThan(40);
    // A project without a spend limit answers 404, in the documented form.
    expect([...statuses].sort()).toEqual([200, 404]);
  });
});

describe('every answer of the simulated Anthropic reads as the contract says', () => {
  const range: Query = [['starting_at', '2026-11-10T00:00:00Z'], ['ending_at', '2026-11-21T00:00:00Z']];
  const fast = { 'anthropic-beta': 'fast-mode-2026-02-01' };

  it('the messages report by day, hour and minute under every grouping', async () => {
    const names = ['account_id', 'api_key_id', 'context_window', 'inference_geo', 'model', 'service_account_id', 'service_tier', 'speed', 'workspace_id'];
    for (const grouping of groupings(names)) {
      for (const width of ['1d', '1h', '1m']) {
        const start: Query = width === '1d' ? range : [['starting_at', '2026-11-19T08:00:00Z'], ['ending_at', '2026-11-20T11:00:00Z']];
        const answer = await askAnthropic(simulator, '/usage_report/messages', [...start, ['bucket_width', width], ...grouping.map((name) => ['group_by[]', name] as const)], undefined, fast);
        expectWire('anthropic', '/usage_report/messages', answer);
        expect(rowCount(answer.body)).toBeGreaterThan(0);
      }
    }
  });

  it('the cost report under each of its four groupings', async () => {
    for (const names of subsetsOf(['workspace_id', 'description'])) {
      const answer = await askAnthropic(simulator, '/cost_report', [...range, ...names.map((name) => ['group_by[]', name] as const)]);
      expectWire('anthropic', '/cost_report', answer);
      expect(rowCount(answer.body)).toBeGreaterThan(0);
    }
  });

  it('Claude Code, workspaces, keys in both shapes, and the organisation', async () => {
    const key = simulator.control.issueKey({ provider: 'anthropic' });
    const paths: [string, Query][] = [
      ['/usage_report/claude_code', [['starting_at', '2026-11-18']]],
      ['/workspaces', [['include_archived', 'true'], ['include_default', 'true']]],
      ['/api_keys', []],
      ['/me', []],
    ];
    for (const [path, query] of paths) expectWire('anthropic', path, await askAnthropic(simulator, path, query, key));
    for (const shape of ['older', 'newer', 'both'] as const) {
      const id = simulator.control.misbehave(key, { kind: 'api_key_shape', shape });
      const answer = await askAnthropic(simulator, '/api_keys', [], key);
      expectWire('anthropic', '/api_keys', answer);
      expect('workspace_id' in answer.body.data[0], shape).toBe(shape !== 'newer');
      expect('scope' in answer.body.data[0], shape).toBe(shape !== 'older');
      simulator.control.behave(key, id);
    }
  });

  it('the beta pair under every dimension, in buckets and without', async () => {
    const beta = { 'anthropic-beta': 'analytics-usage-cost-2026-08-24' };
    const dimensions = ['actor', 'actor_type', 'api_key_id', 'context_window', 'inference_geo', 'model', 'product', 'service_tier', 'speed', 'workspace_id'];
    for (const name of dimensions) {
      for (const bucket of [[], [['time_bucket_width', '1d']]] as Query[]) {
        const usage = await askAnthropic(simulator, '/analytics/usage', [...range, ...bucket, ['group_by[]', name]], undefined, beta);
        expectWire('anthropic', '/analytics/usage', usage);
        const cost = await askAnthropic(simulator, '/analytics/cost', [...range, ...bucket, ['group_by[]', name], ['group_by[]', 'token_type'], ['group_by[]', 'cost_type']], undefined, beta);
        expectWire('anthropic', '/analytics/cost', cost);
        expect(usage.body.data.length * cost.body.data.length).toBeGreaterThan(0);
      }
    }
  });
});
