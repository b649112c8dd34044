/** Who uses what at OpenAI: the streams of every project. Volumes are per working day, at the company's middle size. */
import type { Day } from '#lib/day.ts';
import type { Pattern, Trend } from '../calendar.ts';
import type { ChargeRule, Stream } from '../stream.ts';
import type { KeyName, OpenAiDirectory, PersonName, ProjectName } from './directory.ts';
import { TEXT_MODELS, type TextModel, charge, textCharges, tokenCharge } from './models.ts';

type Dimension = string | boolean | null;

interface Plan {
  surface: string;
  /** A key decides project and user; without one (the Playground) both are named, and a cost may belong to nobody. */
  key?: KeyName;
  project?: ProjectName;
  user?: PersonName;
  requests: number;
  per?: Record<string, number>;
  charges: ChargeRule[];
  dimensions?: Record<string, Dimension>;
  pattern?: Pattern;
  trend?: Trend;
  spike?: number;
  activeShare?: number;
  until?: Day | null;
}

interface TextPlan extends Omit<Plan, 'surface' | 'charges'> {
  surface?: string;
  batch?: boolean;
  longContext?: boolean;
  tier?: string;
  source?: 'agents_api' | 'unlabeled';
}

export function openAiStreams(directory: OpenAiDirectory): Stream[] {
  const archived = directory.project('Spring prototype').archivedOn;
  const deleted = directory.key('slack-helper').deletedOn;
  const plans = [...conversationPlans(archived, deleted), ...mediaPlans(), ...retrievalPlans(), ...servicePlans()];
  return plans.map((plan, index) => toStream(plan, index, directory));
}

function toStream(plan: Plan, index: number, directory: OpenAiDirectory): Stream {
  const key = plan.key ? directory.key(plan.key) : null;
  const project = plan.project ? directory.project(plan.project).id : null;
  const user = plan.user ? directory.person(plan.user).id : null;
  return {
    id: `${plan.surface}/${plan.key ?? plan.project ?? 'organisation'}/${String(plan.dimensions?.model ?? '')}/${index}`,
    surface: plan.surface,
    dimensions: {
      project_id: key?.projectId ?? project,
      api_key_id: key?.id ?? null,
      user_id: key?.owner.id ?? user,
      api_source: 'unlabeled',
      ...plan.dimensions,
    },
    pattern: plan.pattern ?? 'office',
    trend: plan.trend ?? 'steady',
    requestsPerDay: plan.requests,
    perRequest: plan.per ?? {},
    spike: plan.spike ?? 1,
    activeShare: plan.activeShare ?? 1,
    from: null,
    until: plan.until ?? null,
    charges: plan.charges,
    labels: {},
  };
}

function text(model: TextModel, plan: TextPlan): Plan {
  const { batch = false, longContext = false, tier = 'default', source = 'unlabeled', surface = 'completions', ...rest } = plan;
  return {
    ...rest,
    surface,
    charges: textCharges(model, { batch, longContext }),
    dimensions: { model: model.usageName, batch, service_tier: tier, api_source: source },
  };
}

function conversationPlans(archived: Day | null, deleted: Day | null): Plan[] {
  const { astra, terra, luna, fiveFour, fourMini, arbiter } = TEXT_MODELS;
  const gateway = { textInput: 900, textCached: 2100, write30m: 130, textOutput: 360 };
  return [
    text(terra, { key: 'gateway-eu', requests: 6100, per: gateway, pattern: 'always' }),
    text(terra, { key: 'gateway-us', requests: 3600, per: gateway, pattern: 'always' }),
    text(terra, { key: 'gateway-us', requests: 240, per: gateway, pattern: 'always', tier: 'priority' }),
    text(astra, { key: 'gateway-eu', requests: 560, per: { textInput: 1600, textCached: 3800, write12h: 200, textOutput: 700 }, trend: 'rising', source: 'agents_api' }),
    text(luna, { key: 'support-prod', requests: 21_000, per: { textInput: 1300, textCached: 2500, textOutput: 250 }, pattern: 'always' }),
    text(luna, { key: 'support-staging', requests: 420, per: { textInput: 1300, textCached: 400, textOutput: 230 } }),
    text(fourMini, { key: 'query-rewrite', requests: 26_000, per: { textInput: 1100, textCached: 300, textOutput: 170 }, pattern: 'always', trend: 'falling' }),
    text(astra, { key: 'evals', requests: 1500, per: { textInput: 3000, textOutput: 880 }, pattern: 'night', batch: true, spike: 6.5 }),
    text(astra, { key: 'evals', requests: 320, per: { textInput: 3000, textCached: 500, write30m: 90, textOutput: 900 }, spike: 4 }),
    text(terra, { key: 'evals', requests: 800, per: { textInput: 2800, textOutput: 620 }, pattern: 'night', batch: true, tier: 'flex' }),
    text(astra, { key: 'tomas-notebook', requests: 70, per: { textInput: 4200, textCached: 900, textOutput: 1200 }, activeShare: 0.7 }),
    text(fiveFour, { key: 'contract-review', requests: 840, per: { textInput: 5200, textCached: 2400, textOutput: 640 }, trend: 'falling' }),
    text(fiveFour, { key: 'contract-review', requests: 55, per: { textInput: 82_000, textCached: 21_000, textOutput: 1400 }, longContext: true }),
    text(luna, { key: 'slack-helper', requests: 300, per: { textInput: 900, textOutput: 240 }, until: deleted }),
    text(terra, { key: 'prototype', requests: 160, per: { textInput: 1500, textOutput: 500 }, until: archived }),
    text(terra, { project: 'Default project', user: 'Mira Okafor', requests: 34, per: { textInput: 1900, textOutput: 620 }, activeShare: 0.8 }),
    text(astra, { project: 'Default project', user: 'Jonas Lindqvist', requests: 12, per: { textInput: 2300, textOutput: 800 }, activeShare: 0.5 }),
    text(arbiter, { key: 'gateway-eu', surface: 'decisions', requests: 1900, per: { textInput: 700, textCached: 500, textOutput: 40 }, trend: 'rising' }),
    text(arbiter, { key: 'support-prod', surface: 'decisions', requests: 600, per: { textInput: 650, textOutput: 36 } }),
  ];
}

function mediaPlans(): Plan[] {
  const voice = { textInput: 300, textOutput: 160, audioInput: 620, audioCached: 900, audioOutput: 410 };
  const image = (key: KeyName, requests: number, size: string, source: string, activeShare = 1): Plan => ({
    surface: 'images',
    key,
    requests,
    per: { images: 1.3, imageInput: source === 'image.edit' ? 1100 : 0, promptTokens: 90, imageOutput: 1300 },
    charges: [
      tokenCharge('imageInput', 8_000_000n, 'gpt-image-2-2026-04-21 image, input', 'gpt-image-2'),
      tokenCharge('promptTokens', 5_000_000n, 'gpt-image-2-2026-04-21 text, input', 'gpt-image-2'),
      tokenCharge('imageOutput', 30_000_000n, 'gpt-image-2-2026-04-21 image, output', 'gpt-image-2'),
    ],
    dimensions: { model: 'gpt-image-2', size, source },
    activeShare,
  });
  return [
    text(TEXT_MODELS.realtime, { key: 'ios-release', requests: 440, per: voice, trend: 'rising' }),
    text(TEXT_MODELS.realtime, { key: 'android-release', requests: 230, per: voice, trend: 'rising' }),
    image('ios-release', 120, '1024x1024', 'image.generation'),
    image('android-release', 60, '1024x1792', 'image.generation'),
    image('ios-release', 34, '1024x1024', 'image.edit', 0.8),
    {
      surface: 'images',
      key: 'tomas-notebook',
      requests: 9,
      per: { images: 2 },
      charges: [charge('images', 42_000_000_000n, 'gpt-image-1 image, output', { model: 'gpt-image-1', quantityUnit: 'images' })],
      dimensions: { model: 'gpt-image-1-2025-04-23', size: '512x512', source: 'image.variation' },
      activeShare: 0.35,
      trend: 'falling',
    },
    {
      surface: 'audio_transcriptions',
      key: 'ios-release',
      requests: 520,
      per: { seconds: 71 },
      charges: [charge('seconds', 100_000_000n, 'whisper', { model: 'whisper', quantityUnit: 'duration_seconds' })],
      dimensions: { model: 'whisper-1' },
    },
    {
      surface: 'audio_speeches',
      key: 'android-release',
      requests: 180,
      per: { characters: 640 },
      charges: [charge('characters', 15_000_000n, 'tts-1, input', { model: 'tts-1', quantityUnit: 'characters' })],
      dimensions: { model: 'tts-1' },
    },
  ];
}

function retrievalPlans(): Plan[] {
  const embedding = (key: KeyName, name: string, price: bigint, requests: number, tokens: number, pattern: Pattern, activeShare = 1): Plan => ({
    surface: 'embeddings',
    key,
    requests,
    per: { textInput: tokens },
    charges: [tokenCharge('textInput', price, `${name}, input`, name)],
    dimensions: { model: name },
    pattern,
    activeShare,
  });
  return [
    embedding('nightly-index', 'text-embedding-3-large', 130_000n, 5200, 8200, 'night'),
    embedding('query-rewrite', 'text-embedding-3-small', 20_000n, 24_000, 34, 'always'),
    // A few words now and then: cost rows down to millionths of a dollar.
    embedding('tomas-notebook', 'text-embedding-3-small', 20_000n, 3, 45, 'office', 0.5),
    { surface: 'moderations', key: 'support-prod', requests: 21_000, per: { textInput: 320 }, charges: [], dimensions: { model: 'omni-moderation-latest' }, pattern: 'always' },
    {
      surface: 'file_search_calls',
      key: 'contract-review',
      requests: 460,
      charges: [charge('requests', 2_500_000_000n, 'file search tool calls')],
      dimensions: { vector_store_id: 'vs_contracts2026' },
    },
    {
      surface: 'file_search_calls',
      key: 'support-prod',
      requests: 380,
      charges: [charge('requests', 2_500_000_000n, 'file search tool calls')],
      dimensions: { vector_store_id: 'vs_helpcentre' },
      pattern: 'always',
    },
    ...(['Internal tools', 'Support assistant'] as const).map((project, index): Plan => ({
      surface: 'vector_stores',
      project,
      requests: 24,
      per: { mebibyteHours: index === 0 ? 26_500 : 11_300 },
      charges: [charge('mebibyteHours', 4_000_000n, 'file search storage', { quantityUnit: 'gibibyte_hours', unitsPerQuantity: 1024n })],
      pattern: 'constant',
    })),
  ];
}

function servicePlans(): Plan[] {
  const search = (key: KeyName, model: string, level: string, requests: number): Plan => ({
    surface: 'web_search_calls',
    key,
    requests,
    per: { modelRequests: 0.9 },
    charges: [charge('requests', 10_000_000_000n, 'web search tool calls')],
    dimensions: { model, context_level: level, api_source: 'unlabeled' },
  });
  const interpreter = (project: ProjectName, requests: number, activeShare: number): Plan => ({
    surface: 'code_interpreter_sessions',
    project,
    requests,
    charges: [charge('requests', 30_000_000_000n, 'code interpreter sessions')],
    activeShare,
  });
  return [
    search('gateway-eu', TEXT_MODELS.terra.usageName, 'medium', 260),
    search('contract-review', TEXT_MODELS.fiveFour.usageName, 'high', 70),
    search('tomas-notebook', TEXT_MODELS.astra.usageName, 'low', 24),
    interpreter('Internal tools', 26, 1),
    interpreter('Research evals', 14, 0.6),
    // A commitment of the whole organisation: it belongs to no project, whatever the grouping.
    { surface: 'none', requests: 24, per: { units: 1 }, charges: [charge('requests', 500_000_000_000n, 'Scale Tier, gpt-5.6-terra', { model: 'gpt-5.6-terra' })], pattern: 'constant' },
  ];
}
