import { describe, expect, it } from 'vitest';
import { decideBlindness } from '#lib/alerts/blindness.ts';
import type { BlindDecision, BlindEpisode, SourceHealth } from '#lib/alerts/blindness.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const HOUR = 3_600_000;

function source(more: Partial<SourceHealth> = {}): SourceHealth {
  return { now: NOW, intervalMs: 6 * HOUR, lastSuccessAt: hoursAgo(1), connectedAt: hoursAgo(500), keyRejectedAt: null, paused: false, episode: null, ...more };
}
const episode = (level: 'warning' | 'alert', sinceHours: number, more: Partial<BlindEpisode> = {}): BlindEpisode => ({
  number: 0,
  level,
  unknownSince: hoursAgo(sinceHours),
  ended: false,
  ...more,
});

function lines(decisions: BlindDecision[]): string[] {
  return decisions.map((d) => {
    const detail = d.do === 'open' ? `${d.level} ${d.reason}` : d.do === 'escalate' ? d.reason : d.why;
    return `${d.do} #${d.episode} ${detail}${d.message ? ' message' : ''}`;
  });
}

describe('a source that was not heard of', () => {
  it.each([
    ['for one unit less than twice its interval is fine', { lastSuccessAt: new Date(hoursAgo(12).getTime() + 1) }, []],
    ['for twice its interval is a warning without a mail', { lastSuccessAt: hoursAgo(12) }, ['open #0 warning overdue']],
    ['for a day is an alert', { lastSuccessAt: hoursAgo(24) }, ['open #0 alert silent_for_a_day message']],
    ['for a day less a moment is still a warning', { lastSuccessAt: new Date(hoursAgo(24).getTime() + 1) }, ['open #0 warning overdue']],
    ['with an hourly interval is a warning after two hours', { intervalMs: HOUR, lastSuccessAt: hoursAgo(2) }, ['open #0 warning overdue']],
    ['with a daily interval goes straight to the alert', { intervalMs: 24 * HOUR, lastSuccessAt: hoursAgo(24) }, ['open #0 alert silent_for_a_day message']],
    ['since it was connected counts from then', { lastSuccessAt: null, connectedAt: hoursAgo(12) }, ['open #0 warning overdue']],
    ['and is paused is what was asked for', { paused: true, lastSuccessAt: hoursAgo(500) }, []],
    ['because the machine clock was ahead is fine', { lastSuccessAt: hoursAgo(-3) }, []],
  ] as const)('%s', (_, more, expected) => {
    expect(lines(decideBlindness(source(more)))).toEqual(expected);
  });

  it('is an alert at once when the key was rejected, and the budgets are unknown since the last success', () => {
    const [decision] = decideBlindness(source({ keyRejectedAt: hoursAgo(0) }));
    expect(decision).toEqual({ do: 'open', episode: 0, level: 'alert', reason: 'key_rejected', unknownSince: hoursAgo(1), message: true });
  });
});

describe('an episode', () => {
  it('says nothing twice', () => {
    expect(decideBlindness(source({ lastSuccessAt: hoursAgo(13), episode: episode('warning', 13) }))).toEqual([]);
    expect(decideBlindness(source({ lastSuccessAt: hoursAgo(90), episode: episode('alert', 90) }))).toEqual([]);
    expect(decideBlindness(source({ lastSuccessAt: hoursAgo(90), keyRejectedAt: hoursAgo(1), episode: episode('alert', 90) }))).toEqual([]);
  });

  it('becomes an alert once, with its first unknown moment', () => {
    const decisions = decideBlindness(source({ lastSuccessAt: hoursAgo(24), episode: episode('warning', 24) }));
    expect(decisions).toEqual([{ do: 'escalate', episode: 0, reason: 'silent_for_a_day', unknownSince: hoursAgo(24), message: true }]);
  });

  it('becomes an alert when the key is rejected on top', () => {
    const decisions = decideBlindness(source({ lastSuccessAt: hoursAgo(13), keyRejectedAt: NOW, episode: episode('warning', 13) }));
    expect(lines(decisions)).toEqual(['escalate #0 key_rejected message']);
  });

  it('ends with one message only if the owners had been told', () => {
    expect(lines(decideBlindness(source({ episode: episode('alert', 30) })))).toEqual(['end #0 synced message']);
    expect(lines(decideBlindness(source({ episode: episode('warning', 13) })))).toEqual(['end #0 synced']);
  });

  it('goes on after a replaced key until a sync has succeeded', () => {
    expect(decideBlindness(source({ lastSuccessAt: hoursAgo(3), keyRejectedAt: null, episode: episode('alert', 3) }))).toEqual([]);
  });

  it('ends silently when a person pauses the source', () => {
    expect(lines(decideBlindness(source({ paused: true, episode: episode('alert', 30) })))).toEqual(['end #0 paused']);
  });

  it('that is over makes room for the next one', () => {
    const over = episode('alert', 300, { number: 2, ended: true });
    expect(lines(decideBlindness(source({ lastSuccessAt: hoursAgo(25), episode: over })))).toEqual(['open #3 alert silent_for_a_day message']);
  });

  it('does not claim recovery when the source is blind again already', () => {
    const decisions = decideBlindness(source({ lastSuccessAt: hoursAgo(26), episode: episode('alert', 90) }));
    expect(lines(decisions)).toEqual(['end #0 synced', 'open #1 alert silent_for_a_day message']);
  });
});
