import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, RE_RAISE_AFTER_MS } from '#lib/alerts/decide.ts';
import type { Budget, Decision, RaisedAlert } from '#lib/alerts/decide.ts';
import { periodAt } from '#lib/alerts/period.ts';
import { reaches, thresholdKey } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { Money } from '#lib/money.ts';

const START = new Date('2026-11-01T00:00:00Z');
const november = periodAt('month', 'UTC', START);
const money = (pico: bigint) => Money.fromPico(pico, 'USD');
const dollars = (n: number) => money(BigInt(n) * 10n ** 12n);

const threshold: fc.Arbitrary<Threshold> = fc.oneof(
  fc.constantFrom(1, 5000, 8000, 10_000, 12_000).map((basisPoints): Threshold => ({ kind: 'actual', basisPoints })),
  fc.constantFrom(1, 40, 75, 100).map((n): Threshold => ({ kind: 'actual', amount: dollars(n) })),
);
const spend = fc.oneof(
  fc.integer({ min: -20, max: 250 }).map(dollars),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(money),
  fc.constantFrom(5000, 8000, 10_000).chain((bp) => fc.constantFrom(-1n, 0n, 1n).map((unit) => money(BigInt(bp) * 10n ** 10n + unit))),
);
const budgetAmount = fc.constantFrom(0, 50, 100, 200).map(dollars);

interface Step {
  minutes: number;
  billed: Money | null;
  budget: Money;
}
const step: fc.Arbitrary<Step> = fc.record({
  minutes: fc.integer({ min: 0, max: 2000 }),
  billed: fc.option(spend, { nil: null, freq: 10 }),
  // Edits are rarer than syncs.
  budget: fc.oneof({ weight: 5, arbitrary: fc.constant(dollars(100)) }, { weight: 1, arbitrary: budgetAmount }),
});

/** The table that the decisions are stored in: it refuses what the real unique index and the row's state refuse. */
class Rows {
  list: RaisedAlert[] = [];
  readonly told: { decision: Extract<Decision, { do: 'raise' }>; at: Date; billed: Money; budget: Money }[] = [];

  apply(decisions: Decision[], at: Date, billed: Money, budget: Money): void {
    for (const d of decisions) {
      if (d.do === 'raise') {
        expect(this.list.some((r) => r.thresholdKey === d.thresholdKey && r.episode === d.episode)).toBe(false);
        this.list.push({ thresholdKey: d.thresholdKey, episode: d.episode, state: 'open', raisedAt: at, spendAtRaise: billed, budgetAtRaise: budget, message: d.message });
        if (d.message) this.told.push({ decision: d, at, billed, budget });
      } else {
        const state = d.do === 'resolve' ? 'resolved' : 'cleared';
        expect(this.list.filter((r) => r.thresholdKey === d.thresholdKey && r.episode === d.episode && r.state === 'open')).toHaveLength(1);
        this.list = this.list.map((r) => (r.thresholdKey === d.thresholdKey && r.episode === d.episode ? { ...r, state } : r));
      }
    }
  }
}

/** Runs a story through `decide` and the table, calling `check` after every step. */
function play(thresholds: readonly Threshold[], steps: readonly Step[], check: (context: { rows: Rows; decisions: Decision[]; budget: Budget; billed: Money | null; now: Date }) => void): Rows {
  const rows = new Rows();
  let now = START;
  for (const s of steps) {
    now = new Date(Math.min(now.getTime() + s.minutes * 60_000, november.end.getTime() - 1));
    const budget: Budget = { amount: s.budget, thresholds };
    const input = { period: november, now, billed: s.billed, history: 'settled' as const };
    const decisions = decide(budget, { ...input, alerts: rows.list });
    if (s.billed) rows.apply(decisions, now, s.billed, s.budget);
    check({ rows, decisions, budget, billed: s.billed, now });
    expect(decide(budget, { ...input, alerts: rows.list }), 'deciding again after storing changes nothing').toEqual([]);
  }
  return rows;
}

const story = fc.tuple(fc.uniqueArray(threshold, { minLength: 1, maxLength: 6, selector: thresholdKey }), fc.array(step, { minLength: 1, maxLength: 25 }));

describe('over any story of spend, corrections and edits', () => {
  it('no identity is raised twice, and one evaluation sends one raise and one resolve at most', () => {
    let told = 0;
    fc.assert(
      fc.property(story, ([thresholds, steps]) => {
        const rows = play(thresholds, steps, ({ decisions }) => {
          expect(decisions.filter((d) => d.do === 'raise' && d.message).length).toBeLessThanOrEqual(1);
          expect(decisions.filter((d) => d.do === 'resolve' && d.message).length).toBeLessThanOrEqual(1);
        });
        told += rows.told.length;
        const identities = rows.told.map(({ decision }) => `${decision.thresholdKey}#${decision.episode}`);
        expect(new Set(identities).size).toBe(identities.length);
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('the same threshold speaks twice only after an edit, a day, or ten points more', () => {
    let repeats = 0;
    fc.assert(
      fc.property(story, ([thresholds, steps]) => {
        const rows = play(thresholds, steps, () => {});
        for (const later of rows.told.filter((t) => t.decision.episode > 0)) {
          repeats += 1;
          const { thresholdKey: key, episode } = later.decision;
          const before = rows.list.find((r) => r.thresholdKey === key && r.episode === episode - 1);
          if (!before) throw new Error('an episode was left out');
          const waited = later.at.getTime() - before.raisedAt.getTime() >= RE_RAISE_AFTER_MS;
          const base = later.budget.pico * before.budgetAtRaise.pico;
          const more = base > 0n && later.billed.pico * before.budgetAtRaise.pico * 10n >= before.spendAtRaise.pico * later.budget.pico * 10n + base;
          expect(before.state === 'cleared' || waited || more).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(repeats).toBeGreaterThan(20);
  });

  it('open means reached: nothing stays open below its threshold, and nothing reached stays silent but what waits', () => {
    fc.assert(
      fc.property(story, ([thresholds, steps]) => {
        play(thresholds, steps, ({ rows, budget, billed, now }) => {
          if (!billed) return;
          for (const t of thresholds) {
            const own = rows.list.filter((r) => r.thresholdKey === thresholdKey(t)).sort((a, b) => b.episode - a.episode)[0];
            if (!reaches(billed, budget.amount, t)) expect(own?.state).not.toBe('open');
            else if (own?.state !== 'open') {
              expect(own?.state).toBe('resolved');
              expect(now.getTime() - (own?.raisedAt.getTime() ?? 0)).toBeLessThan(RE_RAISE_AFTER_MS);
            }
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('with spend that only grows nothing is resolved and the messages climb', () => {
    fc.assert(
      fc.property(fc.uniqueArray(threshold, { minLength: 1, selector: thresholdKey }), fc.array(spend, { minLength: 1 }), (thresholds, amounts) => {
        const steps = amounts.sort((a, b) => a.compare(b)).map((billed) => ({ minutes: 60, billed, budget: dollars(100) }));
        const rows = play(thresholds, steps, ({ decisions }) => expect(decisions.every((d) => d.do === 'raise')).toBe(true));
        const keys = rows.told.map((t) => t.decision.thresholdKey);
        expect(new Set(keys).size).toBe(keys.length);
        expect(rows.told.every((t, i) => i === 0 || t.billed.compare(rows.told[i - 1]!.billed) > 0)).toBe(true);
      }),
    );
  });

  it('the order of thresholds and rows changes nothing', () => {
    fc.assert(
      fc.property(story, spend, fc.infiniteStream(fc.nat()), ([thresholds, steps], billed, order) => {
        const rows = play(thresholds, steps, () => {});
        const shuffle = <T>(list: readonly T[]): T[] => list.map((item) => ({ item, at: order.next().value ?? 0 })).sort((a, b) => a.at - b.at).map(({ item }) => item);
        const input = { period: november, now: new Date('2026-11-29T00:00:00Z'), billed, history: 'settled' as const };
        const straight = decide({ amount: dollars(100), thresholds }, { ...input, alerts: rows.list });
        const shuffled = decide({ amount: dollars(100), thresholds: shuffle(thresholds) }, { ...input, alerts: shuffle(rows.list) });
        expect(shuffled).toEqual(straight);
      }),
      { numRuns: 200 },
    );
  });
});
