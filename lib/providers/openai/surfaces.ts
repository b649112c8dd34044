/** OpenAI's usage endpoints: what each groups by and counts (API reference, section Usage). */
import { usagePage } from './schema.ts';

export interface UsageSurface {
  surface: string;
  groupBy: readonly string[];
  /** What the answer's `counted` field counts, in our words. */
  quantityUnit: string | null;
  /** A level is read by the day only: hours of it cannot be added. */
  isLevel: boolean;
  schema: ReturnType<typeof usagePage>;
}

const WHO = ['project_id', 'user_id', 'api_key_id'] as const;

function surface(name: string, groupBy: readonly string[], required: readonly string[], counted: string | null = null, quantityUnit: string | null = null, isLevel = false): UsageSurface {
  return { surface: name, groupBy, quantityUnit, isLevel, schema: usagePage(required, counted) };
}

const TOKENS = ['input_tokens', 'output_tokens', 'num_model_requests'];
const EMBEDDED = ['input_tokens', 'num_model_requests'];
const REQUESTS = ['num_model_requests'];

export const USAGE_SURFACES: readonly UsageSurface[] = [
  surface('completions', [...WHO, 'model', 'batch', 'service_tier'], TOKENS),
  surface('embeddings', [...WHO, 'model'], EMBEDDED),
  surface('moderations', [...WHO, 'model'], EMBEDDED),
  surface('images', [...WHO, 'model', 'size', 'source'], REQUESTS, 'images', 'images'),
  surface('audio_speeches', [...WHO, 'model'], REQUESTS, 'characters', 'characters'),
  surface('audio_transcriptions', [...WHO, 'model'], REQUESTS, 'seconds', 'seconds'),
  surface('vector_stores', ['project_id'], [], 'usage_bytes', 'bytes_stored', true),
  surface('code_interpreter_sessions', ['project_id'], [], 'num_sessions', 'sessions'),
  surface('file_search_calls', [...WHO, 'vector_store_id'], [], 'num_requests', 'searches'),
  surface('web_search_calls', [...WHO, 'model', 'context_level'], REQUESTS, 'num_requests', 'searches'),
  // Newer than the published description; where it is missing the answer is 404, which is noted.
  surface('decisions', [...WHO, 'model', 'batch', 'service_tier'], TOKENS),
];
