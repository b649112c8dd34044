/**
 * When one outbox row is tried again and when it is given up, from its history alone. The mail service remembers an
 * idempotency key for 24 hours; while it does, a repeated try cannot become a second mail. Afterwards it could, so a
 * row whose fate is unknown by then stays `uncertain` and waits for a person.
 */
import type { MailCode, MailOutcome } from '#lib/email/codes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Resend's documented memory of an idempotency key. */
export const KEY_MEMORY_MS = 24 * HOUR_MS;
/** Their clock is not ours, and a request takes its time. */
const KEY_MEMORY_MARGIN_MS = 10 * MINUTE_MS;
/** The last chance is planned this long before its limit, so that a sender that comes a little late still takes it. */
const LAST_CHANCE_SLACK_MS = 10 * MINUTE_MS;
/** Counted from the first try: a message that waited out an outage of ours still gets its chance. */
export const GIVE_UP_AFTER_MS = 48 * HOUR_MS;

export interface DeliveryHistory {
  /** Tries made so far. */
  readonly tries: number;
  readonly firstTriedAt: Date | null;
  /** The first try that may have been taken without our knowing; null while every try was certainly refused. */
  readonly firstUnansweredAt: Date | null;
}

export const NEVER_TRIED: DeliveryHistory = { tries: 0, firstTriedAt: null, firstUnansweredAt: null };

export type DeliveryState =
  | { readonly state: 'sent'; readonly id: string; readonly history: DeliveryHistory }
  | { readonly state: 'failed'; readonly code: MailCode; readonly nextTryAt: Date; readonly history: DeliveryHistory }
  | { readonly state: 'uncertain' | 'dead'; readonly code: MailCode; readonly history: DeliveryHistory };

/** 1 minute after the first try, doubling, 6 hours at most. */
export function backoffMs(tries: number): number {
  return Math.min(MINUTE_MS * 2 ** Math.min(Math.max(tries, 1) - 1, 20), 6 * HOUR_MS);
}

/**
 * Asked right before every try, because a worker may have slept through the time in which trying was safe.
 * `send`, or the state to store instead of sending.
 */
export function beforeTry(history: DeliveryHistory, now: Date): 'send' | 'uncertain' | 'dead' {
  const end = lastChance(history);
  return end && now > end ? lostAs(history) : 'send';
}

/** @param triedAt when the try began: from then on the service may hold the mail. */
export function afterTry(before: DeliveryHistory, outcome: MailOutcome, triedAt: Date, now: Date): DeliveryState {
  const history: DeliveryHistory = {
    tries: before.tries + 1,
    firstTriedAt: before.firstTriedAt ?? triedAt,
    firstUnansweredAt: before.firstUnansweredAt ?? (outcome.result === 'uncertain' ? triedAt : null),
  };
  if (outcome.result === 'sent') return { state: 'sent', id: outcome.id, history };
  const { code } = outcome;
  if (outcome.result === 'dead') return { state: 'dead', code, history };
  // An earlier version was taken under this key: trying again can only repeat the refusal or, later, the mail.
  if (code === 'mail_key_reused') return { state: 'uncertain', code, history };

  const wanted = now.getTime() + Math.max(backoffMs(history.tries), outcome.afterMs ?? 0);
  const nextTryAt = new Date(Math.min(wanted, (lastChance(history)?.getTime() ?? wanted) - LAST_CHANCE_SLACK_MS));
  if (nextTryAt.getTime() - now.getTime() < MINUTE_MS) return { state: lostAs(history), code, history };
  return { state: 'failed', code, nextTryAt, history };
}

/** After this moment nothing is sent any more; null before the first try. */
function lastChance({ firstTriedAt, firstUnansweredAt }: DeliveryHistory): Date | null {
  if (!firstTriedAt) return null;
  const givenUp = firstTriedAt.getTime() + GIVE_UP_AFTER_MS;
  const safe = firstUnansweredAt ? firstUnansweredAt.getTime() + KEY_MEMORY_MS - KEY_MEMORY_MARGIN_MS : givenUp;
  return new Date(Math.min(givenUp, safe));
}

/** A mail that one try may have delivered is not called lost. */
function lostAs(history: DeliveryHistory): 'uncertain' | 'dead' {
  return history.firstUnansweredAt ? 'uncertain' : 'dead';
}
