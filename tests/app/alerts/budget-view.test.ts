import { describe, expect, it } from 'vitest';
import { budgetView, planOf } from '#app/(dashboard)/_budgets/budget-view.ts';
import type { ScopeSource } from '#app/(dashboard)/_budgets/budget-scope.ts';
import { draftOf } from '#app/(dashboard)/alerts/_data/budget-draft.ts';
import type { BudgetRow, BudgetSpend } from '#lib/alerts/read-alerts.ts';
import { Money } from '#lib/money.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const usd = (text: string) => Money.parse(text, 'USD');

function budget(over: Partial<BudgetRow> = {}): BudgetRow {
  return { id: 'b1', name: 'All', scopeKind: 'organization', scopeRef: '', period: 'month', zone: 'UTC', amount: usd('500'), thresholds: ['actual:bp:5000', 'actual:bp:8000', 'actual:bp:10000'], settingsChangedAt: NOW, databaseNow: NOW, ...over };
}

const spent = (billed: string | null, over: Partial<BudgetSpend> = {}): BudgetSpend => ({ billed: billed === null ? null : usd(billed), loading: false, dataThrough: NOW, ...over });
const source = (over: Partial<ScopeSource> = {}): ScopeSource => ({ connectionId: 'c1', provider: 'openai', label: 'Main', blind: false, unknownSince: new Date('2026-11-18T09:00:00Z'), ...over });
const view = (billed: string | null, over: Partial<BudgetRow> = {}, sources: ScopeSource[] = [], more: Partial<BudgetSpend> = {}) => budgetView(planOf(budget(over)), spent(billed, more), sources);

describe('a budget on a page', () => {
  it.each([
    ['0', 'calm', '$500.00 left until 30 November 2026. The first warning comes at 50%.'],
    ['249.999999999999', 'calm', '$250.00 left until 30 November 2026. The first warning comes at 50%.'],
    ['250', 'calm', 'Passed 50%. $250.00 left until 30 November 2026.'],
    ['402.1', 'near', 'Passed 80%. $97.90 left until 30 November 2026.'],
    ['500', 'over', 'Used up to the cent; the period runs until 30 November 2026.'],
    ['620.11', 'over', '$120.11 over, with the period running until 30 November 2026.'],
  ])('with %s of 500 billed is %s', (billed, state, sentence) => {
    expect(view(billed)).toMatchObject({ state, sentence });
  });

  it('is unknown while nothing was read: neither zero nor calm', () => {
    expect(view(null)).toMatchObject({ state: 'unknown', basisPoints: null, billed: null, figures: 'Unknown, of $500.00', sentence: 'Nothing has been read for it yet, so what is spent is unknown.' });
    expect(budgetView(planOf(budget()), undefined, [])).toMatchObject({ state: 'unknown' });
  });

  it('says what its figure lacks, of the sources it covers only', () => {
    const blind = source({ blind: true });
    expect(view('1', {}, [blind]).cautions).toEqual(['OpenAI “Main” is unknown since 18 Nov 2026, 09:00 UTC; what it spent after that is not in this figure.']);
    expect(view('1', { scopeKind: 'provider', scopeRef: 'anthropic' }, [blind]).cautions).toEqual([]);
    expect(view('1', { scopeKind: 'connection', scopeRef: 'c1' }, [blind]).cautions).toHaveLength(1);
    expect(view('1', {}, [], { loading: true }).cautions).toEqual(['Days of this period are still being read, so the figure will grow.']);
    expect(view('1', { zone: 'Europe/Madrid' }).cautions).toEqual(['Providers count days in UTC, so the first and last day of a period in Europe/Madrid are estimated at the edges.']);
  });

  it('never makes two different amounts look the same', () => {
    expect(view('499.999')).toMatchObject({ figures: '$499.9990 of $500.0000', state: 'near' });
  });

  it('has a tick for every threshold, amounts of their own included', () => {
    expect(view('1', { thresholds: ['actual:usd:125', 'actual:bp:3333', 'unreadable'] }).ticks).toEqual([25, 33.33]);
  });

  it('is judged over the days of its own period', () => {
    expect(planOf(budget({ period: 'week' }))).toMatchObject({ from: '2026-11-16', to: '2026-11-23' });
    expect(planOf(budget({ zone: 'Nowhere/Land' })).period.zone).toBe('UTC');
  });

  it('counts as the one for the whole month only when it covers all of it', () => {
    expect(view('1').wholeMonth).toBe(true);
    for (const over of [{ period: 'week' }, { scopeKind: 'provider', scopeRef: 'openai' }, { zone: 'Europe/Madrid' }] as const) expect(view('1', over).wholeMonth).toBe(false);
  });

  it('says in words what it covers', () => {
    const named = (scopeKind: BudgetRow['scopeKind'], scopeRef: string) => view('1', { scopeKind, scopeRef }, [source()]).scope;
    expect([named('organization', ''), named('provider', 'openai'), named('connection', 'c1'), named('connection', 'c9'), named('model', 'gpt-6')]).toEqual(['All providers', 'OpenAI', 'OpenAI “Main”', 'A connection that is gone', 'Model gpt-6']);
  });
});

describe('a budget in the form', () => {
  it('keeps every threshold it has', () => {
    expect(draftOf(budget({ thresholds: ['actual:bp:3333', 'actual:usd:412.5', 'actual:bp:10000'] }), 'All providers')).toMatchObject({ percents: ['33.33', '100'], amountThresholds: ['actual:usd:412.5'], amount: '500', scope: 'organization' });
  });
});
