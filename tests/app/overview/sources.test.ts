import { describe, expect, it } from 'vitest';
import { freshnessOf, isLoading, isMoving } from '#app/(dashboard)/_sources/freshness.ts';
import { topLine } from '#app/(dashboard)/overview/_data/top-rows.ts';
import type { SourceRow } from '#lib/connections/read-connections.ts';
import type { TopRow } from '#lib/usage/read-spend.ts';
import { usd } from './amounts.ts';

function source(over: Partial<SourceRow> = {}): SourceRow {
  return {
    connection_id: 'c', label: 'Main', provider: 'openai', organization_name: null, status: 'active', status_code: null, paused: false, key_set_at: '2026-11-01T00:00:00Z',
    last_success_at: '2026-11-20T10:00:00Z', data_through: '2026-11-20T10:00:00Z', next_run_at: null, sync_interval_minutes: 360, backfill_total: 3, backfill_done: 3,
    running: false, running_kind: null, running_from: null, running_to: null, behind_since: null, uncovered_days: 0, first_day: null, failures: 0, ...over,
  };
}

describe('until when the figures are complete', () => {
  it('is as long as the oldest source that is read as planned', () => {
    const { dataThrough, completeTo } = freshnessOf([source(), source({ data_through: '2026-11-19T22:00:00Z' })]);
    expect(dataThrough?.toISOString()).toBe('2026-11-19T22:00:00.000Z');
    expect(completeTo).toBe('2026-11-19');
  });

  it('is not held back by a source that nothing is heard from: that one is named instead', () => {
    const blind = [source({ paused: true, data_through: '2026-11-10T00:00:00Z' }), source({ status: 'needs_attention', data_through: null }), source({ behind_since: '2026-11-11T00:00:00Z', data_through: '2026-11-11T00:00:00Z' })];
    const freshness = freshnessOf([source(), ...blind]);
    expect(freshness.dataThrough?.toISOString()).toBe('2026-11-20T10:00:00.000Z');
    expect(freshness.blind.map(({ since }) => since?.toISOString() ?? null)).toEqual(['2026-11-10T00:00:00.000Z', null, '2026-11-11T00:00:00.000Z']);
  });

  it('is the oldest of all when none is read as planned, and unknown when nothing was read', () => {
    expect(freshnessOf([source({ paused: true, data_through: '2026-11-10T00:00:00Z' })]).dataThrough?.toISOString()).toBe('2026-11-10T00:00:00.000Z');
    expect(freshnessOf([source({ status: 'verifying', data_through: null, last_success_at: null })])).toMatchObject({ dataThrough: null, completeTo: null });
  });
});

describe('a source that is on its way', () => {
  it('is one whose key is checked, or whose history still comes', () => {
    expect(isLoading(source({ status: 'verifying' }))).toBe(true);
    expect(isLoading(source({ backfill_done: 1 }))).toBe(true);
    expect(isLoading(source())).toBe(false);
    expect(isMoving(source({ running: true }))).toBe(true);
  });

  it('is none that waits for a person: the page would ask for ever', () => {
    expect(isLoading(source({ backfill_done: 1, paused: true }))).toBe(false);
    expect(isLoading(source({ backfill_done: 1, status: 'needs_attention' }))).toBe(false);
  });
});

describe('a line of what cost most', () => {
  const row = (over: Partial<TopRow>): TopRow => ({ provider: 'openai', ref: 'proj_1', label: 'Search', amount: usd('12'), amountComparable: usd('10'), amountBefore: usd('8'), shareBasisPoints: 1200, ...over });

  it('says what the provider means where it names nothing', () => {
    expect(topLine(row({ ref: '', label: null }), 'project', true).name).toBe('No project');
    expect(topLine(row({ ref: '', label: null, provider: 'anthropic' }), 'project', true).name).toBe('Default workspace');
    expect(topLine(row({ ref: '', label: null }), 'model', true).name).toBe('Not tied to a model');
    expect(topLine(row({ label: null }), 'project', true)).toMatchObject({ name: 'proj_1', ref: null });
    expect(topLine(row({}), 'project', true)).toMatchObject({ name: 'Search', ref: 'proj_1' });
  });

  it('compares complete days only, calls new what was not there, and says nothing without a ground', () => {
    expect(topLine(row({}), 'model', true).change).toMatchObject({ kind: 'difference', basisPoints: 2_500n });
    expect(topLine(row({ amountBefore: usd('0') }), 'model', true).change).toEqual({ kind: 'new' });
    expect(topLine(row({}), 'model', false).change).toBeNull();
  });
});
