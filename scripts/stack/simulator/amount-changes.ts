/** Unusual and impossible forms of an amount. */
import type { BodyChange } from './behaviour.ts';
import { type Json, type JsonObject, RawNumber, isObject } from './json-text.ts';
import { toPlainDecimal, toScientific } from './pico.ts';
import { mapBuckets, mapRows } from './report-shape.ts';

type Form = Extract<BodyChange, { kind: 'amounts' }>['as'];

export function changeAmounts(body: JsonObject, form: Form): JsonObject {
  if (form === 'zero_text') return addZeroRows(body);
  const everyRow = form === 'text' || form === 'number' || form === 'scientific';
  return mapRows(body, (row, index) => (everyRow || index === 0 ? rewriteAmount(row, (value) => inForm(value, form)) : row));
}

/** A zero that OpenAI really sent: `0E-6176`, as a row of its own or as the only row of an empty bucket. */
function addZeroRows(body: JsonObject): JsonObject {
  return mapBuckets(body, (bucket) => {
    const results = Array.isArray(bucket.results) ? bucket.results : [];
    const sample = results.findLast(isObject);
    const zero = sample ? zeroBeside(sample) : emptyCostRow(bucket);
    return zero ? { ...bucket, results: [...results, zero] } : bucket;
  });
}

/** A row like the sample with another item; null when rows are not told apart by item, because it would be a duplicate. */
function zeroBeside(sample: JsonObject): JsonObject | null {
  const name = typeof sample.line_item === 'string' ? 'line_item' : 'description';
  const item = sample[name];
  if (typeof item !== 'string' || readAmount(sample) === null) return null;
  const quantity: JsonObject = sample.quantity === undefined ? {} : { quantity: 0 };
  return { ...rewriteAmount(sample, () => '0E-6176'), ...quantity, [name]: `${item}, flex` };
}

/** Only OpenAI's buckets; an Anthropic bucket without cost stays empty. */
function emptyCostRow(bucket: JsonObject): JsonObject | null {
  if (bucket.object !== 'bucket') return null;
  return {
    object: 'organization.costs.result',
    amount: { value: '0E-6176', currency: 'usd' },
    line_item: null,
    project_id: null,
    api_key_id: null,
    user_id: null,
    api_source: null,
    quantity: null,
    quantity_unit: null,
  };
}

function inForm(value: Json, form: Exclude<Form, 'zero_text'>): Json {
  const asText = typeof value === 'string';
  const decimal = toPlainDecimal(value instanceof RawNumber ? value.text : asText ? value : '0');
  const inPlace = (text: string) => (asText ? text : new RawNumber(text));
  switch (form) {
    case 'text':
      return decimal;
    case 'number':
      return new RawNumber(decimal);
    case 'scientific':
      return inPlace(toScientific(decimal));
    case 'negative':
      return inPlace(`-${decimal}`);
    case 'nan':
      return new RawNumber('NaN');
    case 'nan_text':
      return 'NaN';
    case 'infinity_text':
      return 'Infinity';
    case 'overflow':
      return inPlace('1e308');
  }
}

/** The amount of a cost row of either provider; null when the row holds no money. */
export function readAmount(row: JsonObject): Json | null {
  if (isObject(row.amount)) return row.amount.value ?? null;
  if (typeof row.amount === 'string') return row.amount;
  return isObject(row.cost) ? (row.cost.amount ?? null) : null;
}

export function rewriteAmount(row: JsonObject, change: (value: Json) => Json): JsonObject {
  const value = readAmount(row);
  if (value === null) return row;
  if (isObject(row.amount)) return { ...row, amount: { ...row.amount, value: change(value) } };
  if (isObject(row.cost)) return { ...row, cost: { ...row.cost, amount: change(value) } };
  return { ...row, amount: change(value) };
}
