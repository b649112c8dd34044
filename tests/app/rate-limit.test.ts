import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { consume, consumeAll, createLimiters, forget, giveBack, LIMITS, type Limiters, peek } from '#app/_server/rate-limit.ts';

const fresh = () => createLimiters(undefined);
const takes = async (count: number, name: keyof typeof LIMITS, subject: string, limiters: Limiters) => {
  for (let i = 0; i < count; i += 1) expect(await consume(name, subject, limiters)).toEqual({ allowed: true });
};

describe('limits', () => {
  it('allow the whole allowance and refuse the next with the time to wait', async () => {
    const limiters = fresh();
    await takes(LIMITS.signInMail.points, 'signInMail', 'a@example.test', limiters);
    const refusal = await consume('signInMail', 'a@example.test', limiters);
    expect(refusal).toMatchObject({ allowed: false, reason: 'too_many' });
    if (!refusal.allowed) {
      expect(refusal.retryAfterSeconds).toBeGreaterThan(0);
      expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(LIMITS.signInMail.seconds);
    }
  });

  it('count one account whatever addresses the guesses come from, and leave other accounts alone', async () => {
    const limiters = fresh();
    for (let i = 0; i < LIMITS.signInMail.points; i += 1) {
      expect(await consumeAll([['signInAddress', `203.0.113.${i}`], ['signInMail', 'victim@example.test']], limiters)).toEqual({ allowed: true });
    }
    expect(await consumeAll([['signInAddress', '198.51.100.1'], ['signInMail', 'victim@example.test']], limiters)).toMatchObject({ allowed: false });
    expect(await consumeAll([['signInAddress', '198.51.100.1'], ['signInMail', 'other@example.test']], limiters)).toEqual({ allowed: true });
  });

  it('give a point back for an attempt that was no failure', async () => {
    const limiters = fresh();
    for (let i = 0; i < LIMITS.signInMail.points * 2; i += 1) {
      await takes(1, 'signInMail', 'a', limiters);
      await giveBack('signInMail', 'a', limiters);
    }
    expect(await peek('signInMail', 'a', limiters)).toEqual({ allowed: true });
  });

  it('begin anew when a person proved who they are', async () => {
    const limiters = fresh();
    await takes(LIMITS.signInMail.points, 'signInMail', 'a', limiters);
    expect(await consume('signInMail', 'a', limiters)).toMatchObject({ allowed: false });
    await forget('signInMail', 'a', limiters);
    expect(await consume('signInMail', 'a', limiters)).toEqual({ allowed: true });
  });

  it('can be looked at without taking a point', async () => {
    const limiters = fresh();
    for (let i = 0; i < LIMITS.keyUser.points * 2; i += 1) expect(await peek('keyUser', 'u', limiters)).toEqual({ allowed: true });
    await takes(LIMITS.keyUser.points, 'keyUser', 'u', limiters);
    await consume('keyUser', 'u', limiters);
    expect(await peek('keyUser', 'u', limiters)).toMatchObject({ allowed: false, reason: 'too_many' });
  });

  it('hold no mail address in clear', async () => {
    const seen: string[] = [];
    const limiters = { ...fresh(), signUpMail: new (class extends RateLimiterMemory {
      override consume(key: string | number) {
        seen.push(String(key));
        return super.consume(key);
      }
    })({ points: 1, duration: 1 }) };
    await consume('signUpMail', 'ada@example.test', limiters);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^[\w-]{32}$/);
    expect(seen[0]).not.toContain('ada');
  });
});

describe('with the store of the counters down', () => {
  // Nothing listens there.
  const broken = createLimiters('redis://127.0.0.1:1');

  it.each(Object.entries(LIMITS).filter(([, { outage }]) => outage === 'refuse').map(([name]) => name as keyof typeof LIMITS))('%s refuses', async (name) => {
    expect(await consume(name, 'x', broken)).toMatchObject({ allowed: false, reason: 'unavailable' });
  });

  it.each(Object.entries(LIMITS).filter(([, { outage }]) => outage === 'memory').map(([name]) => name as keyof typeof LIMITS))('%s counts in memory and still refuses the one too many', async (name) => {
    await takes(LIMITS[name].points, name, 'x', broken);
    expect(await consume(name, 'x', broken)).toMatchObject({ allowed: false, reason: 'too_many' });
  });

  it('is the strict kind for signing in and for keys', () => {
    for (const name of ['signInAddress', 'signInMail', 'signUpAddress', 'signUpMail', 'resetAddress', 'resetMail', 'confirmAddress', 'keyUser', 'keyAddress'] as const) expect(LIMITS[name].outage).toBe('refuse');
  });
});
