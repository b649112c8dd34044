/** Well-carried answers with wrong or unusual content. Each change leaves alone what it is not about. */
import { changeAmounts, readAmount, rewriteAmount } from './amount-changes.ts';
import type { BodyChange } from './behaviour.ts';
import { type Json, type JsonObject, RawNumber, isObject } from './json-text.ts';
import { mapBuckets, mapOneRow, mapRows } from './report-shape.ts';

export const UNKNOWN_LINE_ITEM = 'Frontier pool reservation / zone 7';

export function changeBody(body: JsonObject, change: BodyChange): JsonObject {
  switch (change.kind) {
    case 'amounts':
      return changeAmounts(body, change.as);
    case 'wrong_types':
      return mapRows(body, wrongTypes);
    case 'null_buckets':
      return nullBuckets(body, change.of);
    case 'unknown_fields':
      return { ...mapBuckets(mapRows(body, withFutureField), withFutureField), ...FUTURE_FIELD };
    case 'unknown_enum':
      return mapOneRow(body, withUnknownValues);
    case 'unknown_line_item':
      return mapOneRow(body, withUnknownItem);
    case 'missing_nested':
      return mapRows(body, withoutZeroes);
    case 'no_quantity_unit':
      return mapRows(body, (row) => ('quantity_unit' in row ? { ...row, quantity_unit: null } : row));
    case 'currency':
      return mapRows(body, (row) => withCurrency(row, change.code));
    case 'padding':
      return padded(body, change.bytesPerBucket, change.bytesPerResult);
  }
}

function wrongTypes(row: JsonObject): JsonObject {
  const numbersAsWords = Object.entries(row).map(([name, value]) => [name, typeof value === 'number' || value instanceof RawNumber ? ['plenty'] : value]);
  const wrong: JsonObject = Object.fromEntries(numbersAsWords);
  const withoutMoney = rewriteAmount(wrong, () => ({ units: 'some' }));
  return typeof row.id === 'string' ? { ...withoutMoney, id: 17 } : withoutMoney;
}

function nullBuckets(body: JsonObject, of: 'data' | 'bucket' | 'results'): JsonObject {
  if (of === 'data') return { ...body, data: null };
  return mapBuckets(body, (bucket, index) => (index > 0 ? bucket : of === 'bucket' ? null : { ...bucket, results: null }));
}

const FUTURE_FIELD: JsonObject = { field_of_next_year: { nested: [1, 'two', null] } };
const withFutureField = (entry: JsonObject): JsonObject => ({ ...entry, ...FUTURE_FIELD });

/** Values of closed lists that nobody has seen yet, where the row has a value at all. */
const UNKNOWN_VALUES: Readonly<Record<string, string>> = {
  service_tier: 'hyperdrive',
  quantity_unit: 'furlongs',
  api_source: 'toaster',
  cost_type: 'agent_runtime',
  token_type: 'thinking_tokens',
  context_window: '1M-10M',
  inference_geo: 'moon',
  status: 'dormant',
  residency: 'MOON_STORAGE',
  customer_type: 'barter',
};

function withUnknownValues(row: JsonObject): JsonObject | null {
  const unknown = Object.keys(UNKNOWN_VALUES).filter((name) => typeof row[name] === 'string');
  return unknown.length === 0 ? null : { ...row, ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN_VALUES[name] ?? null])) };
}

function withUnknownItem(row: JsonObject): JsonObject | null {
  if (typeof row.line_item === 'string') return { ...row, line_item: UNKNOWN_LINE_ITEM };
  return typeof row.description === 'string' ? { ...row, description: UNKNOWN_LINE_ITEM } : null;
}

/** What an older capture leaves out; only zeroes, so that every sum stays as it is. */
const ALWAYS_SENT = ['input_tokens', 'output_tokens', 'num_model_requests', 'uncached_input_tokens', 'cache_read_input_tokens'];

function withoutZeroes(row: JsonObject): JsonObject {
  const isZero = (value: Json): boolean => value === 0 || (isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isZero));
  return Object.fromEntries(Object.entries(row).filter(([name, value]) => ALWAYS_SENT.includes(name) || !isZero(value)));
}

function withCurrency(row: JsonObject, code: string): JsonObject {
  if (readAmount(row) === null) return row;
  if (isObject(row.amount)) return { ...row, amount: { ...row.amount, currency: code } };
  return isObject(row.cost) ? { ...row, cost: { ...row.cost, currency: code } } : { ...row, currency: code };
}

function padded(body: JsonObject, bytesPerBucket: number, bytesPerResult: number): JsonObject {
  const pad = (bytes: number) => (entry: JsonObject): JsonObject => (bytes === 0 ? entry : { ...entry, padding_of_next_year: 'x'.repeat(bytes) });
  return mapBuckets(mapRows(body, pad(bytesPerResult)), pad(bytesPerBucket));
}
