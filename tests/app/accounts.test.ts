import { AuthApiError, AuthRetryableFetchError, AuthUnknownError } from '@supabase/supabase-js';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isGuessable, mailAddress, newPassword } from '#app/_server/auth/credentials.ts';
import { linkSchema } from '#app/_server/auth/confirm-link.ts';
import { needsRefresh } from '#app/_server/auth/refresh.ts';
import { exactlyAfter, notBefore } from '#app/_server/auth/steady.ts';
import { isAuthOutage } from '#app/_server/auth/verified-user.ts';
import { chooseMembership } from '#app/_server/session.ts';

describe('credentials', () => {
  it('compares and counts a mail address in one form', () => {
    expect(mailAddress.parse('  Ada.L@Example.TEST ')).toBe('ada.l@example.test');
    for (const wrong of ['', 'ada', 'ada@', 'a b@example.test', 'a@example.test\r\nBcc: x@example.test', `${'a'.repeat(300)}@example.test`]) expect(mailAddress.safeParse(wrong).success, wrong).toBe(false);
  });

  it.each(['password1234', 'PASSWORD!!2026', 'aaaaaaaaaaaaaa', 'abcabcabcabc', '123456789012', 'qwertyuiop12', 'keymeter2026!'])('calls %s guessable', (password) => {
    expect(isGuessable(password)).toBe(true);
    expect(newPassword.safeParse(password).success).toBe(false);
  });

  it.each(['correct horse battery', 'Xk7#mQ2$vL9p', 'passwords are a nuisance', 'žluťoučký kůň úpěl'])('takes %s', (password) => {
    expect(newPassword.safeParse(password).success).toBe(true);
  });

  it('refuses what bcrypt would cut off', () => {
    expect(newPassword.safeParse('abcdefgh1 '.repeat(8)).success).toBe(false);
    expect(newPassword.safeParse('ů'.repeat(30) + 'abcdefghijklm').success).toBe(false);
  });
});

describe('links in mails', () => {
  it('are known by kind and shape, and nothing else reaches Auth', () => {
    expect(linkSchema.safeParse({ token_hash: 'a1'.repeat(28), type: 'recovery' }).success).toBe(true);
    for (const wrong of [{ token_hash: 'x', type: 'recovery' }, { token_hash: 'a1'.repeat(28), type: 'sms' }, { token_hash: ['a'], type: 'recovery' }, { token_hash: 'a1'.repeat(28) }, {}]) expect(linkSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('answers that tell nothing by their time', () => {
  it.each([
    ['exactlyAfter', () => exactlyAfter(80, Promise.resolve('known at once'))],
    ['notBefore', () => notBefore(80, Promise.resolve('known at once'))],
  ])('come at their moment although the work is done at once (%s)', async (_name, ask) => {
    const order: unknown[] = [];
    await Promise.all([ask().then((answer) => order.push(answer)), sleep(20).then(() => order.push('a while later'))]);
    expect(order).toEqual(['a while later', 'known at once']);
  });

  it('come at their moment although the work is not done', async () => {
    let done = false;
    const work = sleep(400).then(() => (done = true));
    expect(await exactlyAfter(50, work)).toBeNull();
    expect(done).toBe(false);
    await work;
  });

  it('pass a failure on that was known in time', async () => {
    await expect(exactlyAfter(20, Promise.reject(new Error('down')))).rejects.toThrow('down');
  });
});

describe('sessions', () => {
  it('are renewed two minutes before they end', () => {
    const session = { accessToken: 'a', refreshToken: 'r', expiresAt: 1_000 };
    expect(needsRefresh(session, 879_000)).toBe(false);
    expect(needsRefresh(session, 881_000)).toBe(true);
  });

  it('are not ended because Auth is down', () => {
    expect(isAuthOutage(new AuthRetryableFetchError('fetch failed', 0))).toBe(true);
    expect(isAuthOutage(new TypeError('fetch failed'))).toBe(true);
    expect(isAuthOutage(new AuthApiError('busy', 503, undefined))).toBe(true);
    expect(isAuthOutage(new AuthApiError('slow down', 429, 'over_request_rate_limit'))).toBe(true);
    expect(isAuthOutage(new AuthUnknownError('<h1>Maintenance</h1>', new SyntaxError('Unexpected token')))).toBe(true);
    expect(isAuthOutage(new AuthApiError('bad jwt', 403, 'bad_jwt'))).toBe(false);
  });

  it('choose an organisation only among those the person belongs to', () => {
    const memberships = [
      { orgId: 'a', orgName: 'A', role: 'owner' as const },
      { orgId: 'b', orgName: 'B', role: 'viewer' as const },
    ];
    expect(chooseMembership(memberships, 'b')?.orgId).toBe('b');
    expect(chooseMembership(memberships, 'c')?.orgId).toBe('a');
    expect(chooseMembership(memberships, undefined)?.orgId).toBe('a');
    expect(chooseMembership([], 'a')).toBeUndefined();
  });
});
