/** `/organization/usage/*`: tokens, images, seconds ... by bucket. */
import type { JsonObject } from '../json-text.ts';
import { type Slice, type Span, groupKey, passes, slicesOf } from '../buckets.ts';
import { countBetween, levelBefore } from '../stream.ts';
import type { OpenAiCall } from './call.ts';
import { readBuckets } from './range.ts';
import type { Surface } from './surfaces.ts';

export function usageReport(call: OpenAiCall, surface: Surface): JsonObject {
  const { parameters } = call;
  const page = readBuckets(parameters, 'usage', call.path, call.now);
  const groupBy = parameters.choices('group_by', surface.groupBy);
  const filters = readFilters(call, surface);
  parameters.refuseOthers();
  return {
    object: 'page',
    data: page.buckets.map((bucket) => usageBucket(call, surface, bucket, groupBy, filters)),
    has_more: page.nextPage !== null,
    next_page: page.nextPage,
  };
}

function readFilters({ parameters }: OpenAiCall, surface: Surface): Record<string, readonly string[]> {
  const filters = Object.fromEntries(
    Object.entries(surface.filters).map(([parameter, dimension]) => {
      const closed = surface.filterValues[parameter];
      return [dimension, closed ? parameters.choices(parameter, closed) : parameters.list(parameter)];
    }),
  );
  const batch = surface.groupBy.includes('batch') ? parameters.flag('batch') : null;
  return batch === null ? filters : { ...filters, batch: [String(batch)] };
}

function usageBucket(call: OpenAiCall, surface: Surface, bucket: Span, groupBy: readonly string[], filters: Record<string, readonly string[]>): JsonObject {
  const groups = new Map<string, { dimensions: JsonObject; slices: Slice[] }>();
  for (const slice of slicesOf(call.world, call.world.openai, bucket, call.now)) {
    const { stream } = slice.streamDay;
    if (stream.surface !== surface.path || !passes(stream.dimensions, filters)) continue;
    const values = surface.groupBy.map((name) => (groupBy.includes(name) ? (stream.dimensions[name] ?? null) : null));
    const key = groupKey(values);
    const group = groups.get(key) ?? { dimensions: Object.fromEntries(surface.groupBy.map((name, i) => [name, values[i] ?? null])), slices: [] };
    group.slices.push(slice);
    groups.set(key, group);
  }
  const results: JsonObject[] = [];
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key);
    if (!group) continue;
    const numbers = surface.row((counter) => sumOf(group.slices, counter, surface.levels.includes(counter)));
    if (Object.values(numbers).some((n) => n > 0)) results.push({ object: surface.resultObject, ...numbers, ...group.dimensions });
  }
  return { object: 'bucket', start_time: bucket.start, end_time: bucket.end, results };
}

/** A level is read at the end of the bucket, so only its last day counts. */
function sumOf(slices: readonly Slice[], counter: string, isLevel: boolean): number {
  if (!isLevel) return slices.reduce((sum, { streamDay, from, to }) => sum + countBetween(streamDay, counter, from, to), 0);
  return slices.reduce((sum, { streamDay, to }) => sum + levelBefore(streamDay, counter, to), 0);
}
