/** What the worker notes about a key or a reading, in words. Codes: lib/providers/notes.ts and the adapters' warnings. */

const DIMENSIONS: Readonly<Record<string, string>> = {
  project: 'project', workspace: 'workspace', user: 'user', account: 'user', api_key: 'API key', model: 'model', line_item: 'line item', description: 'line item',
  service_tier: 'service tier', context_window: 'context window', inference_geo: 'region', service_account: 'service account', batch: 'batch', size: 'size', source: 'source',
};

const FIXED: Readonly<Record<string, string>> = {
  cost_api_key_before_2025_12_06: 'Before 6 Dec 2025 OpenAI does not split cost by API key.',
  names_scope_missing: 'The key may not read names, so ids are shown.',
  names_not_read: 'Names could not be read this time.',
};

/** One sentence for the runs table. */
export function noteWords(note: string): string {
  const fixed = FIXED[note];
  if (fixed) return fixed;
  const [, of, dimension, why] = /^(cost|usage)_(.+)_grouping_(refused|too_large)$/.exec(note) ?? [];
  if (of && dimension) return `${of === 'cost' ? 'Cost' : 'Usage'} came without the split by ${DIMENSIONS[dimension] ?? spaced(dimension)}: ${why === 'refused' ? 'the provider refused it' : 'the answer was too large with it'}.`;
  const [, surface, end] = /^usage_(.+)_(refused|missing|incomplete_day)$/.exec(note) ?? [];
  if (surface && end === 'refused') return `The key may not read usage of ${spaced(surface)}.`;
  if (surface && end === 'missing') return `The provider has no usage report for ${spaced(surface)} here.`;
  if (surface) return `Some hours of ${spaced(surface)} did not come; those days stay as they were.`;
  return spaced(note);
}

const spaced = (code: string): string => code.replaceAll('_', ' ');

export interface Warning {
  title: string;
  sentence: string;
}

/** What was found out about a key when it was checked. @param provider as people write it: `OpenAI` */
export function warningWords(code: string, provider: string): Warning {
  switch (code) {
    case 'can_manage':
      return provider === 'Anthropic'
        ? { title: 'This key can do more than read', sentence: 'Anthropic’s admin keys have no scopes: this one can also manage members, workspaces and API keys. Keymeter only reads with it.' }
        : { title: 'This key can do more than read', sentence: `It can also manage the ${provider} organisation. Reading usage is all that Keymeter needs: replace it by a restricted key to be safe.` };
    case 'names_scope_missing':
      return { title: 'Names cannot be read', sentence: 'Projects and keys are shown by their ids. That is fine; a key that may read them shows names.' };
    case 'usage_scope_missing':
      return { title: 'Usage cannot be read', sentence: `Cost is complete, but tokens and requests are unknown. Give the key the permission to read usage at ${provider}.` };
    default:
      return { title: spaced(code), sentence: 'Found when the key was checked.' };
  }
}
