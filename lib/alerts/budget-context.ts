/** What a mail about a budget says beside the amounts: names, sources, freshness, and where the spend went. */
import type { BudgetRow, ScopeKind } from '#lib/alerts/budget-rows.ts';
import type { ProviderDays } from '#lib/alerts/budget-days.ts';
import type { Contribution } from '#lib/alerts/contributors.ts';
import { providerLabel } from '#lib/alerts/provider-label.ts';
import { callRows } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import { oneLine } from '#lib/email/safe-text.ts';
import { Money } from '#lib/money.ts';

/** `worker_budget_context` */
interface ContextRow {
  readonly organization: string;
  readonly scope_name: string | null;
  readonly scope_provider: string | null;
  readonly providers: readonly string[];
  readonly data_through: Date | null;
  readonly estimated: string | null;
  readonly blind: readonly { readonly label: string; readonly provider: string; readonly since: string }[];
  readonly contributors: readonly { readonly name: string; readonly amount: string }[];
}

export interface BudgetContext {
  readonly organization: string;
  /** `all providers`, `OpenAI`, `OpenAI project web` */
  readonly scope: string;
  /** Providers whose cost reports cover a part of the period. */
  readonly sources: readonly string[];
  readonly dataThrough: Date;
  /** Estimated spend on days that no bill covers yet; never added to what is billed. */
  readonly estimated: Money | null;
  readonly unknown: readonly { readonly source: string; readonly since: Date }[];
  readonly contributors: { readonly by: string; readonly list: readonly Contribution[] };
}

export async function readBudgetContext(tx: Tx, orgId: string, row: BudgetRow, days: ProviderDays): Promise<BudgetContext> {
  const [found] = await callRows<ContextRow>(tx, 'worker_budget_context', [orgId, row.id, days.from, days.to]);
  if (!found) throw new Error('the budget vanished while it was evaluated');
  return {
    organization: oneLine(found.organization, 60) || 'your organisation',
    scope: scopeText(row.scope_kind, found),
    sources: found.providers.map(providerLabel),
    dataThrough: found.data_through ?? row.database_now,
    estimated: found.estimated === null ? null : Money.parse(found.estimated, row.currency),
    unknown: found.blind.map(({ label, provider, since }) => ({ source: `${providerLabel(provider)} “${oneLine(label, 60)}”`, since: new Date(since) })),
    contributors: {
      by: row.scope_kind === 'model' ? 'project' : 'model',
      list: found.contributors.map(({ name, amount }) => ({ name: oneLine(name, 80), amount: Money.parse(amount, row.currency), kind: 'billed' as const })),
    },
  };
}

function scopeText(kind: ScopeKind, row: Pick<ContextRow, 'scope_name' | 'scope_provider'>): string {
  const name = oneLine(row.scope_name ?? '', 60) || 'unknown';
  const provider = row.scope_provider ? providerLabel(row.scope_provider) : '';
  switch (kind) {
    case 'organization':
      return 'all providers';
    case 'provider':
      return provider;
    case 'connection':
      return `${provider} “${name}”`.trim();
    case 'project':
      return `${provider} ${row.scope_provider === 'anthropic' ? 'workspace' : 'project'} ${name}`.trim();
    case 'model':
      return `model ${name}`;
    case 'api_key':
      return `${provider} API key ${name}`.trim();
  }
}
