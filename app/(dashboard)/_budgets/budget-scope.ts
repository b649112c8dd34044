/** What a budget covers, in words, and which sources that touches. Pure. */
import { providerName } from '#app/_components/provider-look.ts';
import type { BudgetRow } from '#lib/alerts/read-alerts.ts';

/** A source that a budget covers and nothing is heard from. */
export interface ScopeSource {
  connectionId: string;
  provider: string;
  label: string;
  /** Blind: nothing new arrives. */
  blind: boolean;
  unknownSince: Date | null;
}

export function isInScope({ scopeKind, scopeRef }: BudgetRow, source: ScopeSource): boolean {
  if (scopeKind === 'provider') return source.provider === scopeRef;
  if (scopeKind === 'connection') return source.connectionId === scopeRef;
  return true;
}

/** `All providers`, `OpenAI`, `OpenAI “Main”`, `Model gpt-6` */
export function budgetScope({ scopeKind, scopeRef }: Pick<BudgetRow, 'scopeKind' | 'scopeRef'>, sources: readonly ScopeSource[]): string {
  switch (scopeKind) {
    case 'organization':
      return 'All providers';
    case 'provider':
      return providerName(scopeRef);
    case 'connection': {
      const source = sources.find(({ connectionId }) => connectionId === scopeRef);
      return source ? `${providerName(source.provider)} “${source.label}”` : 'A connection that is gone';
    }
    case 'project':
      return `Project ${scopeRef}`;
    case 'model':
      return `Model ${scopeRef}`;
    case 'api_key':
      return `API key ${scopeRef}`;
  }
}
