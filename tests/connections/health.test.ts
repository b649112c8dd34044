/** A connection is called healthy only when nothing speaks against it. */
import { describe, expect, it } from 'vitest';
import { connectionHealth, type HealthFacts } from '#lib/connections/health.ts';

const well: HealthFacts = { status: 'active', status_code: null, paused: false, key_set_at: '2026-11-01T00:00:00Z', last_success_at: '2026-11-20T10:00:00Z', failures: 0, running: false, behind_since: null };
const stateOf = (over: Partial<HealthFacts>) => connectionHealth({ ...well, ...over }, 'OpenAI').state;

describe('health', () => {
  it.each<[string, Partial<HealthFacts>]>([
    ['ok', {}],
    ['verifying', { status: 'verifying', key_set_at: null }],
    ['not_connected', { status: 'needs_attention', status_code: 'key_rejected', key_set_at: null }],
    ['needs_attention', { status: 'needs_attention', status_code: 'key_rejected' }],
    ['paused', { paused: true }],
    ['syncing', { running: true }],
    ['behind', { behind_since: '2026-11-19T10:00:00Z' }],
    ['struggling', { failures: 1, status_code: 'provider_unavailable' }],
    ['waiting', { last_success_at: null }],
  ])('is %s', (expected, over) => {
    expect(stateOf(over)).toBe(expected);
  });

  it('tells the worst first', () => {
    expect(stateOf({ status: 'needs_attention', status_code: 'key_rejected', paused: true, running: true, behind_since: '2026-11-19T10:00:00Z' })).toBe('needs_attention');
    expect(stateOf({ paused: true, behind_since: '2026-11-19T10:00:00Z' })).toBe('paused');
    expect(stateOf({ behind_since: '2026-11-19T10:00:00Z', failures: 3, status_code: 'provider_timeout' })).toBe('behind');
  });

  it('says since when it is behind, why, and that the rest is unknown', () => {
    const { sentence } = connectionHealth({ ...well, behind_since: '2026-11-19T10:04:33.5+00:00', failures: 3, status_code: 'provider_timeout' }, 'OpenAI');
    expect(sentence).toMatch(/^OpenAI did not answer in time\..*Behind since 2026-11-19 10:04 UTC: what was spent after that is unknown, not zero\.$/);
  });

  it('says what to do when the key is refused', () => {
    expect(connectionHealth({ ...well, status: 'needs_attention', status_code: 'key_rejected' }, 'OpenAI').sentence).toMatch(/replace the key/);
    expect(connectionHealth({ ...well, status: 'needs_attention', status_code: null }, 'OpenAI').sentence).not.toBe('');
  });
});
