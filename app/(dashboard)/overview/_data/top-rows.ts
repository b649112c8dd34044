/** What cost most, named, with its change in words that fit a cell. */
import type { ProviderName } from '#lib/providers/contract.ts';
import type { Money } from '#lib/money.ts';
import type { TopRow } from '#lib/usage/read-spend.ts';

export interface TopLine {
  key: string;
  provider: ProviderName;
  name: string;
  /** The provider's id, where a name is shown in its place. */
  ref: string | null;
  amount: Money;
  shareBasisPoints: number;
  /** `new`: nothing was spent on it before. null: there is nothing to compare with. */
  change: { kind: 'new' } | { kind: 'difference'; amount: Money; basisPoints: bigint | null } | null;
}

/** @param comparable false while days of either span are unknown, or none is complete */
export function topLine(row: TopRow, by: 'model' | 'project', comparable: boolean): TopLine {
  const difference = row.amountComparable.minus(row.amountBefore);
  return {
    key: `${row.provider} ${row.ref}`,
    provider: row.provider,
    name: nameOf(row, by),
    ref: row.label && row.ref ? row.ref : null,
    amount: row.amount,
    shareBasisPoints: row.shareBasisPoints,
    change: !comparable
      ? null
      : row.amountBefore.isZero() && !row.amount.isZero()
        ? { kind: 'new' }
        : { kind: 'difference', amount: difference, basisPoints: row.amountBefore.isNegative() ? null : difference.basisPointsOf(row.amountBefore) },
  };
}

/** Where the provider named none, what that means at this provider. */
function nameOf({ provider, ref, label }: TopRow, by: 'model' | 'project'): string {
  if (label) return label;
  if (ref) return ref;
  if (by === 'model') return 'Not tied to a model';
  return provider === 'anthropic' ? 'Default workspace' : 'No project';
}
