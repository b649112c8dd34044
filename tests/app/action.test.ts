import { redirect } from 'next/navigation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Role } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { action } from '#app/_server/action.ts';
import { PEER_HEADER } from '#app/_server/client-address.ts';
import { createLimiters, LIMITS } from '#app/_server/rate-limit.ts';

const given = vi.hoisted(() => ({ headers: new Headers(), session: null as { userId: string; role: string } | null, refreshed: 0, logged: [] as unknown[] }));
vi.mock('next/headers', () => ({ headers: async () => given.headers, cookies: async () => ({ getAll: () => [], get: () => undefined }) }));
vi.mock('next/cache', () => ({ refresh: () => (given.refreshed += 1) }));
vi.mock('#app/_server/session.ts', async (original) => ({ ...(await original<object>()), currentSession: async () => given.session }));
vi.mock('#app/_server/log.ts', () => ({ log: () => ({ error: (line: unknown) => given.logged.push(line) }) }));
vi.mock('#app/_server/env.ts', () => ({ webEnv: () => ({ TRUSTED_PROXY_HOPS: 0 }), isHttps: () => false }));

const schema = z.object({ amount: z.string().regex(/^\d+$/, 'Enter whole dollars.') });
const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};
const signedIn = (role: Role = 'owner', userId = crypto.randomUUID()) => (given.session = { userId, role });
const limiterKey = Symbol.for('keymeter.limiters');

beforeEach(() => {
  given.headers = new Headers({ [PEER_HEADER]: '203.0.113.5', 'x-request-id': 'request-1' });
  given.session = null;
  given.refreshed = 0;
  given.logged = [];
  (globalThis as Record<symbol, unknown>)[limiterKey] = createLimiters(undefined);
});
afterEach(() => {
  delete (globalThis as Record<symbol, unknown>)[limiterKey];
});

describe('an action', () => {
  it('runs its verb with the session and the parsed fields, and asks for a fresh page', async () => {
    signedIn();
    const seen: unknown[] = [];
    const act = action(schema, { limit: 'mutation' }, async (ctx, input) => {
      seen.push(ctx.userId, input);
      return 'done';
    });
    expect(await act(null, form({ amount: '5', $ACTION_KEY: 'k', other: 'x' }))).toEqual({ ok: true, data: 'done' });
    expect(seen).toEqual([given.session?.userId, { amount: '5' }]);
    expect(given.refreshed).toBe(1);
  });

  it('takes an object as well as a form', async () => {
    signedIn();
    expect(await action(schema, { limit: 'mutation' }, async (_ctx, { amount }) => amount)(null, { amount: '7' })).toEqual({ ok: true, data: '7' });
  });

  it('never reaches its verb without a session', async () => {
    const verb = vi.fn<() => Promise<number>>(async () => 1);
    expect(await action(schema, { limit: 'mutation' }, verb)(null, form({ amount: '5' }))).toMatchObject({ ok: false, code: 'unauthenticated' });
    expect(verb).not.toHaveBeenCalled();
  });

  it.each([
    ['viewer', false],
    ['admin', true],
    ['owner', true],
  ] as const)('lets a %s in: %s, when only owners and admins may', async (role, allowed) => {
    signedIn(role);
    const verb = vi.fn<() => Promise<number>>(async () => 1);
    const state = await action(schema, { limit: 'mutation', roles: ['owner', 'admin'] }, verb)(null, form({ amount: '5' }));
    expect(state.ok).toBe(allowed);
    expect(verb).toHaveBeenCalledTimes(allowed ? 1 : 0);
    if (!state.ok) expect(state.code).toBe('forbidden');
  });

  it('answers wrong input with a sentence per field', async () => {
    signedIn();
    const verb = vi.fn<() => Promise<number>>(async () => 1);
    const state = await action(schema, { limit: 'mutation' }, verb)(null, form({ amount: 'ten' }));
    expect(state).toMatchObject({ ok: false, code: 'invalid_input', fieldErrors: { amount: 'Enter whole dollars.' } });
    expect(verb).not.toHaveBeenCalled();
    expect(given.refreshed).toBe(0);
  });

  it.each([[new Map()], [[]], [null], ['text'], [{ amount: { $gt: 0 } }]])('refuses %o, which no form sends', async (input) => {
    signedIn();
    expect(await action(schema, { limit: 'mutation' }, async () => 1)(null, input as never)).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('passes an expected refusal on, with its fields and its wait', async () => {
    signedIn();
    const act = action(schema, { limit: 'mutation' }, async () => {
      throw new AppError('already_verifying', { fields: { amount: 'Not now.' }, retryAfterSeconds: 61, detail: 'operator only' });
    });
    const state = await act(null, form({ amount: '5' }));
    expect(state).toMatchObject({ ok: false, code: 'already_verifying', fieldErrors: { amount: 'Not now.' }, retryAfterSeconds: 61 });
    expect(JSON.stringify(state)).not.toContain('operator only');
    expect(given.logged).toEqual([]);
  });

  it('tells nothing of a surprise but the reference that the log has', async () => {
    signedIn();
    const act = action(schema, { limit: 'mutation' }, async () => {
      throw new Error('connect to sk-admin-secret at 10.0.0.3 failed');
    });
    const state = await act(null, form({ amount: '5' }));
    expect(state).toMatchObject({ ok: false, code: 'internal' });
    expect(JSON.stringify(state)).not.toMatch(/sk-admin|10\.0\.0\.3/);
    expect(JSON.stringify(state)).toContain('request-1');
    expect(given.logged).toMatchObject([{ requestId: 'request-1' }]);
  });

  it('lets a redirect of its verb through', async () => {
    signedIn();
    const act = action(schema, { limit: 'mutation' }, async () => redirect('/overview'));
    await expect(act(null, form({ amount: '5' }))).rejects.toMatchObject({ digest: expect.stringContaining('/overview') as unknown });
  });

  it('counts by user, so that one person cannot use up what others share', async () => {
    signedIn('owner', 'greedy');
    const act = action(schema, { limit: 'key' }, async () => 1);
    for (let i = 0; i < LIMITS.keyUser.points; i += 1) expect(await act(null, form({ amount: '5' }))).toMatchObject({ ok: true });
    expect(await act(null, form({ amount: '5' }))).toMatchObject({ ok: false, code: 'rate_limited' });
    signedIn('owner', 'modest');
    expect(await act(null, form({ amount: '5' }))).toMatchObject({ ok: true });
  });

  it('counts by address before anybody is asked who they are', async () => {
    const act = action(schema, { limit: 'key' }, async () => 1);
    for (let i = 0; i < LIMITS.keyAddress.points; i += 1) expect(await act(null, form({ amount: '5' }))).toMatchObject({ code: 'unauthenticated' });
    const state = await act(null, form({ amount: '5' }));
    expect(state).toMatchObject({ ok: false, code: 'rate_limited' });
    if (!state.ok) expect(state.sentence).toMatch(/try again in \d+ (seconds|minutes)/);
  });
});
