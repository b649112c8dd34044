import { describe, expect, it } from 'vitest';
import { decide, RE_RAISE_AFTER_MS, SETTLING_MS } from '#lib/alerts/decide.ts';
import type { Decision, PeriodState, RaisedAlert } from '#lib/alerts/decide.ts';
import { periodAt } from '#lib/alerts/period.ts';
import { DEFAULT_THRESHOLDS } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { Money, MoneyError } from '#lib/money.ts';

const usd = (text: string) => Money.parse(text, 'USD');
const NOW = new Date('2026-11-20T11:00:00Z');
const november = periodAt('month', 'UTC', NOW);
const budgetOf = (amount: string, thresholds: readonly Threshold[] = DEFAULT_THRESHOLDS) => ({ amount: usd(amount), thresholds });
const hundred = budgetOf('100');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

function state(billed: string | null, more: Partial<PeriodState> = {}): PeriodState {
  return { period: november, now: NOW, billed: billed === null ? null : usd(billed), history: 'settled', alerts: [], ...more };
}

function raised(basisPoints: number, more: Partial<RaisedAlert> = {}): RaisedAlert {
  const spend = usd(String(basisPoints / 100));
  return { thresholdKey: `actual:bp:${basisPoints}`, episode: 0, state: 'open', raisedAt: hoursAgo(48), spendAtRaise: spend, budgetAtRaise: usd('100'), message: true, ...more };
}

/** One line a decision, e.g. `raise actual:bp:8000 #0 message`. */
function lines(decisions: Decision[]): string[] {
  return decisions.map((d) => {
    const flags = d.do === 'clear' ? [] : [d.message && 'message', d.do === 'raise' && d.onConnect && 'on-connect', d.do === 'raise' && d.afterEnd && 'after-end'];
    return [d.do, d.thresholdKey.replace('actual:bp:', ''), `#${d.episode}`, ...flags.filter(Boolean)].join(' ');
  });
}

describe('a threshold', () => {
  it.each([
    ['below every threshold nothing', '49.999999999999', []],
    ['exactly at one it is raised', '50', ['raise 5000 #0 message']],
    ['one unit below the next only the first', '79.999999999999', ['raise 5000 #0 message']],
    ['a jump names the highest and marks the lower passed', '80', ['raise 5000 #0', 'raise 8000 #0 message']],
    ['a jump over all of them sends one message', '1000', ['raise 5000 #0', 'raise 8000 #0', 'raise 10000 #0 message']],
    ['nothing spent', '0', []],
    ['a credit', '-20', []],
  ])('%s', (_, billed, expected) => {
    expect(lines(decide(hundred, state(billed)))).toEqual(expected);
  });

  it('that is open is not raised again, whatever spend does above it', () => {
    expect(decide(hundred, state('79', { alerts: [raised(5000)] }))).toEqual([]);
    expect(lines(decide(hundred, state('80', { alerts: [raised(5000)] })))).toEqual(['raise 8000 #0 message']);
  });

  it('added below one that was told already is marked passed without a message', () => {
    const budget = budgetOf('100', [...DEFAULT_THRESHOLDS, { kind: 'actual', basisPoints: 6000 }]);
    const alerts = [raised(5000), raised(8000)];
    expect(lines(decide(budget, state('85', { alerts })))).toEqual(['raise 6000 #0']);
  });

  it('may be an amount of its own beside shares', () => {
    const budget = budgetOf('100', [{ kind: 'actual', amount: usd('75') }, { kind: 'actual', basisPoints: 8000 }]);
    expect(lines(decide(budget, state('75')))).toEqual(['raise actual:usd:75 #0 message']);
    expect(lines(decide(budget, state('80')))).toEqual(['raise actual:usd:75 #0', 'raise 8000 #0 message']);
  });

  it('of a zero budget is crossed by the first unit and not by silence', () => {
    expect(decide(budgetOf('0'), state('0'))).toEqual([]);
    expect(lines(decide(budgetOf('0'), state('0.000000000001')))).toEqual(['raise 5000 #0', 'raise 8000 #0', 'raise 10000 #0 message']);
  });

  it('works at the largest amounts a column holds', () => {
    const largest = '99999999999999999999999999';
    expect(lines(decide(budgetOf(largest), state(largest)))).toEqual(['raise 5000 #0', 'raise 8000 #0', 'raise 10000 #0 message']);
    expect(decide(budgetOf(largest, [{ kind: 'actual', basisPoints: 20_000 }]), state(largest))).toEqual([]);
  });
});

describe('spend that is not known', () => {
  it('decides nothing, neither a raise nor a resolve', () => {
    expect(decide(hundred, state(null))).toEqual([]);
    expect(decide(hundred, state(null, { alerts: [raised(5000)] }))).toEqual([]);
  });

  it('in another currency is refused loudly', () => {
    expect(() => decide(hundred, { ...state('0'), billed: Money.parse('60', 'EUR') })).toThrow(MoneyError);
  });
});

describe('a period that is over', () => {
  const after = (ms: number) => ({ now: new Date(november.end.getTime() + ms) });

  it('still raises what its last days bring while they are being reported', () => {
    expect(lines(decide(hundred, state('50', after(0))))).toEqual(['raise 5000 #0 message after-end']);
    expect(lines(decide(hundred, state('50', after(SETTLING_MS - 1))))).toEqual(['raise 5000 #0 message after-end']);
  });

  it('raises nothing once it is closed', () => {
    expect(decide(hundred, state('500', after(SETTLING_MS)))).toEqual([]);
  });

  it('is corrected without a message once it is closed', () => {
    const alerts = [raised(5000)];
    expect(lines(decide(hundred, state('40', { ...after(SETTLING_MS), alerts })))).toEqual(['resolve 5000 #0']);
  });
});

describe('the first load of a source', () => {
  it('raises nothing while days of the period are still missing', () => {
    expect(decide(hundred, state('500', { history: 'loading' }))).toEqual([]);
  });

  it('raises once when the period is complete, marked on connect', () => {
    expect(lines(decide(hundred, state('85', { history: 'loaded' })))).toEqual(['raise 5000 #0 on-connect', 'raise 8000 #0 message on-connect']);
  });

  it('raises nothing for a period that is over, not even one that still settles', () => {
    expect(decide(hundred, state('500', { history: 'loaded', now: november.end }))).toEqual([]);
  });
});

describe('a restatement', () => {
  it('below a threshold resolves it, naming both amounts', () => {
    const decisions = decide(hundred, state('79.999999999999', { alerts: [raised(8000)], billedBefore: usd('83.2') }));
    // 50 % was never raised in this state, so it is marked now: it is the highest that spend still reaches.
    expect(lines(decisions)).toEqual(['resolve 8000 #0 message', 'raise 5000 #0 message']);
    expect(decisions[0]).toMatchObject({ from: usd('83.2'), to: usd('79.999999999999') });
  });

  it('leaves a threshold alone that spend still reaches exactly', () => {
    expect(decide(hundred, state('80', { alerts: [raised(5000), raised(8000)] }))).toEqual([]);
  });

  it('names the amount at the raise when the amount before is not known', () => {
    const [decision] = decide(hundred, state('10', { alerts: [raised(5000, { spendAtRaise: usd('52.5') })] }));
    expect(decision).toMatchObject({ do: 'resolve', from: usd('52.5'), to: usd('10') });
  });

  it('over several thresholds sends one message, for the highest that had been told', () => {
    const alerts = [raised(5000), raised(8000), raised(10_000, { message: false })];
    expect(lines(decide(hundred, state('10', { alerts })))).toEqual(['resolve 5000 #0', 'resolve 8000 #0 message', 'resolve 10000 #0']);
  });

  it('below a threshold that was only marked passed sends nothing', () => {
    expect(lines(decide(hundred, state('10', { alerts: [raised(5000, { message: false })] })))).toEqual(['resolve 5000 #0']);
  });
});

describe('crossing again in the same period', () => {
  const resolved = (hours: number, spendAtRaise = '80') => raised(8000, { state: 'resolved', raisedAt: hoursAgo(hours), spendAtRaise: usd(spendAtRaise) });
  const fifty = raised(5000);

  it.each([
    ['within a day and 10 points stays quiet', 23.99, '80', '89.999999999999', []],
    ['10 points more speaks at once', 1, '80', '90', ['raise 8000 #1 message']],
    ['a day later speaks', RE_RAISE_AFTER_MS / 3_600_000, '80', '80', ['raise 8000 #1 message']],
    ['a day later but below stays quiet', 30, '80', '79.999999999999', []],
    ['10 points count from the amount at the raise', 1, '85', '94.999999999999', []],
    ['and reach from there', 1, '85', '95', ['raise 8000 #1 message']],
  ])('%s', (_, hours, spendAtRaise, billed, expected) => {
    expect(lines(decide(hundred, state(billed, { alerts: [fifty, resolved(hours, spendAtRaise)] })))).toEqual(expected);
  });

  it('opens the next episode after the newest, in whatever order the rows come', () => {
    const alerts = [fifty, { ...resolved(30), episode: 4 }, { ...resolved(80), episode: 3 }, { ...resolved(60), episode: 0 }];
    expect(lines(decide(hundred, state('82', { alerts })))).toEqual(['raise 8000 #5 message']);
    expect(lines(decide(hundred, state('82', { alerts: alerts.toReversed() })))).toEqual(['raise 8000 #5 message']);
  });

  it('does not let a lower threshold speak in the place of one that waits', () => {
    const alerts = [resolved(2), raised(5000, { state: 'resolved', raisedAt: hoursAgo(40) })];
    expect(lines(decide(hundred, state('81', { alerts })))).toEqual(['raise 5000 #1']);
  });

  it('measures points against the budget each amount was held against', () => {
    // 80 of 100 then, 164 of 200 now: 80 % and 82 %.
    expect(decide(budgetOf('200'), state('164', { alerts: [fifty, resolved(1)] }))).toEqual([]);
    expect(lines(decide(budgetOf('200'), state('180', { alerts: [fifty, resolved(1)] })))).toEqual(['raise 8000 #1 message']);
  });

  it('knows only the day, not points, where a budget is or was zero', () => {
    const alerts = [raised(5000, { state: 'resolved', raisedAt: hoursAgo(1), budgetAtRaise: usd('0'), spendAtRaise: usd('1') })];
    expect(decide(budgetOf('100', [{ kind: 'actual', basisPoints: 5000 }]), state('90', { alerts }))).toEqual([]);
  });
});

describe('an edited budget', () => {
  it('that was raised clears what is now below, without a message', () => {
    const alerts = [raised(5000), raised(8000)];
    expect(lines(decide(budgetOf('200'), state('85', { alerts })))).toEqual(['clear 5000 #0', 'clear 8000 #0']);
  });

  it('that was lowered fires at the next evaluation, once, for the highest', () => {
    expect(lines(decide(budgetOf('60'), state('60', { alerts: [raised(5000)] })))).toEqual(['raise 8000 #0', 'raise 10000 #0 message']);
  });

  it('lowered again fires again at once: the edit is deliberate', () => {
    const alerts = [raised(5000, { state: 'cleared', raisedAt: hoursAgo(1) })];
    expect(lines(decide(hundred, state('50', { alerts })))).toEqual(['raise 5000 #1 message']);
  });

  it('tells a restatement from an edit when both happened', () => {
    // 79 is below 80 % of the old budget too: the provider took it down, whatever the edit did.
    const alerts = [raised(5000, { budgetAtRaise: usd('100') }), raised(8000)];
    expect(lines(decide(budgetOf('120'), state('79', { alerts })))).toEqual(['resolve 8000 #0 message']);
  });

  it('without a threshold any more clears its alert', () => {
    const budget = budgetOf('100', [{ kind: 'actual', basisPoints: 10_000 }]);
    expect(lines(decide(budget, state('85', { alerts: [raised(8000)] })))).toEqual(['clear 8000 #0']);
  });
});
