/** Anthropic models of the world and their prices: invented, but of the right size. */
import type { ChargeRule } from '../stream.ts';

/** 10^-12 dollars per token; the same figure is micro-dollars per million tokens. */
export interface ClaudeModel {
  name: string;
  /** As the cost report's descriptions spell it. */
  title: string;
  input: bigint;
  output: bigint;
  /** Models older than the setting report `not_available` as their region. */
  hasGeo: boolean;
}

export const CLAUDE = {
  opus: { name: 'claude-opus-5-5', title: 'Claude Opus 5.5', input: 5_000_000n, output: 25_000_000n, hasGeo: true },
  sonnet: { name: 'claude-sonnet-5', title: 'Claude Sonnet 5', input: 3_000_000n, output: 15_000_000n, hasGeo: true },
  haiku: { name: 'claude-haiku-4-5-20251001', title: 'Claude Haiku 4.5', input: 1_000_000n, output: 5_000_000n, hasGeo: false },
} as const satisfies Record<string, ClaudeModel>;

export interface Pricing {
  serviceTier: string;
  contextWindow: '0-200k' | '200k-1M';
  inferenceGeo: 'global' | 'us' | 'not_available';
}

/** Counters of a stream, the report's token types, and their price as a fraction of the input price (output of its own). */
const TOKEN_TYPES = [
  { counter: 'uncached', type: 'uncached_input_tokens', words: 'Input Tokens', of: [1n, 1n] },
  { counter: 'write5m', type: 'cache_creation.ephemeral_5m_input_tokens', words: 'Input Tokens, Cache Write', of: [5n, 4n] },
  { counter: 'write1h', type: 'cache_creation.ephemeral_1h_input_tokens', words: 'Input Tokens, Cache Write', of: [2n, 1n] },
  { counter: 'cacheRead', type: 'cache_read_input_tokens', words: 'Input Tokens, Cache Hit', of: [1n, 10n] },
] as const;

/** The bill of a stream of messages. Batch is half price, long prompts double input and one and a half output, the US region a tenth more. */
export function messageCharges(model: ClaudeModel, pricing: Pricing): ChargeRule[] {
  const long = pricing.contextWindow === '200k-1M';
  const adjusted = (price: bigint) => {
    const tiered = pricing.serviceTier === 'batch' ? price / 2n : price;
    return pricing.inferenceGeo === 'us' ? (tiered * 11n) / 10n : tiered;
  };
  const input = long ? model.input * 2n : model.input;
  const output = long ? (model.output * 3n) / 2n : model.output;
  const rule = (counter: string, price: bigint, type: string, words: string): ChargeRule => ({
    counter,
    picoUsdPerUnit: adjusted(price),
    item: {
      cost_type: 'tokens',
      description: `${model.title} Usage - ${words}`,
      model: model.name,
      token_type: type,
      service_tier: pricing.serviceTier,
      context_window: pricing.contextWindow,
      inference_geo: pricing.inferenceGeo,
    },
    model: model.name,
    quantityUnit: 'tokens',
    unitsPerQuantity: 1n,
  });
  return [
    ...TOKEN_TYPES.map(({ counter, type, words, of: [times, by] }) => rule(counter, (input * times) / by, type, words)),
    rule('output', output, 'output_tokens', 'Output Tokens'),
  ];
}

/** Costs that are not tokens: every parsed field but the type is null. */
export function serviceCharge(counter: string, picoUsdPerUnit: bigint, costType: 'web_search' | 'code_execution', description: string): ChargeRule {
  return {
    counter,
    picoUsdPerUnit,
    item: { cost_type: costType, description, model: null, token_type: null, service_tier: null, context_window: null, inference_geo: null },
    model: null,
    quantityUnit: null,
    unitsPerQuantity: 1n,
  };
}
