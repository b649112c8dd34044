/**
 * A stream is one steady user of an API: one project, key, model, tier ... The world is nothing but streams; usage,
 * cost and totals are sums over them. Counts are whole numbers per hour, and within an hour they accrue by the second,
 * so that any cut of time sums exactly to any coarser cut.
 */
import type { Day } from '#lib/day.ts';
import { type Pattern, type Trend, activityOn, growthOn, hourShares, isSpikeDay } from './calendar.ts';
import { randomFrom } from './random.ts';

export type Dimensions = Readonly<Record<string, string | boolean | null>>;

/** What one unit of a counter costs, and under which item it is billed. */
export interface ChargeRule {
  counter: string;
  /** 10^-12 US dollars for one unit. A price of 1 dollar per million tokens is 1,000,000. */
  picoUsdPerUnit: bigint;
  /** How the provider's cost report words it: OpenAI's `line_item`, Anthropic's description and its parsed fields. */
  item: Dimensions;
  /** The billed model without its date, null for services that are no model. */
  model: string | null;
  /** OpenAI's `quantity_unit`. */
  quantityUnit: string | null;
  /** Counter units in one billed quantity, e.g. 1,024 MiB hours in a GiB hour. */
  unitsPerQuantity: bigint;
}

export interface Stream {
  /** Unique within a provider's world, and part of the seed: renaming a stream changes its history. */
  id: string;
  /** The usage endpoint it shows up in; some appear in no usage endpoint and only cost money. */
  surface: string;
  dimensions: Dimensions;
  pattern: Pattern;
  trend: Trend;
  requestsPerDay: number;
  /** Averages per request, by counter. The counter `requests` is implied. */
  perRequest: Readonly<Record<string, number>>;
  /** Multiplies a spike day's requests. */
  spike: number;
  /** Share of days on which it runs at all. */
  activeShare: number;
  /** First day, inclusive. */
  from: Day | null;
  /** Last day, exclusive. */
  until: Day | null;
  charges: readonly ChargeRule[];
  /** Facts about it that are no dimension of a report, e.g. the actor of Claude Code. */
  labels: Readonly<Record<string, string>>;
}

export interface StreamDay {
  stream: Stream;
  day: Day;
  /** By counter: the count at the start of hour 0 (always 0), of hour 1, ... and at the end of the day: 25 numbers. */
  cumulative: Readonly<Record<string, readonly number[]>>;
}

export const SECONDS_PER_DAY = 86_400;

/** The stream's day, or null when it did nothing at all. */
export function generateStreamDay(seed: string, stream: Stream, d: Day): StreamDay | null {
  if ((stream.from && d < stream.from) || (stream.until && d >= stream.until)) return null;
  const random = randomFrom(`${seed}/${stream.id}/${d}`);
  if (random() >= stream.activeShare) return null;
  const hours = stream.pattern === 'constant' ? constantHours(stream, d) : livelyHours(stream, d, random);
  const cumulative = Object.fromEntries(Object.entries(hours).map(([counter, counts]) => [counter, runningTotal(counts)]));
  return (cumulative.requests?.[24] ?? 0) > 0 ? { stream, day: d, cumulative } : null;
}

function livelyHours(stream: Stream, d: Day, random: () => number): Record<string, number[]> {
  const spike = isSpikeDay(d) ? stream.spike : 1;
  const expected = stream.requestsPerDay * activityOn(d, stream.pattern, stream.trend) * spike * (0.88 + 0.24 * random());
  const hours: Record<string, number[]> = { requests: [] };
  for (const counter of Object.keys(stream.perRequest)) hours[counter] = [];
  for (const share of hourShares(stream.pattern)) {
    const requests = Math.floor(expected * share * (0.8 + 0.4 * random()) + random());
    hours.requests?.push(requests);
    for (const [counter, average] of Object.entries(stream.perRequest)) {
      hours[counter]?.push(Math.floor(requests * average * (0.9 + 0.2 * random()) + random() * Math.min(1, requests)));
    }
  }
  return hours;
}

/** Storage and commitments: the same in every hour, following only the growth of the company. */
function constantHours(stream: Stream, d: Day): Record<string, number[]> {
  const everyHour = (count: number) => Array.from({ length: 24 }, () => count);
  const grown = Object.entries(stream.perRequest).map(([counter, average]) => [counter, everyHour(Math.round(average * growthOn(d)))] as const);
  return { requests: everyHour(Math.round(stream.requestsPerDay / 24)), ...Object.fromEntries(grown) };
}

function runningTotal(counts: readonly number[]): number[] {
  let sum = 0;
  return [0, ...counts.map((count) => (sum += count))];
}

/** Units counted in seconds `[from, to)` of the day, 0 <= from <= to <= 86,400. Exactly additive over any partition. */
export function countBetween(streamDay: StreamDay, counter: string, from: number, to: number): number {
  const cumulative = streamDay.cumulative[counter];
  return cumulative ? countUntil(cumulative, to) - countUntil(cumulative, from) : 0;
}

function countUntil(cumulative: readonly number[], second: number): number {
  const hour = Math.floor(second / 3600);
  const before = cumulative[hour] ?? 0;
  const inHour = (cumulative[hour + 1] ?? before) - before;
  return before + Math.floor((inHour * (second % 3600)) / 3600);
}

/** Units in force during the last hour that began before `to`; for counters that are a level (bytes stored). */
export function levelBefore(streamDay: StreamDay, counter: string, to: number): number {
  const cumulative = streamDay.cumulative[counter];
  if (!cumulative || to <= 0) return 0;
  const hour = Math.ceil(to / 3600) - 1;
  return (cumulative[hour + 1] ?? 0) - (cumulative[hour] ?? 0);
}
