/**
 * The truth to test against: what was billed and used, summed straight from the world's streams. It shares nothing with
 * the endpoints (no buckets, no grouping, no pages, no JSON) and nothing with any adapter.
 */
import { type Day, dayOf, eachDay, unixSeconds } from '#lib/day.ts';
import type { Provider } from './keys.ts';
import { picoToUsd } from './pico.ts';
import { SECONDS_PER_DAY, type StreamDay, countBetween } from './stream.ts';
import { type World, firstDay } from './world.ts';

export interface Totals {
  provider: Provider;
  organizationId: string;
  currency: 'USD';
  from: Day;
  /** Exclusive. */
  to: Day;
  /** Everything until this moment. */
  asOf: string;
  /** All amounts are exact decimal texts of dollars. */
  billed: string;
  billedByDay: { day: Day; amount: string }[];
  /** Model without its date, null for services that are no model. */
  billedByModel: { model: string | null; amount: string }[];
  /** OpenAI project or Anthropic workspace; null for none, and for Anthropic's default workspace. */
  billedByProject: { project: string | null; amount: string }[];
  /** The finest grain, from which all of the above can be checked. */
  billedRows: BilledRow[];
  /** Every counter by day, usage endpoint and model as the usage endpoints call it. */
  usageRows: UsageRow[];
}

export interface BilledRow {
  day: Day;
  project: string | null;
  model: string | null;
  /** OpenAI's line item or Anthropic's description. */
  item: string;
  apiKey: string | null;
  amount: string;
}

export interface UsageRow {
  day: Day;
  /** `completions`, `embeddings`, ..., or `messages`. */
  surface: string;
  model: string | null;
  project: string | null;
  /** All input, cache reads and writes included. */
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  requests: number;
  /** The raw counters of the world, e.g. `images`, `seconds`, `webSearches`. */
  counters: Record<string, number>;
}

export interface TotalsQuestion {
  provider: Provider;
  from: Day;
  /** Exclusive. */
  to: Day;
}

const INPUT = ['textInput', 'audioInput', 'imageInput', 'uncached'];
const CACHE_READ = ['textCached', 'audioCached', 'imageCached', 'cacheRead'];
const CACHE_WRITE = ['write30m', 'write12h', 'write5m', 'write1h'];
const OUTPUT = ['textOutput', 'audioOutput', 'imageOutput', 'output'];
/** Endpoints whose `textInput` and the like are tokens that the provider reports. */
const TOKEN_SURFACES = ['completions', 'decisions', 'embeddings', 'moderations', 'messages'];

/** @param now what has happened by then counts, nothing later. */
export function totalsOf(world: World, question: TotalsQuestion, now: Date): Totals {
  const { provider, from, to } = question;
  const days = knownDays(world, from, to, now);
  const charges = days.flatMap((d) => chargesOn(world, provider, d, now));
  return {
    provider,
    organizationId: world[provider].directory.organization.id,
    currency: 'USD',
    from,
    to,
    asOf: now.toISOString(),
    billed: picoToUsd(charges.reduce((sum, { pico }) => sum + pico, 0n)),
    billedByDay: days.map((d) => ({ day: d, amount: picoToUsd(charges.filter((c) => c.day === d).reduce((sum, { pico }) => sum + pico, 0n)) })),
    billedByModel: sumBy(charges, (c) => c.model).map(([model, amount]) => ({ model, amount })),
    billedByProject: sumBy(charges, (c) => c.project).map(([project, amount]) => ({ project, amount })),
    billedRows: sumRows(charges),
    usageRows: days.flatMap((d) => usageOn(world, provider, d, now)),
  };
}

interface Charge extends Omit<BilledRow, 'amount'> {
  pico: bigint;
}

function knownDays(world: World, from: Day, to: Day, now: Date): Day[] {
  const first = firstDay(world, now);
  const today = dayOf(now);
  return eachDay(from < first ? first : from, to).filter((d) => d <= today);
}

function chargesOn(world: World, provider: Provider, d: Day, now: Date): Charge[] {
  return world[provider].streamDays(d).flatMap((streamDay) => {
    const { dimensions, charges } = streamDay.stream;
    return charges.map((rule) => ({
      day: d,
      project: textOf(dimensions[provider === 'openai' ? 'project_id' : 'workspace_id']),
      model: rule.model,
      item: String(provider === 'openai' ? rule.item.line_item : rule.item.description),
      apiKey: textOf(dimensions.api_key_id),
      pico: BigInt(countUntilNow(streamDay, rule.counter, now)) * rule.picoUsdPerUnit,
    }));
  });
}

function usageOn(world: World, provider: Provider, d: Day, now: Date): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const streamDay of world[provider].streamDays(d)) {
    const { surface, dimensions } = streamDay.stream;
    const model = textOf(dimensions.model);
    const project = textOf(dimensions[provider === 'openai' ? 'project_id' : 'workspace_id']);
    const key = JSON.stringify([surface, model, project]);
    const row = rows.get(key) ?? { day: d, surface, model, project, inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, requests: 0, counters: {} };
    for (const counter of Object.keys(streamDay.cumulative)) addCount(row, counter, countUntilNow(streamDay, counter, now));
    rows.set(key, row);
  }
  return [...rows.values()];
}

function addCount(row: UsageRow, counter: string, count: number): void {
  row.counters[counter] = (row.counters[counter] ?? 0) + count;
  if (counter === 'requests') row.requests += count;
  if (!TOKEN_SURFACES.includes(row.surface)) return;
  if (INPUT.includes(counter) || CACHE_READ.includes(counter) || CACHE_WRITE.includes(counter)) row.inputTokens += count;
  if (CACHE_READ.includes(counter)) row.cacheReadTokens += count;
  if (CACHE_WRITE.includes(counter)) row.cacheWriteTokens += count;
  if (OUTPUT.includes(counter)) row.outputTokens += count;
}

function countUntilNow(streamDay: StreamDay, counter: string, now: Date): number {
  const seconds = Math.floor(now.getTime() / 1000) - unixSeconds(streamDay.day);
  return countBetween(streamDay, counter, 0, Math.max(0, Math.min(SECONDS_PER_DAY, seconds)));
}

function sumBy(charges: readonly Charge[], keyOf: (charge: Charge) => string | null): [string | null, string][] {
  const sums = new Map<string | null, bigint>();
  for (const charge of charges) sums.set(keyOf(charge), (sums.get(keyOf(charge)) ?? 0n) + charge.pico);
  return [...sums].sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0)).map(([key, pico]) => [key, picoToUsd(pico)]);
}

function sumRows(charges: readonly Charge[]): BilledRow[] {
  const rows = new Map<string, Charge>();
  for (const charge of charges) {
    if (charge.pico === 0n) continue;
    const key = JSON.stringify([charge.day, charge.project, charge.model, charge.item, charge.apiKey]);
    rows.set(key, { ...charge, pico: (rows.get(key)?.pico ?? 0n) + charge.pico });
  }
  return [...rows.values()].map(({ pico, ...row }) => ({ ...row, amount: picoToUsd(pico) }));
}

function textOf(value: string | boolean | null | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
