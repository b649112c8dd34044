/** The providers we can read, by name. */
import { anthropic } from './anthropic/adapter.ts';
import type { ProviderAdapter, ProviderName } from './contract.ts';
import { openai } from './openai/adapter.ts';

export interface RegisteredProvider {
  adapter: ProviderAdapter;
  label: string;
  /** What the provider itself can tell, whatever a single key is allowed to. */
  features: {
    /** Billed cost split by API key; where it is not, such figures are allocated or estimated. */
    costByApiKey: boolean;
    costByModel: boolean;
    requestCounts: boolean;
    hourlyUsage: boolean;
    /** The key can be limited to reading usage. */
    scopedKeys: boolean;
    /** Days for which the provider still corrects what it reported. */
    restatesDays: number;
  };
}

export const registry: Readonly<Record<ProviderName, RegisteredProvider>> = {
  openai: {
    adapter: openai,
    label: 'OpenAI',
    features: { costByApiKey: true, costByModel: true, requestCounts: true, hourlyUsage: true, scopedKeys: true, restatesDays: 2 },
  },
  anthropic: {
    adapter: anthropic,
    label: 'Anthropic',
    features: { costByApiKey: false, costByModel: true, requestCounts: false, hourlyUsage: true, scopedKeys: false, restatesDays: 2 },
  },
};

export function adapterFor(name: ProviderName): ProviderAdapter {
  return registry[name].adapter;
}
