/**
 * Rows of one bucket that agree in everything we keep become one fact: a provider may split by a field that we do not
 * know yet, and two facts with one identity would overwrite each other where they are stored.
 */
import { Money } from '#lib/money.ts';
import type { CostFact, Dimensions, UsageFact } from './contract.ts';

export function mergeCosts(facts: readonly CostFact[]): CostFact[] {
  return merge(facts, (f) => [f.day, f.amount.currency], (a, b) => ({ ...a, amount: a.amount.plus(b.amount), ...sumQuantity(a, b, 'unknown') }));
}

export function mergeUsage(facts: readonly UsageFact[]): UsageFact[] {
  return merge(facts, (f) => [f.start.toISOString(), f.width], (a, b) => ({
    ...a,
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    cacheWriteLongTokens: a.cacheWriteLongTokens + b.cacheWriteLongTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    requests: a.requests === null ? b.requests : a.requests + (b.requests ?? 0n),
    estimatedCost: a.estimatedCost && b.estimatedCost ? a.estimatedCost.plus(b.estimatedCost) : (a.estimatedCost ?? b.estimatedCost),
    ...sumQuantity(a, b, 'none'),
  }));
}

function merge<F extends { dimensions: Dimensions }>(facts: readonly F[], also: (fact: F) => string[], add: (a: F, b: F) => F): F[] {
  const merged = new Map<string, F>();
  for (const fact of facts) {
    const key = JSON.stringify([...also(fact), identity(fact.dimensions)]);
    const known = merged.get(key);
    merged.set(key, known ? add(known, fact) : fact);
  }
  return [...merged.values()];
}

function identity(d: Dimensions): unknown[] {
  const attributes = Object.entries(d.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [d.surface, d.projectRef, d.model, d.apiKeyRef, d.userRef, d.lineItem, d.tokenType, d.serviceTier, attributes];
}

interface Quantity {
  quantity: string | null;
  quantityUnit: string | null;
}

/** @param missing what null means: nothing counted, or not told, which has no sum. Different units have none either. */
function sumQuantity(a: Quantity, b: Quantity, missing: 'none' | 'unknown'): Quantity {
  if (missing === 'none' && (a.quantity === null || b.quantity === null)) {
    const { quantity, quantityUnit } = a.quantity === null ? b : a;
    return { quantity, quantityUnit };
  }
  if (a.quantity === null || b.quantity === null || a.quantityUnit !== b.quantityUnit) return { quantity: null, quantityUnit: null };
  return { quantity: Money.parse(a.quantity, 'XXX').plus(Money.parse(b.quantity, 'XXX')).toDecimal(), quantityUnit: a.quantityUnit };
}
