import { describe, expect, it } from 'vitest';
import { APP_ERROR_CODES, AppError, isAppErrorCode, publicSentence, toPublic } from '#lib/errors.ts';

describe('what a person is told', () => {
  it('is, for every code, a sentence of its own with a status that fits', () => {
    expect(APP_ERROR_CODES.length).toBeGreaterThan(20);
    const sentences = new Set<string>();
    for (const code of APP_ERROR_CODES) {
      const { status, sentence } = toPublic(new AppError(code), 'r');
      expect(sentence).toMatch(/^[A-Z].*[.a-z]$/);
      expect(sentence).not.toContain(code.includes('_') ? code : '\0');
      expect([400, 401, 403, 404, 409, 413, 422, 429, 500, 503]).toContain(status);
      sentences.add(publicSentence(code));
    }
    expect(sentences.size).toBe(APP_ERROR_CODES.length);
  });

  it('carries nothing of the operator\'s detail or of the cause', () => {
    const error = new AppError('rate_limited', { detail: 'counter of 10.0.0.1', cause: new Error('redis gone'), retryAfterSeconds: 60 });
    expect(toPublic(error)).toEqual({
      code: 'rate_limited', status: 429, sentence: publicSentence('rate_limited'), retryAfterSeconds: 60, fields: {}, reference: null,
    });
  });

  it.each([new TypeError('secret words'), 'secret words', null, { code: 'forbidden', sentence: 'secret words' }, new AppError('internal', { detail: 'secret words' })])(
    'is only a reference when the error is a surprise (%#)',
    (surprise) => {
      const shown = toPublic(surprise, 'req-7');
      expect(shown).toMatchObject({ code: 'internal', status: 500, reference: 'req-7' });
      expect(shown.sentence).toContain('req-7');
      expect(JSON.stringify(shown)).not.toContain('secret words');
    },
  );

  it('gives a fresh reference when none is known', () => {
    expect(toPublic(new Error('x')).reference).not.toBe(toPublic(new Error('x')).reference);
  });

  it('names the fields of a form that are wrong', () => {
    expect(toPublic(new AppError('invalid_input', { fields: { amount: 'Enter an amount above zero.' } })).fields).toEqual({ amount: 'Enter an amount above zero.' });
  });

  it('knows its codes from other texts', () => {
    expect([isAppErrorCode('not_found'), isAppErrorCode('toString'), isAppErrorCode('KM001'), isAppErrorCode(null)]).toEqual([true, false, false, false]);
  });
});
