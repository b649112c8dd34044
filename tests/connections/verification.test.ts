/** How far a pasted key has come: never ahead of the worker, never silent. */
import { describe, expect, it } from 'vitest';
import { checkToShow, VERIFICATION_STEPS, type VerificationRequest, verificationSentence, verificationSteps } from '#lib/connections/verification.ts';

const request = (over: Partial<VerificationRequest>): VerificationRequest => ({ state: 'waiting', step: null, code: null, attempts: 0, not_before: '2026-11-20T12:00:00Z', ...over });
const states = (over: Partial<VerificationRequest>) => verificationSteps(request(over)).map(({ state }) => state).join(' ');

describe('steps', () => {
  it('wait for the worker first', () => {
    expect(states({})).toBe('done current todo todo todo todo');
  });

  it.each([
    [null, 'done done current todo todo todo'],
    ['opening', 'done done current todo todo todo'],
    ['asking_provider', 'done done done current todo todo'],
    ['naming', 'done done done done current todo'],
    ['storing', 'done done done done done current'],
    ['planning', 'done done done done done current'],
    ['something_new', 'done done current todo todo todo'],
  ])('follow the worker at %s', (step, expected) => {
    expect(states({ state: 'running', step })).toBe(expected);
  });

  it('stop where the key failed', () => {
    expect(states({ state: 'failed', step: 'asking_provider', code: 'key_rejected' })).toBe('done done done failed todo todo');
  });

  it('are all done at the end, whatever the last step was', () => {
    for (const step of [null, 'opening', 'storing']) expect(new Set(verificationSteps(request({ state: 'done', step })).map(({ state }) => state))).toEqual(new Set(['done']));
  });

  it('go back to waiting between two tries', () => {
    expect(states({ state: 'waiting', step: 'asking_provider', code: 'provider_unavailable', attempts: 1 })).toBe('done current todo todo todo todo');
  });
});

describe('the sentence', () => {
  it('says when the worker is away, and that nothing is lost by leaving', () => {
    expect(verificationSentence(request({}), 'OpenAI', 3)).toMatch(/within seconds/);
    expect(verificationSentence(request({}), 'OpenAI', 60)).toMatch(/as soon as the worker is back; you can leave/);
  });

  it('says when the next try comes', () => {
    expect(verificationSentence(request({ code: 'provider_unavailable', attempts: 1 }), 'OpenAI', 60)).toMatch(/^Provider did not answer\. The worker tries again by itself at 12:00:00 UTC/);
  });

  it('differs at every step', () => {
    const all = VERIFICATION_STEPS.slice(2).map((step) => verificationSentence(request({ state: 'running', step }), 'OpenAI', 1));
    expect(new Set(all).size).toBe(all.length);
  });

  it('of a refusal is the one for a paste', () => {
    expect(verificationSentence(request({ state: 'failed', code: 'key_rejected' }), 'OpenAI', 1)).toMatch(/OpenAI does not know this key/);
  });
});

describe('the check that a page shows', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const ended = (state: 'done' | 'failed', minutesAgo: number, kind = 'verify_key') => ({ ...request({ state }), kind, finished_at: new Date(now.getTime() - minutesAgo * 60_000).toISOString() });

  it('is the one under way', () => {
    const running = { ...request({ state: 'running' }), kind: 'replace_key', finished_at: null };
    expect(checkToShow([running, ended('failed', 1)], true, now)).toBe(running);
  });

  it('is a success for a few minutes', () => {
    expect(checkToShow([ended('done', 9)], true, now)).not.toBeNull();
    expect(checkToShow([ended('done', 11)], true, now)).toBeNull();
  });

  it('is a refusal until a key is stored, and for a day where the old key still works', () => {
    expect(checkToShow([ended('failed', 60 * 24 * 30)], false, now)).not.toBeNull();
    expect(checkToShow([ended('failed', 60 * 23)], true, now)).not.toBeNull();
    expect(checkToShow([ended('failed', 60 * 25)], true, now)).toBeNull();
  });

  it('is not an older refusal that a success has overtaken', () => {
    expect(checkToShow([ended('done', 60), ended('failed', 61)], true, now)).toBeNull();
  });

  it('is none of the other requests', () => {
    expect(checkToShow([ended('failed', 1, 'sync_now')], true, now)).toBeNull();
  });
});
