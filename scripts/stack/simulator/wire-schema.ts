/** Finding the schema of an answer: what the contracts say about the wire, restated and enforced by a test. */
import type { z } from 'zod';
import { anthropicAnswer, anthropicError } from './anthropic/wire.ts';
import type { Provider } from './keys.ts';
import { openAiAnswer, openAiError } from './openai/wire.ts';

/**
 * @param path below the provider's base, without the query.
 * @throws RangeError for a path that no endpoint has.
 */
export function wireSchema(provider: Provider, path: string, status = 200): z.ZodType {
  if (status !== 200) return provider === 'openai' ? openAiError : anthropicError;
  const schema = provider === 'openai' ? openAiAnswer(path) : anthropicAnswer(path);
  if (!schema) throw new RangeError(`no endpoint of ${provider} is called ${path}`);
  return schema;
}
