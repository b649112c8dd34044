/**
 * What a large customer's providers would report: as many usage rows as asked for, over 90 days, in the adapters' own
 * shape. Pure, and the same on every machine: a figure follows from its place alone.
 */
import { startOf, type Day } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import type { CostFact, Dimensions, NamedEntity, ProviderName, RangeReading, UsageFact } from '#lib/providers/contract.ts';

export const MODELS: Readonly<Record<ProviderName, readonly string[]>> = {
  openai: ['gpt-6-astra', 'gpt-5.6-terra', 'gpt-5.6-luna'],
  anthropic: ['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-5'],
};
const USAGE_SURFACE: Readonly<Record<ProviderName, string>> = { openai: 'completions', anthropic: 'messages' };
const TOKEN_TYPES = ['input', 'cached input', 'output'] as const;
const KEYS = 200;
const KEYS_PER_PROJECT = 10;
/** Every so many rows of Anthropic's is one of Claude Code's own report, which carries an estimate. */
const CLAUDE_CODE_EVERY = 20;

/** Usage rows of one provider on one day: split evenly, the remainder on the first days. */
export function usageRowsOn(total: number, days: number, place: number): number {
  return Math.floor(total / days) + (place < total % days ? 1 : 0);
}

/** @param usageRows of this day; beside them each combination of project, key and model has three rows of cost. */
export function readingOf(provider: ProviderName, day: Day, usageRows: number): Pick<RangeReading, 'costs' | 'usage'> {
  const slices = Math.min(KEYS * MODELS[provider].length, usageRows);
  const usage = Array.from({ length: usageRows }, (_, place) => usageFact(provider, day, place % slices, Math.floor(place / slices), place));
  const costs = Array.from({ length: slices * TOKEN_TYPES.length }, (_, place) => costFact(provider, day, place % slices, TOKEN_TYPES[Math.floor(place / slices)] as string));
  const surfaces = [...new Set(usage.map((fact) => fact.dimensions.surface))];
  return {
    costs: [{ surface: 'cost', facts: costs, coveredDays: [day] }],
    usage: surfaces.map((surface) => ({ surface, facts: usage.filter((fact) => fact.dimensions.surface === surface), coveredDays: [day] })),
  };
}

export function namesOf(provider: ProviderName): NamedEntity[] {
  const nothing = { hint: null, status: 'active', projectRef: null };
  const projects = Array.from({ length: KEYS / KEYS_PER_PROJECT }, (_, n) => ({ ...nothing, kind: 'project' as const, ref: projectRef(n), name: `${provider} project ${n + 1}` }));
  const keys = Array.from({ length: KEYS }, (_, n) => ({ ...nothing, kind: 'api_key' as const, ref: keyRef(n), name: `${provider} key ${n + 1}`, projectRef: projectRef(Math.floor(n / KEYS_PER_PROJECT)) }));
  return [...projects, ...keys];
}

const projectRef = (n: number): string => `proj_${String(n).padStart(4, '0')}`;
const keyRef = (n: number): string => `key_${String(n).padStart(5, '0')}`;

/** One of the combinations of project, key and model. */
function slice(provider: ProviderName, n: number): Pick<Dimensions, 'projectRef' | 'apiKeyRef' | 'model'> {
  const models = MODELS[provider];
  const key = Math.floor(n / models.length);
  return { projectRef: projectRef(Math.floor(key / KEYS_PER_PROJECT)), apiKeyRef: keyRef(key), model: models[n % models.length] as string };
}

function usageFact(provider: ProviderName, day: Day, sliceNumber: number, variant: number, place: number): UsageFact {
  const claudeCode = provider === 'anthropic' && place % CLAUDE_CODE_EVERY === 0;
  const size = BigInt(spread(`${day}/${place}`, 20_000));
  return {
    start: startOf(day),
    width: '1d',
    dimensions: { surface: claudeCode ? 'claude_code' : USAGE_SURFACE[provider], ...slice(provider, sliceNumber), userRef: `user_${variant}`, lineItem: null, tokenType: null, serviceTier: variant % 4 === 0 ? 'batch' : 'default', attributes: {} },
    inputTokens: 40n * size,
    cacheReadTokens: 15n * size,
    cacheWriteTokens: size,
    cacheWriteLongTokens: 0n,
    outputTokens: 7n * size,
    requests: size,
    quantity: null,
    quantityUnit: null,
    estimatedCost: claudeCode ? Money.fromPico(size * 31_000_000n, 'USD') : null,
  };
}

function costFact(provider: ProviderName, day: Day, sliceNumber: number, tokenType: string): CostFact {
  const { model, ...rest } = slice(provider, sliceNumber);
  const quantity = BigInt(spread(`${day}/${sliceNumber}/${tokenType}`, 900_000));
  return {
    day,
    dimensions: { surface: 'cost', ...rest, model, userRef: null, lineItem: `${model}, ${tokenType}`, tokenType, serviceTier: null, attributes: {} },
    amount: Money.fromPico(quantity * 1_750_000n, 'USD'),
    quantity: String(quantity),
    quantityUnit: 'tokens',
  };
}

/** A number from 1 to `below` that follows from the text (FNV-1a). */
function spread(text: string, below: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return 1 + (hash % below);
}
