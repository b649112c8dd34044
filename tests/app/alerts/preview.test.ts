import { describe, expect, it } from 'vitest';
import { scopedDays, totalOf } from '#app/(dashboard)/alerts/_data/budget-history.ts';
import { budgetHistory } from '#app/(dashboard)/alerts/_data/history-of.ts';
import { previewWords } from '#app/(dashboard)/alerts/_data/preview-words.ts';
import { addDays, day, eachDay } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { DailySpend } from '#lib/usage/read-spend.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const billed = (d: string, provider: ProviderName, amount: string, kind: DailySpend['kind'] = 'billed'): DailySpend => ({ day: day(d), provider, kind, amount: Money.parse(amount, 'USD') });
const daily = eachDay(day('2026-10-01'), day('2026-11-21')).flatMap((d) => [billed(d, 'openai', '1.1'), billed(d, 'anthropic', '2'), billed(d, 'anthropic', '50', 'estimated')]);
const both: ProviderName[] = ['openai', 'anthropic'];

const total = (kind: string, scope: string, more: { providers?: ProviderName[]; gaps?: Map<ProviderName, ReadonlySet<never>> } = {}) => {
  const history = budgetHistory({ daily, providers: more.providers ?? both, gaps: more.gaps ?? new Map() }, NOW).find((each) => each.kind === kind);
  const days = history ? scopedDays(history, scope) : null;
  return days ? totalOf(days).toDecimal() : null;
};

describe('the history a budget is proposed from', () => {
  it('is the last whole period of each kind, billed only', () => {
    expect(budgetHistory({ daily, providers: both, gaps: new Map() }, NOW).map(({ kind, label, days }) => [kind, label, days.length])).toEqual([['day', '19 November 2026', 1], ['week', '9–15 November 2026', 7], ['month', 'October 2026', 31]]);
    expect([total('month', 'organization'), total('month', 'openai'), total('week', 'anthropic')]).toEqual(['96.1', '34.1', '14']);
  });

  it('is unknown where a day is missing or where nothing was ever read', () => {
    const gaps = new Map<ProviderName, ReadonlySet<never>>([['anthropic', new Set([day('2026-10-31')]) as never]]);
    expect([total('month', 'organization', { gaps }), total('month', 'anthropic', { gaps }), total('month', 'openai', { gaps })]).toEqual([null, null, '34.1']);
    expect(total('month', 'anthropic', { providers: ['openai'] })).toBeNull();
    expect(total('month', 'organization', { providers: [] })).toBeNull();
    // A scope that daily spend by provider cannot tell.
    expect(total('month', 'elsewhere')).toBeNull();
  });
});

describe('the preview', () => {
  const days = Array.from({ length: 10 }, (_, i) => ({ day: addDays(day('2026-10-01'), i), amount: Money.parse('10', 'USD') }));

  it('says on which day each threshold would have been told, and how many mails that is', () => {
    expect(previewWords('100', ['50', '80', '101'], days)).toEqual({ headline: 'it would have sent 2 mails', lines: [{ threshold: '50%', day: '5 Oct' }, { threshold: '80%', day: '8 Oct' }, { threshold: '101%', day: null }] });
  });

  it('counts what one day jumps over as one mail', () => {
    expect(previewWords('10', ['50', '80', '100'], days)?.headline).toBe('it would have sent 1 mail');
    expect(previewWords('1000', ['50'], days)?.headline).toBe('it would have kept quiet');
  });

  it('reads amounts as the form does, and waits while one cannot be read', () => {
    expect(previewWords(' $1,000.00 ', ['5'], days)?.lines[0]?.day).toBe('5 Oct');
    for (const amount of ['', '0', '-5', 'abc', '1e']) expect(previewWords(amount, ['50'], days)).toBeNull();
    expect(previewWords('100', ['', 'x', '0'], days)).toBeNull();
  });
});
