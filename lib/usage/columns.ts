/**
 * Facts as columns: the database takes aligned arrays, one call for thousands of rows. Pure. Numbers travel as text, so
 * that no digit meets a binary float.
 */
import { dayOf, type Day } from '#lib/day.ts';
import type { CostFact, Dimensions, UsageFact } from '#lib/providers/contract.ts';

/** The arguments of `worker_put_dimensions` after organisation and account, in its order. */
export type DimensionColumns = [
  surface: string[],
  project: (string | null)[],
  model: (string | null)[],
  key: (string | null)[],
  user: (string | null)[],
  lineItem: (string | null)[],
  tokenType: (string | null)[],
  tier: (string | null)[],
  attributes: string[],
  currency: string[],
];

export interface DistinctDimensions {
  columns: DimensionColumns;
  /** For every fact the place of its dimension in the columns. */
  places: number[];
}

/** Usage without an estimate has no currency of its own; the table wants one. */
const NO_CURRENCY = 'USD';

export const currencyOf = (fact: CostFact | UsageFact): string => ('amount' in fact ? fact.amount.currency : (fact.estimatedCost?.currency ?? NO_CURRENCY));

/** Every dimension once, in the order of its first fact. */
export function distinctDimensions(facts: ReadonlyArray<CostFact | UsageFact>): DistinctDimensions {
  const known = new Map<string, number>();
  const columns: DimensionColumns = [[], [], [], [], [], [], [], [], [], []];
  const places = facts.map((fact) => {
    const row = dimensionRow(fact.dimensions, currencyOf(fact));
    const key = JSON.stringify(row);
    let place = known.get(key);
    if (place === undefined) {
      place = known.size;
      known.set(key, place);
      row.forEach((value, index) => (columns[index] as (string | null)[]).push(value));
    }
    return place;
  });
  return { columns, places };
}

function dimensionRow(d: Dimensions, currency: string): (string | null)[] {
  return [d.surface, d.projectRef, d.model, d.apiKeyRef, d.userRef, d.lineItem, d.tokenType, d.serviceTier, canonicalJson(d.attributes), currency];
}

/** Names sorted, so that one meaning has one text. */
export function canonicalJson(attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export const dayOfFact = (fact: CostFact | UsageFact): Day => ('day' in fact ? fact.day : dayOf(fact.start));

/**
 * Whole days in groups of at most `limit` facts, because a day is replaced as a whole; a day that is larger by itself
 * stands alone. Days without a fact belong to the first group: they are replaced by nothing.
 */
export function groupByDays<F extends CostFact | UsageFact>(days: readonly Day[], facts: readonly F[], limit: number): { days: Day[]; indexes: number[] }[] {
  const byDay = new Map<Day, number[]>(days.map((day) => [day, []]));
  facts.forEach((fact, index) => byDay.get(dayOfFact(fact))?.push(index));
  const groups: { days: Day[]; indexes: number[] }[] = [];
  for (const [day, indexes] of byDay) {
    const last = groups.at(-1);
    if (last && last.indexes.length + indexes.length <= limit) {
      last.days.push(day);
      for (const index of indexes) last.indexes.push(index);
    } else {
      groups.push({ days: [day], indexes: [...indexes] });
    }
  }
  return groups;
}
