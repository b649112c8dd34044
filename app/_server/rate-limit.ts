/** How often something may be asked for. One table, so that what is limited can be read in one place. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { webEnv } from './env.ts';

type Limit = {
  readonly points: number;
  readonly seconds: number;
  /** What happens when the store of the counters is down: guard doors stay shut, the rest counts in memory. */
  readonly outage: 'refuse' | 'memory';
};

const MINUTE = 60;
const HOUR = 3_600;

/** `...Address` counts by client address, `...Mail` by mail address, `...User` by user. */
export const LIMITS = {
  signInAddress: { points: 60, seconds: 10 * MINUTE, outage: 'refuse' },
  /** Failures only, whoever makes them: guessing one account from a thousand addresses is still guessing. */
  signInMail: { points: 10, seconds: 15 * MINUTE, outage: 'refuse' },
  signUpAddress: { points: 40, seconds: HOUR, outage: 'refuse' },
  signUpMail: { points: 5, seconds: HOUR, outage: 'refuse' },
  resetAddress: { points: 40, seconds: HOUR, outage: 'refuse' },
  resetMail: { points: 5, seconds: HOUR, outage: 'refuse' },
  confirmAddress: { points: 60, seconds: 10 * MINUTE, outage: 'refuse' },
  /** Theme, sign-out: harmless, but not free. */
  lightAddress: { points: 120, seconds: MINUTE, outage: 'memory' },
  mutationUser: { points: 120, seconds: MINUTE, outage: 'memory' },
  mutationAddress: { points: 300, seconds: MINUTE, outage: 'memory' },
  /** Whatever touches a key: connect, replace, purge. */
  keyUser: { points: 30, seconds: 10 * MINUTE, outage: 'refuse' },
  keyAddress: { points: 90, seconds: 10 * MINUTE, outage: 'refuse' },
  exportUser: { points: 20, seconds: HOUR, outage: 'memory' },
  exportAddress: { points: 60, seconds: HOUR, outage: 'memory' },
  /** Every request that is not a read, before anything is parsed. */
  anyWriteAddress: { points: 600, seconds: MINUTE, outage: 'memory' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: 'too_many' | 'unavailable'; readonly retryAfterSeconds: number };

type Limiter = Pick<RateLimiterAbstract, 'consume' | 'reward' | 'get' | 'delete'>;
export type Limiters = Readonly<Record<LimitName, Limiter>>;

const OUTAGE_RETRY_SECONDS = 30;

/** @param redisUrl counters shared by all web processes; without it each process counts for itself. */
export function createLimiters(redisUrl: string | undefined): Limiters {
  const store = redisUrl ? new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 2_000, commandTimeout: 1_000 }) : undefined;
  // Without a listener a lost connection would end the process; each request learns of it by its own error.
  store?.on('error', () => {});
  const make = (name: string, { points, seconds, outage }: Limit): Limiter => {
    const common = { keyPrefix: `km:${name}`, points, duration: seconds };
    if (!store) return new RateLimiterMemory(common);
    return new RateLimiterRedis({ ...common, storeClient: store, ...(outage === 'memory' ? { insuranceLimiter: new RateLimiterMemory(common) } : {}) });
  };
  return Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, make(name, limit)])) as Limiters;
}

// proxy.ts and the pages are bundled apart but run in one process: the counters must be the same.
const HOLDER = globalThis as { [key: symbol]: Limiters | undefined };
const KEY = Symbol.for('keymeter.limiters');
function shared(): Limiters {
  return (HOLDER[KEY] ??= createLimiters(webEnv().RATE_LIMIT_REDIS_URL));
}

/** What is counted never rests in the store in clear: a dump of it names no mail address. */
function counterKey(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 32);
}

/** Takes one point. @param subject an address bucket, a normalised mail address or a user id. */
export async function consume(name: LimitName, subject: string, limiters: Limiters = shared()): Promise<Decision> {
  return decide(() => limiters[name].consume(counterKey(subject)).then(() => null, usedUpOrThrow));
}

/** Gives the point back: the attempt turned out to be no failure. */
export async function giveBack(name: LimitName, subject: string, limiters: Limiters = shared()): Promise<void> {
  await limiters[name].reward(counterKey(subject)).catch(() => {});
}

/** Starts the counter anew: the person proved who they are by another way. */
export async function forget(name: LimitName, subject: string, limiters: Limiters = shared()): Promise<void> {
  await limiters[name].delete(counterKey(subject)).catch(() => {});
}

/** Looks without taking a point. */
export async function peek(name: LimitName, subject: string, limiters: Limiters = shared()): Promise<Decision> {
  return decide(async () => {
    const state = await limiters[name].get(counterKey(subject));
    return state && state.consumedPoints > LIMITS[name].points ? state : null;
  });
}

/** @param ask gives the state of a counter that is used up, null for one that is not */
async function decide(ask: () => Promise<RateLimiterRes | null>): Promise<Decision> {
  try {
    const usedUp = await ask();
    return usedUp ? { allowed: false, reason: 'too_many', retryAfterSeconds: Math.max(1, Math.ceil(usedUp.msBeforeNext / 1000)) } : { allowed: true };
  } catch {
    return { allowed: false, reason: 'unavailable', retryAfterSeconds: OUTAGE_RETRY_SECONDS };
  }
}

/**
 * The library rejects with a counter's state when it is used up, and with an Error when its store is down. Told apart by
 * shape and not by class: pages and proxy.ts are bundled apart, and each bundle has a class of its own.
 */
function usedUpOrThrow(refusal: unknown): RateLimiterRes {
  if (typeof refusal === 'object' && refusal !== null && 'msBeforeNext' in refusal) return refusal as RateLimiterRes;
  throw new Error('the counters could not be asked', { cause: refusal });
}

/** All of them in order; the first refusal counts. */
export async function consumeAll(wanted: readonly (readonly [LimitName, string])[], limiters: Limiters = shared()): Promise<Decision> {
  for (const [name, subject] of wanted) {
    const decision = await consume(name, subject, limiters);
    if (!decision.allowed) return decision;
  }
  return { allowed: true };
}
