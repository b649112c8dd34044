import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day } from '#lib/day.ts';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import type { Simulator } from '#scripts/stack/simulator/server.ts';
import { type Body, askAnthropic, askOpenAi, centsSum, dollarsSum, pico, rowsOf, startAt, unix } from './client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startAt();
});
afterAll(() => simulator.close());

const DAY = '2026-11-12';
const NEXT = '2026-11-13';
const totals = (provider: 'openai' | 'anthropic', org: string, from = DAY, to = NEXT) => simulator.control.totals({ provider, org, from: day(from), to: day(to) });

async function costRows(org: string, names: readonly string[]): Promise<Body[]> {
  const key = simulator.control.issueKey({ provider: 'openai', org });
  const { body } = await askOpenAi(simulator, '/organization/costs', [['start_time', unix(`${DAY}T00:00:00Z`)], ['end_time', unix(`${NEXT}T00:00:00Z`)], ...names.map((name) => ['group_by', name] as const)], key);
  return rowsOf([body]);
}

function correct(provider: 'openai' | 'anthropic', org: string, behaviour: BehaviourInput): void {
  simulator.control.issueKey({ provider, org, behaviour });
}

describe('a closed day changes later', () => {
  it('up and down, for every key of the customer and in the totals alike', async () => {
    const before = pico(totals('openai', 'up').billed);
    correct('openai', 'up', { kind: 'correct_day', day: DAY, percent: 10 });
    const after = pico(totals('openai', 'up').billed);
    expect(after).toBeGreaterThan((before * 109n) / 100n);
    expect(after).toBeLessThanOrEqual((before * 110n) / 100n);
    expect(dollarsSum(await costRows('up', ['line_item']))).toBe(after);
    correct('openai', 'up', { kind: 'correct_day', day: DAY, percent: -50 });
    expect(pico(totals('openai', 'up').billed)).toBeLessThan(before);
  });

  it('and no other day, no other customer, no other provider does', () => {
    const world = () => [totals('openai', 'calm', DAY, NEXT), totals('openai', 'stirred', NEXT, '2026-11-20'), totals('anthropic', 'stirred')];
    const before = world();
    correct('openai', 'stirred', { kind: 'correct_day', day: DAY, percent: 100 });
    expect(world()).toEqual(before);
  });

  it('until the key is told to behave', () => {
    const key = simulator.control.issueKey({ provider: 'openai', org: 'back' });
    const before = totals('openai', 'back');
    simulator.control.misbehave(key, { kind: 'correct_day', day: DAY, percent: 25 });
    expect(totals('openai', 'back')).not.toEqual(before);
    simulator.control.behave(key);
    expect(totals('openai', 'back')).toEqual(before);
  });
});

describe('a row vanishes', () => {
  it('the dearest project and model are gone from cost, usage and totals', async () => {
    const names = ['project_id', 'line_item', 'api_key_id'];
    const before = await costRows('vanish', names);
    correct('openai', 'vanish', { kind: 'vanish_row', day: DAY });
    const after = await costRows('vanish', names);
    const ids = (rows: Body[]) => rows.map((row) => [row.project_id, row.line_item, row.api_key_id].join());
    expect(ids(after).every((id) => ids(before).includes(id))).toBe(true);
    expect(after.length).toBeLessThan(before.length);
    expect(dollarsSum(after)).toBe(pico(totals('openai', 'vanish').billed));
  });

  it('the one asked for, at Anthropic', async () => {
    const key = simulator.control.issueKey({ provider: 'anthropic', org: 'gone' });
    const workspace = simulator.control.world('gone').anthropic.directory.workspace('Document intake').id;
    simulator.control.misbehave(key, { kind: 'vanish_row', day: DAY, project: workspace, model: 'claude-sonnet-5' });
    const { body } = await askAnthropic(simulator, '/cost_report', [['starting_at', `${DAY}T00:00:00Z`], ['ending_at', `${NEXT}T00:00:00Z`], ['group_by[]', 'workspace_id']], key);
    const rows = rowsOf([body]);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.some((row) => row.workspace_id === workspace)).toBe(false);
    expect(centsSum(rows)).toBe(pico(totals('anthropic', 'gone').billed));
  });
});

describe('a row moves to another key', () => {
  it('the sum stays, the key changes, the project does not', async () => {
    const byKey = async () => new Map((await costRows('moved', ['api_key_id'])).map((row) => [row.api_key_id as string, pico(String(row.amount.value))]));
    const byProject = () => totals('openai', 'moved').billedByProject;
    const [before, projects] = [await byKey(), byProject()];
    correct('openai', 'moved', { kind: 'move_row', day: DAY });
    const after = await byKey();
    const changed = [...after.keys()].filter((key) => after.get(key) !== before.get(key));
    expect(changed.length).toBe(2);
    const sum = (amounts: Map<string, bigint>) => [...amounts.values()].reduce((a, b) => a + b, 0n);
    expect(sum(after)).toBe(sum(before));
    expect(byProject()).toEqual(projects);
  });

  it('at Anthropic only usage knows keys, so the bill stays as it is', async () => {
    const key = simulator.control.issueKey({ provider: 'anthropic', org: 'movedtoo' });
    const range = [['starting_at', `${DAY}T00:00:00Z`], ['ending_at', `${NEXT}T00:00:00Z`], ['group_by[]', 'api_key_id']] as const;
    const usage = async () => rowsOf([(await askAnthropic(simulator, '/usage_report/messages', range, key)).body]);
    const [before, billed] = [await usage(), totals('anthropic', 'movedtoo').billed];
    simulator.control.misbehave(key, { kind: 'move_row', day: DAY });
    const after = await usage();
    expect(after).not.toEqual(before);
    const output = (rows: Body[]) => rows.reduce((sum: number, row) => sum + row.output_tokens, 0);
    expect(output(after)).toBe(output(before));
    expect(totals('anthropic', 'movedtoo').billed).toBe(billed);
  });
});
