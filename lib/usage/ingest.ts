/**
 * Writes what a provider reported, in the caller's transaction: dimensions, then every covered day replaced as a whole
 * (the database keeps what changed about days that were over), then the daily rollup of the range.
 */
import type { Day } from '#lib/day.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';
import type { CostFact, NamedEntity, RangeReading, SurfaceReading, UsageFact } from '#lib/providers/contract.ts';
import { distinctDimensions, groupByDays, type DimensionColumns } from '#lib/usage/columns.ts';

interface Account {
  orgId: string;
  accountId: string;
}

/** More rows than this go in several calls of one transaction. */
const ROWS_PER_CALL = 20_000;

/** @returns rows that were new, changed or removed. @throws DatabaseRefusal `row_count_differs` */
export async function writeReading(tx: Tx, account: Account & { runId: string }, reading: RangeReading): Promise<number> {
  let rows = 0;
  for (const costs of reading.costs) rows += await writeCosts(tx, account, costs);
  for (const usage of reading.usage) rows += await writeUsage(tx, account, usage);
  const { orgId, accountId } = account;
  await callValue(tx, 'worker_refresh_days', [orgId, accountId, reading.from, reading.to]);
  return rows;
}

/** Keeps the names that the provider has for ids, and that it was asked for them today. */
export async function writeNames(tx: Tx, { orgId, accountId }: Account, names: readonly NamedEntity[]): Promise<void> {
  const column = <K extends keyof NamedEntity>(key: K): NamedEntity[K][] => names.map((name) => name[key]);
  await callValue(tx, 'worker_put_names', [orgId, accountId, column('kind'), column('ref'), column('name'), column('hint'), column('status'), column('projectRef')]);
}

async function writeCosts(tx: Tx, { orgId, accountId, runId }: Account & { runId: string }, { surface, facts, coveredDays }: SurfaceReading<CostFact>): Promise<number> {
  return replaceDays(tx, { orgId, accountId }, coveredDays, facts, (days, rows, dimensions) =>
    callValue<number>(tx, 'worker_replace_costs', [
      orgId,
      accountId,
      runId,
      surface,
      days,
      dimensions,
      rows.map((fact) => fact.day),
      rows.map((fact) => fact.amount.toDecimal()),
      rows.map((fact) => fact.quantity),
      rows.length,
    ]),
  );
}

async function writeUsage(tx: Tx, account: Account, { surface, facts, coveredDays }: SurfaceReading<UsageFact>): Promise<number> {
  return replaceDays(tx, account, coveredDays, facts, (days, rows, dimensions) =>
    callValue<number>(tx, 'worker_replace_usage', [
      account.orgId,
      account.accountId,
      surface,
      days,
      dimensions,
      rows.map((fact) => fact.start.toISOString()),
      rows.map((fact) => fact.width === '1h'),
      rows.map((fact) => fact.inputTokens.toString()),
      rows.map((fact) => fact.cacheReadTokens.toString()),
      rows.map((fact) => fact.cacheWriteTokens.toString()),
      rows.map((fact) => fact.cacheWriteLongTokens.toString()),
      rows.map((fact) => fact.outputTokens.toString()),
      rows.map((fact) => fact.requests?.toString() ?? null),
      rows.map((fact) => fact.quantity),
      rows.map((fact) => fact.estimatedCost?.toDecimal() ?? null),
      rows.length,
    ]),
  );
}

async function replaceDays<F extends CostFact | UsageFact>(
  tx: Tx,
  account: Account,
  coveredDays: readonly Day[],
  facts: readonly F[],
  replace: (days: Day[], rows: F[], dimensions: number[]) => Promise<number | null>,
): Promise<number> {
  const { columns, places } = distinctDimensions(facts);
  const ids = await putDimensions(tx, account, columns);
  let written = 0;
  for (const { days, indexes } of groupByDays(coveredDays, facts, ROWS_PER_CALL)) {
    const rows = indexes.map((index) => facts[index] as F);
    const dimensions = indexes.map((index) => ids[places[index] as number] as number);
    written += (await replace(days, rows, dimensions)) ?? 0;
  }
  return written;
}

async function putDimensions(tx: Tx, { orgId, accountId }: Account, columns: DimensionColumns): Promise<number[]> {
  const count = columns[0].length;
  const ids: number[] = [];
  for (let start = 0; start < count; start += ROWS_PER_CALL) {
    const part = columns.map((column) => column.slice(start, start + ROWS_PER_CALL));
    const [row] = await callRows<{ worker_put_dimensions: number[] }>(tx, 'worker_put_dimensions', [orgId, accountId, ...part]);
    for (const id of row?.worker_put_dimensions ?? []) ids.push(id);
  }
  return ids;
}
