/**
 * The world behind the simulator: for one customer an OpenAI organisation and an Anthropic organisation, with a
 * history of 120 days that ends now. The seed and the customer's name decide everything; the clock only decides how
 * much of the history can be seen.
 */
import { type Day, addDays, dayOf } from '#lib/day.ts';
import { type AnthropicDirectory, anthropicDirectory } from './anthropic/directory.ts';
import { anthropicStreams } from './anthropic/streams.ts';
import { type Correction, type CorrectionContext, applyCorrection } from './corrections.ts';
import { DayCache } from './day-cache.ts';
import { type OpenAiDirectory, openAiDirectory } from './openai/directory.ts';
import { openAiStreams } from './openai/streams.ts';
import { type Stream, type StreamDay, generateStreamDay } from './stream.ts';

export const DEFAULT_SEED = 'keymeter';
export const DEFAULT_DAYS = 120;

export interface ProviderWorld<Directory> {
  /** Names and ids: organisation, projects or workspaces, keys, people. */
  directory: Directory;
  streams: readonly Stream[];
  /** Everything that happens on a day, corrections included; not yet cut at "now". */
  streamDays(d: Day): readonly StreamDay[];
  correct(correction: Correction): void;
  /** Back to the day as it first was. */
  dropCorrections(): void;
}

export interface World {
  /** The customer's name as it stands in keys: `sk-admin-<org>-...`. */
  org: string;
  /** Days of history that can be seen, today included. */
  days: number;
  openai: ProviderWorld<OpenAiDirectory>;
  anthropic: ProviderWorld<AnthropicDirectory>;
}

export interface WorldOptions {
  seed?: string;
  org?: string;
  days?: number;
  /** Shared by worlds that live in one process. */
  cache?: DayCache;
}

export function createWorld(options: WorldOptions = {}): World {
  const { seed = DEFAULT_SEED, org = 'demo', days = DEFAULT_DAYS, cache = new DayCache() } = options;
  const openai = openAiDirectory(`${seed}/${org}/openai`, org);
  const anthropic = anthropicDirectory(`${seed}/${org}/anthropic`, org);
  return {
    org,
    days,
    openai: providerWorld(`${seed}/${org}/openai`, openai, openAiStreams(openai), cache, {
      projectDimension: 'project_id',
      keysOf: (project) => openai.keys.filter((key) => key.projectId === project).map((key) => key.id),
    }),
    anthropic: providerWorld(`${seed}/${org}/anthropic`, anthropic, anthropicStreams(anthropic), cache, {
      projectDimension: 'workspace_id',
      keysOf: (workspace) => anthropic.keys.filter((key) => key.workspaceId === workspace).map((key) => key.id),
    }),
  };
}

/** First day of which the provider still knows anything. */
export function firstDay(world: World, now: Date): Day {
  return addDays(dayOf(now), 1 - world.days);
}

function providerWorld<D>(seed: string, directory: D, streams: readonly Stream[], cache: DayCache, context: CorrectionContext): ProviderWorld<D> {
  const shelf = cache.shelf();
  const corrections: Correction[] = [];
  const generate = (d: Day): readonly StreamDay[] => {
    const first = streams.flatMap((stream) => generateStreamDay(seed, stream, d) ?? []);
    return corrections.filter((correction) => correction.day === d).reduce((days, correction) => applyCorrection(days, correction, context), first);
  };
  return {
    directory,
    streams,
    streamDays: (d) => shelf.read(d, () => generate(d)),
    correct(correction) {
      corrections.push(correction);
      shelf.forget(correction.day);
    },
    dropCorrections() {
      for (const correction of corrections.splice(0)) shelf.forget(correction.day);
    },
  };
}
