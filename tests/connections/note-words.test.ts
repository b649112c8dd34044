/** What a run noted is said in words, whatever the adapters can note. */
import { describe, expect, it } from 'vitest';
import { noteWords, warningWords } from '#lib/connections/note-words.ts';
import { Notes } from '#lib/providers/notes.ts';

describe('notes', () => {
  it.each(['project_id', 'workspace_id', 'user_id', 'account_id', 'api_key_id', 'model', 'line_item', 'description', 'service_tier', 'context_window', 'inference_geo'])('about a dropped grouping by %s', (dimension) => {
    const notes = new Notes();
    notes.dropped('cost', dimension, 'refused');
    notes.dropped('usage', dimension, 'too_large');
    const [cost = '', usage = ''] = notes.sorted().map(noteWords);
    expect(cost).toMatch(/^Cost came without the split by [a-zA-Z ]+: the provider refused it\.$/);
    expect(usage).toMatch(/^Usage came without the split by [a-zA-Z ]+: the answer was too large with it\.$/);
  });

  it.each([
    ['usage_vector_stores_refused', 'The key may not read usage of vector stores.'],
    ['usage_claude_code_missing', 'The provider has no usage report for claude code here.'],
    ['usage_completions_incomplete_day', 'Some hours of completions did not come; those days stay as they were.'],
    ['cost_api_key_before_2025_12_06', 'Before 6 Dec 2025 OpenAI does not split cost by API key.'],
    ['names_scope_missing', 'The key may not read names, so ids are shown.'],
    ['names_not_read', 'Names could not be read this time.'],
    ['something_new', 'something new'],
  ])('%s', (note, words) => {
    expect(noteWords(note)).toBe(words);
  });
});

describe('warnings about a key', () => {
  it('say plainly that Anthropic has no smaller key, and that OpenAI has', () => {
    expect(warningWords('can_manage', 'Anthropic').sentence).toMatch(/no scopes.*members, workspaces and API keys/);
    expect(warningWords('can_manage', 'OpenAI').sentence).toMatch(/replace it by a restricted key/);
  });

  it('never come without a sentence', () => {
    for (const code of ['can_manage', 'names_scope_missing', 'usage_scope_missing', 'brand_new']) expect(warningWords(code, 'OpenAI').sentence).toMatch(/\.$/);
  });
});
