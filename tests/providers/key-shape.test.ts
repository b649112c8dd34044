import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { checkKeyShape, keyHint, type KeyShapeCode } from '#lib/providers/key-shape.ts';

const BODY = 'abcDEF0123456789_-abcDEF0123456789';
const OPENAI = `sk-admin-${BODY}`;
const ANTHROPIC = `sk-ant-admin01-${BODY}`;

describe('checkKeyShape', () => {
  it.each([
    ['openai', OPENAI],
    ['anthropic', ANTHROPIC],
    ['anthropic', `sk-ant-admin02-${BODY}`],
  ] as const)('accepts an admin key of %s, also with blanks around it', (provider, key) => {
    for (const pasted of [key, ` ${key}`, `${key}\n`, `\r\n\t${key} \u00a0`, `\u200b${key}\ufeff`]) expect(checkKeyShape(provider, pasted)).toEqual({ ok: true, trimmed: key });
  });

  it.each<[Parameters<typeof checkKeyShape>[0], string, KeyShapeCode, RegExp]>([
    ['openai', '', 'empty', /Paste your OpenAI admin key.*Admin keys/],
    ['openai', ' \n ', 'empty', /Paste/],
    ['openai', `OPENAI_API_KEY=${OPENAI}`, 'env_line', /only the key/],
    ['openai', `export OPENAI_ADMIN_KEY="${OPENAI}"`, 'env_line', /without quotes/],
    ['openai', `OPENAI_ADMIN_KEY: ${OPENAI}`, 'env_line', /only the key/],
    ['openai', `$env:OPENAI_API_KEY = '${OPENAI}'`, 'env_line', /only the key/],
    ['openai', `Authorization: Bearer ${OPENAI}`, 'env_line', /only the key/],
    ['openai', `Bearer ${OPENAI}`, 'env_line', /only the key/],
    ['anthropic', `ANTHROPIC_ADMIN_KEY=${ANTHROPIC}`, 'env_line', /only the key/],
    ['anthropic', `x-api-key: ${ANTHROPIC}`, 'env_line', /only the key/],
    ['openai', `"${OPENAI}"`, 'quoted', /quotation marks/],
    ['openai', `'${OPENAI}'`, 'quoted', /quotation marks/],
    ['openai', `\u201c${OPENAI}\u201d`, 'quoted', /quotation marks/],
    ['openai', `${OPENAI}"`, 'quoted', /quotation marks/],
    ['openai', `sk-admin-${BODY} ${BODY}`, 'whitespace_inside', /line break inside/],
    ['openai', `sk-admin-\n${BODY}`, 'whitespace_inside', /line break inside/],
    ['openai', `sk-admin-\u200b${BODY}`, 'whitespace_inside', /line break inside/],
    ['openai', 'sk-admin-...x7Qa', 'shortened', /shown only once/],
    ['openai', 'sk-admin-****x7Qa', 'shortened', /shown only once/],
    ['anthropic', 'sk-ant-admin01-abc\u2026xyz', 'shortened', /shown only once/],
    ['openai', 'sk-admin-abc', 'truncated', /cut off/],
    ['openai', 'sk-admin-', 'truncated', /cut off/],
    ['anthropic', 'sk-ant-admin01-0123456789', 'truncated', /cut off/],
    ['openai', `${OPENAI}${OPENAI}`, 'too_long', /twice/],
    ['openai', `sk-admin-${'a'.repeat(300)}`, 'too_long', /longer than any key/],
    ['openai', `sk-admin-${BODY}é`, 'bad_characters', /characters/],
    ['openai', `sk-admin-${BODY}!`, 'bad_characters', /characters/],
    ['openai', `sk-proj-${BODY}`, 'project_key', /project key.*sk-admin-/],
    ['openai', `sk-svcacct-${BODY}`, 'service_account_key', /service account key.*sk-admin-/],
    ['openai', `sk-${BODY}`, 'user_key', /user key.*sk-admin-/],
    ['openai', ANTHROPIC, 'other_provider', /Anthropic key. Choose Anthropic/],
    ['openai', `sk-ant-api03-${BODY}`, 'other_provider', /Anthropic key/],
    ['openai', `sk-or-v1-${BODY}`, 'other_provider', /OpenRouter key/],
    ['anthropic', `sk-ant-api03-${BODY}`, 'api_key', /ordinary API key.*sk-ant-admin01-/],
    ['anthropic', `sk-ant-oat01-${BODY}`, 'oauth_token', /sign-in token.*sk-ant-admin01-/],
    ['anthropic', `sk-ant-api01-${BODY}`, 'enterprise_analytics_key', /Enterprise analytics key.*sk-ant-admin01-/],
    ['anthropic', OPENAI, 'other_provider', /OpenAI key. Choose OpenAI/],
    ['anthropic', `sk-proj-${BODY}`, 'other_provider', /OpenAI key/],
    ['openai', 'hello', 'unknown_kind', /does not look like an OpenAI admin key/],
    ['anthropic', BODY, 'unknown_kind', /does not look like an Anthropic admin key/],
  ])('%s: tells what to do about %j', (provider, pasted, code, sentence) => {
    expect(checkKeyShape(provider, pasted)).toEqual({ ok: false, code, sentence: expect.stringMatching(sentence) });
  });

  it('never repeats what was pasted, and passes only what may meet a header', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROVIDERS), fc.constantFrom('', 'sk-', 'sk-admin-', 'sk-ant-admin01-', 'sk-proj-'), fc.string({ minLength: 12, maxLength: 60, unit: 'binary' }), (provider, prefix, rest) => {
        const shape = checkKeyShape(provider, prefix + rest);
        if (shape.ok) return /^[\x21-\x7e]{20,300}$/.test(shape.trimmed);
        return !shape.sentence.includes(rest) && shape.sentence.length > 20;
      }),
    );
  });
});

describe('keyHint', () => {
  it.each([
    [OPENAI, { prefix: 'sk-admin-', lastFour: '6789' }],
    [ANTHROPIC, { prefix: 'sk-ant-admin01-', lastFour: '6789' }],
    [`sk-proj-${BODY}`, { prefix: '', lastFour: '6789' }],
    ['sk-admin-abc', { prefix: 'sk-admin-', lastFour: '' }],
    ['', { prefix: '', lastFour: '' }],
  ])('shows only the public kind and the last four of %s', (key, hint) => {
    expect(keyHint(key)).toEqual(hint);
  });
});
