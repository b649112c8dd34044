/**
 * OpenAI models of the world: what they are called in usage, what the bill calls them (the two differ, in both
 * directions, as on the live service), and what they cost. Prices are invented but of the right size.
 */
import type { ChargeRule } from '../stream.ts';

/** 10^-12 dollars per token; the same figure is micro-dollars per million tokens. */
interface TokenPrices {
  input: bigint;
  cached: bigint;
  output: bigint;
  /** Models without paid cache writes have none. */
  write?: bigint;
}

export interface TextModel {
  usageName: string;
  costName: string;
  /** Without a date: what both names come down to. */
  model: string;
  prices: TokenPrices;
  /** Prices of requests with a very long prompt; their line items end in `, long context`. */
  longContext?: TokenPrices;
  /** Price of audio tokens; their line items carry the modality after the model. */
  audio?: TokenPrices;
  /** How the bill words the direction: newer models write `input_tokens`. */
  wording: 'spaced' | 'underscored';
}

export const TEXT_MODELS = {
  astra: {
    usageName: 'gpt-6-astra-2026-05-19',
    costName: 'gpt-6-astra',
    model: 'gpt-6-astra',
    prices: { input: 5_000_000n, cached: 500_000n, write: 6_250_000n, output: 30_000_000n },
    wording: 'underscored',
  },
  terra: {
    usageName: 'gpt-5.6-terra',
    costName: 'gpt-5.6-terra',
    model: 'gpt-5.6-terra',
    prices: { input: 1_750_000n, cached: 175_000n, write: 2_187_500n, output: 14_000_000n },
    wording: 'spaced',
  },
  luna: {
    usageName: 'gpt-5.6-luna',
    costName: 'gpt-5.6-luna-2026-06-18',
    model: 'gpt-5.6-luna',
    prices: { input: 300_000n, cached: 30_000n, output: 2_400_000n },
    wording: 'spaced',
  },
  fiveFour: {
    usageName: 'gpt-5.4-2026-03-05',
    costName: 'gpt-5.4-2026-03-05',
    model: 'gpt-5.4',
    prices: { input: 1_250_000n, cached: 125_000n, output: 10_000_000n },
    longContext: { input: 2_500_000n, cached: 250_000n, output: 15_000_000n },
    wording: 'spaced',
  },
  fourMini: {
    usageName: 'gpt-4o-mini-2024-07-18',
    costName: 'gpt-4o-mini',
    model: 'gpt-4o-mini',
    prices: { input: 150_000n, cached: 75_000n, output: 600_000n },
    wording: 'spaced',
  },
  realtime: {
    usageName: 'gpt-realtime-2',
    costName: 'gpt-realtime-2',
    model: 'gpt-realtime-2',
    prices: { input: 4_000_000n, cached: 400_000n, output: 16_000_000n },
    audio: { input: 24_000_000n, cached: 400_000n, output: 48_000_000n },
    wording: 'spaced',
  },
  arbiter: {
    usageName: 'gpt-6-arbiter',
    costName: 'gpt-6-arbiter',
    model: 'gpt-6-arbiter',
    prices: { input: 800_000n, cached: 80_000n, output: 3_200_000n },
    wording: 'underscored',
  },
} as const satisfies Record<string, TextModel>;

type Direction = 'input' | 'cached input' | 'cache writes' | 'output';
const UNDERSCORED: Record<Direction, string> = {
  'input': 'input_tokens',
  'cached input': 'cached_input_tokens',
  'cache writes': 'cache_write_tokens',
  'output': 'output_tokens',
};

/** The bill of a text model's stream. Batch jobs cost half and are not told apart on the bill. */
export function textCharges(model: TextModel, options: { batch?: boolean; longContext?: boolean } = {}): ChargeRule[] {
  const prices = options.longContext ? (model.longContext ?? model.prices) : model.prices;
  const suffix = options.longContext ? ', long context' : '';
  const rule = (counter: string, price: bigint | undefined, direction: Direction, modality = ''): ChargeRule[] => {
    if (price === undefined) return [];
    const words = model.wording === 'underscored' ? UNDERSCORED[direction] : direction;
    return [tokenCharge(counter, options.batch ? price / 2n : price, `${model.costName}${modality}, ${words}${suffix}`, model.model)];
  };
  return [
    ...rule('textInput', prices.input, 'input'),
    ...rule('textCached', prices.cached, 'cached input'),
    ...rule('write30m', prices.write, 'cache writes'),
    ...rule('write12h', prices.write, 'cache writes'),
    ...rule('textOutput', prices.output, 'output'),
    ...rule('audioInput', model.audio?.input, 'input', ' audio'),
    ...rule('audioCached', model.audio?.cached, 'cached input', ' audio'),
    ...rule('audioOutput', model.audio?.output, 'output', ' audio'),
  ];
}

export function tokenCharge(counter: string, picoUsdPerUnit: bigint, lineItem: string, model: string): ChargeRule {
  return charge(counter, picoUsdPerUnit, lineItem, { model, quantityUnit: 'tokens' });
}

/** A service's own line item, e.g. `web search tool calls`. */
export function charge(
  counter: string,
  picoUsdPerUnit: bigint,
  lineItem: string,
  rest: { model?: string; quantityUnit?: string; unitsPerQuantity?: bigint } = {},
): ChargeRule {
  return {
    counter,
    picoUsdPerUnit,
    item: { line_item: lineItem },
    model: rest.model ?? null,
    quantityUnit: rest.quantityUnit ?? null,
    unitsPerQuantity: rest.unitsPerQuantity ?? 1n,
  };
}
