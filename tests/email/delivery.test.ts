import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailOutcome } from '#lib/email/codes.ts';
import { afterTry, backoffMs, beforeTry, GIVE_UP_AFTER_MS, KEY_MEMORY_MS, NEVER_TRIED } from '#lib/email/delivery.ts';
import type { DeliveryHistory, DeliveryState } from '#lib/email/delivery.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = new Date('2026-11-20T00:00:00Z');
const after = (ms: number) => new Date(START.getTime() + ms);

const limited: MailOutcome = { result: 'retry', code: 'mail_rate_limited', afterMs: null, detail: '' };
const silent: MailOutcome = { result: 'uncertain', code: 'mail_no_answer', afterMs: null, detail: '' };
const sent: MailOutcome = { result: 'sent', id: 'm1' };

describe('the wait between tries', () => {
  it('starts at a minute, doubles, and stays at six hours', () => {
    expect([1, 2, 3, 4, 9, 10, 11, 500].map((n) => backoffMs(n) / MINUTE)).toEqual([1, 2, 4, 8, 256, 360, 360, 360]);
  });

  it('is longer when the service asks for longer, never shorter', () => {
    const asked = (afterMs: number) => afterTry(NEVER_TRIED, { ...limited, afterMs } as MailOutcome, START, START);
    expect(asked(5 * MINUTE)).toMatchObject({ state: 'failed', nextTryAt: after(5 * MINUTE) });
    expect(asked(1000)).toMatchObject({ state: 'failed', nextTryAt: after(MINUTE) });
  });
});

describe('a message', () => {
  it('that was accepted is sent, at whatever try', () => {
    expect(afterTry(NEVER_TRIED, sent, START, START)).toMatchObject({ state: 'sent', id: 'm1' });
    expect(afterTry({ tries: 9, firstTriedAt: START, firstUnansweredAt: START }, sent, after(20 * HOUR), after(20 * HOUR))).toMatchObject({ state: 'sent' });
  });

  it('that can never be taken is dead at once', () => {
    expect(afterTry(NEVER_TRIED, { result: 'dead', code: 'mail_refused', detail: '' }, START, START)).toMatchObject({ state: 'dead', code: 'mail_refused' });
  });

  it('whose key was used for another text is uncertain at once', () => {
    expect(afterTry(NEVER_TRIED, { ...silent, code: 'mail_key_reused' } as MailOutcome, START, START)).toMatchObject({ state: 'uncertain', code: 'mail_key_reused' });
  });

  it('that waited three days for its first try is tried, and has its two days from then', () => {
    expect(beforeTry(NEVER_TRIED, after(72 * HOUR))).toBe('send');
    expect(afterTry(NEVER_TRIED, limited, after(72 * HOUR), after(72 * HOUR))).toMatchObject({ state: 'failed' });
  });

  it('counts the unanswered try from when it began, not from when it timed out', () => {
    const { history } = afterTry(NEVER_TRIED, silent, START, after(30_000));
    expect(history).toEqual({ tries: 1, firstTriedAt: START, firstUnansweredAt: START });
  });

  it('without an answer is not repeated by a worker that slept through the safe day', () => {
    const history: DeliveryHistory = { tries: 1, firstTriedAt: START, firstUnansweredAt: START };
    expect(beforeTry(history, after(23 * HOUR))).toBe('send');
    expect(beforeTry(history, after(KEY_MEMORY_MS))).toBe('uncertain');
    expect(beforeTry(history, after(72 * HOUR))).toBe('uncertain');
  });

  it('that was always refused is dead to a worker that slept through its two days', () => {
    const history: DeliveryHistory = { tries: 3, firstTriedAt: START, firstUnansweredAt: null };
    expect(beforeTry(history, after(GIVE_UP_AFTER_MS))).toBe('send');
    expect(beforeTry(history, after(GIVE_UP_AFTER_MS + 1))).toBe('dead');
  });
});

/** Runs a message against a service that gives `answer(tries)`, coming up to two minutes late to every try. */
function live(answer: (tries: number) => MailOutcome, lateMs: (tries: number) => number): { end: DeliveryState; tries: Date[] } {
  let history = NEVER_TRIED;
  let now = START;
  const tries: Date[] = [];
  for (let guard = 0; guard < 500; guard += 1) {
    const go = beforeTry(history, now);
    if (go !== 'send') return { end: { state: go, code: 'mail_no_answer', history }, tries };
    tries.push(now);
    const state = afterTry(history, answer(history.tries), now, now);
    if (state.state !== 'failed') return { end: state, tries };
    expect(state.nextTryAt.getTime()).toBeGreaterThan(now.getTime());
    history = state.history;
    now = new Date(state.nextTryAt.getTime() + lateMs(history.tries));
  }
  throw new Error('a message was tried for ever');
}

describe('the life of a message', () => {
  it('against a service that always refuses ends dead after two days, with a last try near the end', () => {
    const { end, tries } = live(() => limited, () => 0);
    expect(end.state).toBe('dead');
    expect(tries.slice(0, 4).map((t) => (t.getTime() - START.getTime()) / MINUTE)).toEqual([0, 1, 3, 7]);
    const last = (tries.at(-1)?.getTime() ?? 0) - START.getTime();
    expect(last).toBeGreaterThan(47 * HOUR);
    expect(last).toBeLessThanOrEqual(GIVE_UP_AFTER_MS);
  });

  it('against a service that never answers ends uncertain after a day', () => {
    const { end, tries } = live(() => silent, () => 0);
    expect(end.state).toBe('uncertain');
    const last = (tries.at(-1)?.getTime() ?? 0) - START.getTime();
    expect(last).toBeGreaterThan(23 * HOUR);
    expect(last).toBeLessThan(KEY_MEMORY_MS);
  });

  it('never repeats an unanswered try when the key may be forgotten, and always ends, whatever the service does', () => {
    const answers = fc.array(fc.constantFrom<MailOutcome>(limited, silent, { ...limited, code: 'mail_unreachable' } as MailOutcome), { minLength: 1, maxLength: 30 });
    const delays = fc.array(fc.integer({ min: 0, max: 40 * HOUR }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(answers, delays, (script, late) => {
        const outcomes: { at: Date; outcome: MailOutcome }[] = [];
        const { end, tries } = live(
          (n) => script[n % script.length] ?? limited,
          (n) => late[n % late.length] ?? 0,
        );
        tries.forEach((at, n) => outcomes.push({ at, outcome: script[n % script.length] ?? limited }));
        const unanswered = outcomes.find(({ outcome }) => outcome.result === 'uncertain');
        if (unanswered) for (const at of tries) expect(at.getTime() - unanswered.at.getTime()).toBeLessThan(KEY_MEMORY_MS);
        expect(end.state).toBe(unanswered ? 'uncertain' : 'dead');
      }),
    );
  });
});
