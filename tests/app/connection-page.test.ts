/** Small things on the connections pages that must be right. */
import { describe, expect, it } from 'vitest';
import { dayRange, wholeDays } from '#app/(dashboard)/settings/connections/[id]/day-range.ts';
import { ageInDays, keyAge } from '#app/(dashboard)/settings/connections/[id]/key-age.ts';
import { runTook } from '#app/(dashboard)/settings/connections/[id]/run-time.ts';
import { syncSentence } from '#app/(dashboard)/settings/connections/[id]/sync-sentence.ts';
import { freeName } from '#app/(dashboard)/settings/connections/free-name.ts';
import { GUIDES, hostName } from '#app/(dashboard)/settings/connections/guides.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { ADMIN_PREFIX } from '#lib/providers/key-shape.ts';
import { adapterFor } from '#lib/providers/registry.ts';

const now = new Date('2026-11-20T12:00:00Z');

describe('days of a run', () => {
  it.each([
    ['2026-11-20', '2026-11-21', '20 Nov', 1],
    ['2026-11-18', '2026-11-21', '18 to 20 Nov', 3],
    ['2026-10-22', '2026-11-21', '22 Oct to 20 Nov', 30],
    ['2026-12-31', '2027-01-01', '31 Dec', 1],
    ['2025-12-31', '2026-01-02', '31 Dec to 1 Jan', 2],
  ])('from %s until before %s read %s', (from, to, words, days) => {
    expect(dayRange({ window_from: from, window_to: to })).toBe(words);
    expect(wholeDays({ window_from: from, window_to: to })).toBe(days);
  });
});

describe('how long a run took', () => {
  it.each([
    [null, null, '–'],
    ['2026-11-20T12:00:00Z', null, '–'],
    ['2026-11-20T12:00:00.000Z', '2026-11-20T12:00:00.380Z', '380 ms'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:08.430Z', '8 s'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:03:05Z', '3 min 5 s'],
    ['2026-11-20T10:00:00Z', '2026-11-20T12:03:05Z', '2 h 3 min'],
  ])('from %s to %s: %s', (started, finished, words) => {
    expect(runTook(started, finished)).toBe(words);
  });
});

describe('the age of a key', () => {
  const setAt = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

  it('is counted in days', () => {
    expect([0, 1, 40].map((days) => ageInDays(setAt(days), now))).toEqual(['less than a day ago', '1 day ago', '40 days ago']);
  });

  it('is mentioned from half a year on', () => {
    expect(keyAge({ key_set_at: setAt(179), key_expires_at: null }, now)).toBeNull();
    expect(keyAge({ key_set_at: setAt(180), key_expires_at: null }, now)).toMatchObject({ title: 'This key is 180 days old', urgent: false });
    expect(keyAge({ key_set_at: null, key_expires_at: null }, now)).toBeNull();
  });

  it.each([
    [-1, 'This key has expired', true],
    [0, 'This key expires within a day', true],
    [1, 'This key expires in 1 day', true],
    [13, 'This key expires in 13 days', true],
    [14, 'This key expires in 14 days', false],
  ])('ends at its expiry, %i days away', (days, title, urgent) => {
    expect(keyAge({ key_set_at: setAt(1), key_expires_at: new Date(now.getTime() + days * 86_400_000 + 3_600_000).toISOString() }, now)).toMatchObject({ title, urgent });
  });
});

describe('a sync that was asked for', () => {
  const asked = (secondsAgo: number, over: object) => ({ state: 'waiting' as const, code: null, created_at: new Date(now.getTime() - secondsAgo * 1000).toISOString(), finished_at: null, ...over });

  it('is shown as waiting, and says what it waits for', () => {
    expect(syncSentence(asked(2, {}), 'OpenAI', now)).toBe('Sync asked for: waiting for the worker.');
    expect(syncSentence(asked(60, {}), 'OpenAI', now)).toMatch(/It runs as soon as the worker is back\.$/);
  });

  it('is old news after two minutes', () => {
    const finished = (secondsAgo: number) => new Date(now.getTime() - secondsAgo * 1000).toISOString();
    expect(syncSentence(asked(300, { state: 'done', finished_at: finished(60) }), 'OpenAI', now)).toBe('The sync you asked for is done.');
    expect(syncSentence(asked(300, { state: 'done', finished_at: finished(121) }), 'OpenAI', now)).toBe('');
    expect(syncSentence(asked(300, { state: 'failed', code: 'key_rejected', finished_at: finished(5) }), 'OpenAI', now)).toMatch(/did not succeed\. OpenAI refuses this key/);
  });
});

describe('a name to begin with', () => {
  it('is free', () => {
    expect(freeName('OpenAI', [])).toBe('OpenAI');
    expect(freeName('OpenAI', ['openai', 'OpenAI 2'])).toBe('OpenAI 3');
  });
});

describe.each(PROVIDERS)('the guide for %s', (provider) => {
  const guide = GUIDES[provider];

  it('leads to the provider by https and names the prefix that the check expects', () => {
    for (const { href } of [guide.page, guide.limits]) expect(href).toMatch(/^https:\/\/platform\.(openai|claude)\.com\//);
    expect(guide.prefix).toBe(ADMIN_PREFIX[provider]);
    expect(guide.steps.join(' ')).toContain(guide.prefix);
  });

  it('says what such a key can do beyond reading', () => {
    expect(guide.caution).toMatch(provider === 'openai' ? /without restrictions/ : /manage members, workspaces and keys/);
    expect(guide.scope.code).toBe(provider === 'openai' ? 'api.usage.read' : null);
  });

  it('has a name for each host that can be chosen', () => {
    const { hosts } = adapterFor(provider);
    if (hosts.length > 1) for (const host of hosts) expect(hostName(host)).not.toBe(host);
    expect(hosts.length).toBeGreaterThan(0);
  });
});
