import { describe, expect, it } from 'vitest';
import { topContributors } from '#lib/alerts/contributors.ts';
import type { Contribution } from '#lib/alerts/contributors.ts';
import { describeAlert } from '#lib/alerts/describe-alert.ts';
import type { AlertFacts, BudgetFacts } from '#lib/alerts/describe-alert.ts';
import { describeAttention, describeRecovered } from '#lib/alerts/describe-connection.ts';
import { describeResolved } from '#lib/alerts/describe-resolved.ts';
import { describeTest } from '#lib/alerts/describe-test-alert.ts';
import { meterScale } from '#lib/alerts/meter-scale.ts';
import { periodAt } from '#lib/alerts/period.ts';
import { DEFAULT_THRESHOLDS } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { isHeaderSafe, UnsafeText } from '#lib/email/safe-text.ts';
import { Money } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');
const share = (basisPoints: number): Threshold => ({ kind: 'actual', basisPoints });
const THROUGH = new Date('2026-11-19T14:00:00Z');
const frame = { organization: 'Acme', url: 'https://keymeter.example.com/alerts/7', why: 'You are an owner of Acme.', checkpoint: null };
const BREAKS = ['Acme\r\nBcc: eve@example.com', 'Acme\nX', 'Acme\0'];

function budget(more: Partial<BudgetFacts> = {}): BudgetFacts {
  return { name: 'Production', scope: 'all providers', amount: usd('500'), thresholds: DEFAULT_THRESHOLDS, period: periodAt('month', 'UTC', THROUGH), sources: ['OpenAI', 'Anthropic'], ...more };
}
function alert(billed: string, more: Partial<AlertFacts> = {}): AlertFacts {
  return {
    ...frame,
    budget: budget(),
    raise: { threshold: share(8000), episode: 0, onConnect: false, afterEnd: false },
    passed: [],
    billed: usd(billed),
    estimated: null,
    dataThrough: THROUGH,
    unknown: [],
    contributors: { by: 'model', list: [] },
    ...more,
  };
}

describe('the subject of an alert', () => {
  it.each([
    ['400', {}, 'Production passed 80% of its November 2026 budget: $400.00 of $500.00', 'near'],
    ['250', { raise: { threshold: share(5000), episode: 0, onConnect: false, afterEnd: false } }, 'Production passed 50% of its November 2026 budget: $250.00 of $500.00', 'calm'],
    ['500', {}, 'Production has used up its November 2026 budget: $500.00 of $500.00', 'over'],
    ['500.000000000001', {}, 'Production is over its November 2026 budget: $500.000000000001 of $500.000000000000', 'over'],
    ['499.999999', {}, 'Production passed 80% of its November 2026 budget: $499.999999 of $500.000000', 'near'],
    ['612.37', { raise: { threshold: share(10_000), episode: 1, onConnect: false, afterEnd: false } }, 'Again: Production is over its November 2026 budget: $612.37 of $500.00', 'over'],
    ['75', { raise: { threshold: { kind: 'actual', amount: usd('75') }, episode: 0, onConnect: false, afterEnd: false } }, 'Production passed $75.00 of its November 2026 budget: $75.00 of $500.00', 'calm'],
    ['0.004', { budget: budget({ amount: usd('0') }) }, 'Production is over its November 2026 budget: <$0.01 of $0.00', 'over'],
  ] as const)('at %s', (billed, more, subject, tone) => {
    const content = describeAlert(alert(billed, more as Partial<AlertFacts>));
    expect([content.subject, content.tone]).toEqual([subject, tone]);
  });

  it('never holds a name that a provider chose, and stays one line with any of them', () => {
    const hostile = 'gpt\r\nBcc: eve@example.com';
    const content = describeAlert(
      alert('400', {
        budget: budget({ scope: hostile, sources: [hostile] }),
        unknown: [{ source: hostile, since: THROUGH }],
        contributors: { by: 'model', list: [{ name: hostile, amount: usd('1'), kind: 'billed' }] },
      }),
    );
    expect(content.subject).not.toContain('gpt');
    const texts = [content.covers, ...content.cautions, ...content.howComputed, ...(content.contributors?.rows ?? []).map(({ name }) => name)];
    for (const text of texts) expect(isHeaderSafe(text), text).toBe(true);
  });

  it('cuts a name that would fill the inbox', () => {
    expect(describeAlert(alert('400', { budget: budget({ name: 'x'.repeat(500) }) })).subject.length).toBeLessThan(140);
  });
});

describe('names and links from people', () => {
  it.each(BREAKS)('are refused with a line break or NUL: %j', (bad) => {
    const connection = { ...frame, name: 'Production', provider: 'OpenAI', unknownSince: THROUGH, budgets: ['All'], zone: 'UTC' };
    const refused: (() => unknown)[] = [
      () => describeAlert(alert('400', { budget: budget({ name: bad }) })),
      () => describeAlert(alert('400', { organization: bad })),
      () => describeAlert(alert('400', { why: bad })),
      () => describeAlert(alert('400', { url: `https://keymeter.example.com/${bad}` })),
      () => describeResolved({ ...frame, budget: budget({ name: bad }), resolve: { threshold: share(8000), from: usd('2'), to: usd('1') }, raisedAt: THROUGH, dataThrough: THROUGH }),
      () => describeAttention({ ...connection, name: bad, reason: 'key_rejected' }),
      () => describeAttention({ ...connection, budgets: [bad], reason: 'silent_for_a_day' }),
      () => describeRecovered({ ...connection, name: bad, recoveredAt: THROUGH }),
      () => describeTest({ ...frame, askedBy: bad, askedAt: THROUGH, zone: 'UTC' }),
    ];
    for (const attempt of refused) expect(attempt).toThrow(UnsafeText);
  });
});

describe('what an alert tells', () => {
  it('when spend crossed several thresholds at once', () => {
    const { facts } = describeAlert(alert('600', { raise: { threshold: share(10_000), episode: 0, onConnect: false, afterEnd: false }, passed: [share(5000), share(8000)] }));
    expect(facts.find(({ label }) => label === 'Threshold')?.value).toBe('100% ($500.00), 50% and 80% passed at the same time');
  });

  it('when it was found on connect, after the end, or without a source that is unknown', () => {
    const raise = { threshold: share(8000), episode: 0, onConnect: true, afterEnd: true };
    const { cautions } = describeAlert(alert('400', { raise, unknown: [{ source: 'OpenAI', since: THROUGH }] }));
    expect(cautions).toHaveLength(3);
    expect(cautions.join(' ')).toMatch(/newly connected key.*period is over.*OpenAI is unknown since 19 Nov 2026, 14:00 UTC/);
    expect(describeAlert(alert('400')).cautions).toEqual([]);
  });

  it('about estimates: shown apart, never added', () => {
    const with_ = describeAlert(alert('400', { estimated: usd('50') }));
    expect(with_.spent).toBe('$400.00');
    expect(with_.facts).toContainEqual({ label: 'Not counted', value: '$50.00 estimated and not billed yet' });
    expect(describeAlert(alert('400', { estimated: usd('0') })).facts.map(({ label }) => label)).not.toContain('Not counted');
  });

  it('about zones: that days are cut where the zone is not UTC', () => {
    const madrid = describeAlert(alert('400', { budget: budget({ period: periodAt('month', 'Europe/Madrid', THROUGH) }) }));
    expect(madrid.howComputed.join(' ')).toContain('estimated at the edges');
    expect(madrid.facts).toContainEqual({ label: 'Data through', value: '19 Nov 2026, 15:00 (Europe/Madrid)' });
    expect(describeAlert(alert('400')).howComputed.join(' ')).not.toContain('edges');
  });

  it('has no percentage of a budget of zero', () => {
    const content = describeAlert(alert('3', { budget: budget({ amount: usd('0') }) }));
    expect([content.percent, content.remaining, content.meter.filled]).toEqual(['', '$3.00 over', 1000]);
    expect(content.howComputed.join(' ')).not.toContain('%');
  });
});

describe('a resolved alert', () => {
  it('names both amounts and never calls equal what differs', () => {
    const content = describeResolved({
      ...frame,
      budget: budget(),
      resolve: { threshold: share(8000), from: usd('412.37'), to: usd('399.999999') },
      raisedAt: THROUGH,
      dataThrough: THROUGH,
    });
    expect(content.subject).toBe('Resolved: Production restated from $412.37 to $399.999999, below 80%');
    expect(content.before.value).toBe('$412.37');
    expect(content.after.value).toBe('$399.999999');
  });
});

describe('a mail about a connection', () => {
  const connection = { ...frame, name: 'Production', provider: 'OpenAI', unknownSince: THROUGH, budgets: ['All AI spend', 'Research'], zone: 'UTC' };

  it('says what to do and since when budgets cannot see', () => {
    const content = describeAttention({ ...connection, reason: 'key_rejected' });
    expect(content.subject).toBe('OpenAI refuses the key of Production');
    expect(content.consequences.join(' ')).toContain('All AI spend and Research cannot warn you');
    expect(content.consequences.join(' ')).toContain('unknown since 19 Nov 2026, 14:00 UTC');
    expect(content.steps).toHaveLength(3);
  });

  it('without budgets says that unknown is not zero', () => {
    expect(describeAttention({ ...connection, budgets: [], reason: 'silent_for_a_day' }).consequences[0]).toContain('never as zero');
  });
});

describe('the contributors', () => {
  const one = (name: string, amount: string, kind: Contribution['kind'] = 'billed'): Contribution => ({ name, amount: usd(amount), kind });

  it('are the three largest, in one order whatever order they came in, with the rest summed', () => {
    const list = [one('d', '1'), one('b', '30'), one('a', '30'), one('c', '20'), one('e', '2')];
    const expected = { names: ['a', 'b', 'c'], shares: ['30%', '30%', '20%'], rest: { label: '2 more', value: '$3.00' } };
    for (const shuffled of [list, list.toReversed()]) {
      const top = topContributors('model', shuffled, usd('100'));
      expect({ names: top?.rows.map((r) => r.name), shares: top?.rows.map((r) => r.share), rest: top?.rest }).toEqual(expected);
    }
  });

  it('never add kinds together, and an estimate has no share of the bill', () => {
    const list = [one('a', '50'), one('b', '40', 'allocated'), one('c', '30', 'estimated'), one('d', '1'), one('e', '1', 'estimated')];
    const top = topContributors('model', list, usd('100'));
    expect(top?.rows.map((r) => [r.share, r.kind])).toEqual([['50%', ''], ['40%', 'allocated'], ['', 'estimated']]);
    expect(top?.rest).toEqual({ label: '2 more', value: '' });
  });

  it('leave out what contributed nothing, and are absent when nobody did', () => {
    expect(topContributors('model', [one('a', '0'), one('b', '-4')], usd('1'))).toBeNull();
    expect(topContributors('model', [], usd('1'))).toBeNull();
    expect(topContributors('model', [one('', '4')], usd('0'))?.rows).toEqual([{ name: 'unnamed', amount: '$4.00', share: '', bar: 1000, kind: '' }]);
  });
});

describe('the gauge', () => {
  const at = (spend: string, amount = '100', thresholds = DEFAULT_THRESHOLDS) => meterScale(usd(spend), usd(amount), thresholds);

  it('ends at the budget until that is overrun', () => {
    expect(at('82.45')).toEqual({
      filled: 824,
      budgetAt: 1000,
      marks: [
        { at: 500, label: '50%', reached: true },
        { at: 800, label: '80%', reached: true },
        { at: 1000, label: '100%', reached: false },
      ],
    });
    expect(at('200')).toMatchObject({ filled: 1000, budgetAt: 500 });
  });

  it('keeps the budget in sight however far it is overrun', () => {
    expect(at('1000000')).toMatchObject({ filled: 1000, budgetAt: 250 });
  });

  it('reaches to a threshold beyond the budget', () => {
    expect(at('50', '100', [share(20_000)])).toMatchObject({ filled: 250, budgetAt: 500, marks: [{ at: 1000 }] });
  });

  it('stays in its bounds at zero, with credits, and at the largest amounts', () => {
    expect(at('0')).toMatchObject({ filled: 0 });
    expect(at('-5')).toMatchObject({ filled: 0 });
    expect(at('0', '0')).toMatchObject({ filled: 0, budgetAt: 0 });
    expect(at('99999999999999999999999999', '99999999999999999999999999')).toMatchObject({ filled: 1000 });
  });
});
