import { describe, expect, it } from 'vitest';
import { modelFamily } from '#lib/providers/model-family.ts';
import { parseLineItem } from '#lib/providers/openai/line-item.ts';

describe('parseLineItem', () => {
  it.each([
    ['gpt-5.6-terra, input', 'gpt-5.6-terra', 'input', null],
    ['gpt-5.6-terra, output', 'gpt-5.6-terra', 'output', null],
    ['gpt-5.6-terra, cached input', 'gpt-5.6-terra', 'cached input', null],
    ['gpt-5.6-terra, cache writes', 'gpt-5.6-terra', 'cache writes', null],
    ['gpt-5.4-2026-03-05, cached input, long context', 'gpt-5.4-2026-03-05', 'cached input, long context', null],
    ['gpt-image-2-2026-04-21 image, input', 'gpt-image-2-2026-04-21', 'input', 'image'],
    ['gpt-4o-audio text, output', 'gpt-4o-audio', 'output', 'text'],
    ['gpt-realtime audio, cached input', 'gpt-realtime', 'cached input', 'audio'],
    ['gpt-6-astra, input_tokens', 'gpt-6-astra', 'input_tokens', null],
    ['ft:gpt-5.4-mini:acme:support:a1b2, output', 'ft:gpt-5.4-mini:acme:support:a1b2', 'output', null],
    ['whisper', 'whisper', null, null],
    ['web search tool calls', null, null, null],
    ['Scale Tier, gpt-5.6-terra', null, 'gpt-5.6-terra', null],
    ['image, input', 'image', 'input', null],
    [', input', null, 'input', null],
    ['gpt-5.6-terra,', 'gpt-5.6-terra', null, null],
    ['', null, null, null],
    [null, null, null, null],
  ])('reads %j', (text, model, direction, modality) => {
    expect(parseLineItem(text)).toEqual({ model, direction, modality });
  });
});

describe('modelFamily', () => {
  it.each([
    ['gpt-image-1-2025-04-23', 'gpt-image-1'],
    ['gpt-image-1', 'gpt-image-1'],
    ['gpt-image-2-2026-04-21', 'gpt-image-2'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4'],
    ['claude-opus-5-5', 'claude-opus-5-5'],
    ['gpt-5.4-2026-03-05-preview', 'gpt-5.4-2026-03-05-preview'],
    ['text-embedding-3-large', 'text-embedding-3-large'],
    ['gpt-4-0613', 'gpt-4-0613'],
  ])('joins %s under %s', (model, family) => {
    expect(modelFamily(model)).toBe(family);
  });
});
