/**
 * A source that nobody has heard from is not a source without spend. Twice its interval without a successful sync is a
 * warning, shown where the source and its budgets are shown; a day, or a rejected key, is an alert to the owners. One
 * episode gives one message and, when it had one, one message of recovery.
 */
import { MS_PER_DAY } from '#lib/day.ts';

export const BLIND_ALERT_AFTER_MS = MS_PER_DAY;

export interface SourceHealth {
  /** The database's clock. */
  readonly now: Date;
  /** Planned time between two syncs. */
  readonly intervalMs: number;
  /** The end of the last successful sync; null before the first. */
  readonly lastSuccessAt: Date | null;
  /** When the key was verified; blindness counts from here before the first success. */
  readonly connectedAt: Date;
  /** When the provider refused the key; null when it did not, or after the person replaced it. */
  readonly keyRejectedAt: Date | null;
  /** A person paused it or took it away: silence is what they asked for. */
  readonly paused: boolean;
  /** The newest episode, over or not; null when there was none. */
  readonly episode: BlindEpisode | null;
}

export interface BlindEpisode {
  readonly number: number;
  readonly level: 'warning' | 'alert';
  /** Data is unknown from here on. */
  readonly unknownSince: Date;
  readonly ended: boolean;
}

export type BlindReason = 'overdue' | 'silent_for_a_day' | 'key_rejected';

export type BlindDecision =
  /** Open an episode at this level; `message` says whether the owners are written to. */
  | { readonly do: 'open'; readonly episode: number; readonly level: 'warning' | 'alert'; readonly reason: BlindReason; readonly unknownSince: Date; readonly message: boolean }
  /** The warning became an alert. */
  | { readonly do: 'escalate'; readonly episode: number; readonly reason: BlindReason; readonly unknownSince: Date; readonly message: true }
  /** `message` only when the owners had been written to and data flows now. */
  | { readonly do: 'end'; readonly episode: number; readonly unknownSince: Date; readonly why: 'synced' | 'paused'; readonly message: boolean };

/** At most two decisions: the end of one episode and, when it is blind again already, the start of the next. */
export function decideBlindness(source: SourceHealth): BlindDecision[] {
  const open = source.episode && !source.episode.ended ? source.episode : null;
  if (source.paused) return open ? [end(open, 'paused', false)] : [];

  const current = assess(source);
  const synced = open !== null && source.lastSuccessAt !== null && source.lastSuccessAt > open.unknownSince;
  const ended = synced && open ? [end(open, 'synced', current === null)] : [];
  const still = synced ? null : open;

  if (!current) return ended;
  if (still) {
    const worse = still.level === 'warning' && current.level === 'alert';
    return worse ? [{ do: 'escalate', episode: still.number, reason: current.reason, unknownSince: still.unknownSince, message: true }] : [];
  }
  const episode = (source.episode?.number ?? -1) + 1;
  return [...ended, { do: 'open', episode, ...current, unknownSince: knownUntil(source), message: current.level === 'alert' }];
}

/** What the source looks like now, whatever was said before; also for the page. null = it can see. */
export function assess(source: Omit<SourceHealth, 'episode'>): { level: 'warning' | 'alert'; reason: BlindReason } | null {
  if (source.paused) return null;
  if (source.keyRejectedAt) return { level: 'alert', reason: 'key_rejected' };
  const silentMs = source.now.getTime() - knownUntil(source).getTime();
  if (silentMs >= BLIND_ALERT_AFTER_MS) return { level: 'alert', reason: 'silent_for_a_day' };
  if (silentMs >= 2 * source.intervalMs) return { level: 'warning', reason: 'overdue' };
  return null;
}

function knownUntil(source: Pick<SourceHealth, 'lastSuccessAt' | 'connectedAt'>): Date {
  return source.lastSuccessAt ?? source.connectedAt;
}

/** "It works again" is said only to those who were told that it did not, and only while it is true. */
function end(episode: BlindEpisode, why: 'synced' | 'paused', seesAgain: boolean): BlindDecision {
  return { do: 'end', episode: episode.number, unknownSince: episode.unknownSince, why, message: seesAgain && episode.level === 'alert' };
}
