/** One authenticated request to the simulated Anthropic API. */
import type { Parameters } from '../parameters.ts';
import type { World } from '../world.ts';

export interface AnthropicQuirks {
  /** Which generation of the key object is sent: with `workspace_id`, with `scope`, or with both. */
  apiKeyShape: 'older' | 'newer' | 'both';
}

export interface AnthropicCall {
  /** Below the host, e.g. `/v1/organizations/cost_report`. */
  path: string;
  parameters: Parameters;
  now: Date;
  world: World;
  quirks: AnthropicQuirks;
  /** Names in the `anthropic-beta` header. */
  betas: readonly string[];
}
