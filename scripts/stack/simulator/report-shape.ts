/** Walking through an answer whatever endpoint it came from: buckets with results, or flat rows. */
import { type Json, type JsonObject, isObject } from './json-text.ts';

/** Rewrites every row: the results of buckets, or the items of a flat list. `index` counts within the bucket. */
export function mapRows(body: JsonObject, change: (row: JsonObject, index: number) => JsonObject): JsonObject {
  return mapData(body, (entry, index) =>
    isObject(entry) && Array.isArray(entry.results)
      ? { ...entry, results: entry.results.map((row, i) => (isObject(row) ? change(row, i) : row)) }
      : isObject(entry)
        ? change(entry, index)
        : entry,
  );
}

/** Rewrites one row of every bucket (of a flat list, one in all): the first for which `change` has another row. */
export function mapOneRow(body: JsonObject, change: (row: JsonObject) => JsonObject | null): JsonObject {
  const changeOne = (rows: readonly Json[]): Json[] => {
    const changed = rows.map((row) => (isObject(row) ? change(row) : null));
    const first = changed.findIndex((row) => row !== null);
    return rows.map((row, index) => (index === first ? (changed[index] ?? row) : row));
  };
  if (!Array.isArray(body.data)) return body;
  const inBuckets = body.data.some((entry) => isObject(entry) && Array.isArray(entry.results));
  if (!inBuckets) return { ...body, data: changeOne(body.data) };
  return mapBuckets(body, (bucket) => (Array.isArray(bucket.results) ? { ...bucket, results: changeOne(bucket.results) } : bucket));
}

/** Rewrites every bucket; flat lists stay as they are. */
export function mapBuckets(body: JsonObject, change: (bucket: JsonObject, index: number) => Json): JsonObject {
  return mapData(body, (entry, index) => (isObject(entry) && Array.isArray(entry.results) ? change(entry, index) : entry));
}

function mapData(body: JsonObject, change: (entry: Json, index: number) => Json): JsonObject {
  return Array.isArray(body.data) ? { ...body, data: body.data.map(change) } : body;
}

/** The start of a bucket as text, `2026-11-18T00:00:00Z`, from either provider's form. */
export function bucketStart(bucket: JsonObject): string {
  if (typeof bucket.start_time === 'number') return new Date(bucket.start_time * 1000).toISOString().replace('.000Z', 'Z');
  return typeof bucket.starting_at === 'string' ? bucket.starting_at : '';
}
