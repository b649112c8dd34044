/** The eleven usage endpoints: which streams they show, how they may be cut, and how their rows read. */

/** Count of a stream's counter in the bucket. */
export type Count = (counter: string) => number;

export interface Surface {
  /** Path below `/organization/usage/`. */
  path: string;
  resultObject: string;
  groupBy: readonly string[];
  /** Query parameter of a filter, and the dimension it looks at. */
  filters: Readonly<Record<string, string>>;
  /** Closed values of a filter. */
  filterValues: Readonly<Record<string, readonly string[]>>;
  row(count: Count): Record<string, number>;
  /** Counters that are a level at the end of the bucket instead of a sum over it. */
  levels: readonly string[];
}

const PROJECT = { project_ids: 'project_id' };
const USER_AND_KEY = { ...PROJECT, user_ids: 'user_id', api_key_ids: 'api_key_id' };
const WITH_MODEL = { ...USER_AND_KEY, models: 'model' };
const BY_MODEL = ['project_id', 'user_id', 'api_key_id', 'model'] as const;
const BY_EVERYTHING = [...BY_MODEL, 'batch', 'service_tier', 'api_source'] as const;

function surface(path: string, rest: Partial<Surface> & Pick<Surface, 'row'>): Surface {
  return {
    path,
    resultObject: `organization.usage.${path}.result`,
    groupBy: BY_MODEL,
    filters: WITH_MODEL,
    filterValues: {},
    levels: [],
    ...rest,
  };
}

/** `input_tokens` holds everything; the parts by modality leave out cache writes, as the contract says. */
function tokenRow(count: Count): Record<string, number> {
  const cached = count('textCached') + count('audioCached') + count('imageCached');
  const uncached = count('textInput') + count('audioInput') + count('imageInput');
  const written = count('write30m') + count('write12h');
  return {
    input_tokens: uncached + cached + written,
    input_cached_tokens: cached,
    input_cache_write_tokens: written,
    input_cache_write_30m_tokens: count('write30m'),
    input_cache_write_12h_tokens: count('write12h'),
    input_uncached_tokens: uncached,
    input_text_tokens: count('textInput'),
    input_cached_text_tokens: count('textCached'),
    input_audio_tokens: count('audioInput'),
    input_cached_audio_tokens: count('audioCached'),
    input_image_tokens: count('imageInput'),
    input_cached_image_tokens: count('imageCached'),
    output_tokens: count('textOutput') + count('audioOutput') + count('imageOutput'),
    output_text_tokens: count('textOutput'),
    output_audio_tokens: count('audioOutput'),
    output_image_tokens: count('imageOutput'),
    num_model_requests: count('requests'),
  };
}

const inputRow = (count: Count) => ({ input_tokens: count('textInput'), num_model_requests: count('requests') });

export const SURFACES: readonly Surface[] = [
  surface('completions', { groupBy: BY_EVERYTHING, row: tokenRow }),
  surface('decisions', { groupBy: BY_EVERYTHING, row: tokenRow }),
  surface('embeddings', { row: inputRow }),
  surface('moderations', { row: inputRow }),
  surface('images', {
    groupBy: [...BY_MODEL, 'size', 'source'],
    filters: { ...WITH_MODEL, sources: 'source', sizes: 'size' },
    filterValues: {
      sources: ['image.generation', 'image.edit', 'image.variation'],
      sizes: ['256x256', '512x512', '1024x1024', '1792x1792', '1024x1792'],
    },
    row: (count) => ({ images: count('images'), num_model_requests: count('requests') }),
  }),
  surface('audio_speeches', { row: (count) => ({ characters: count('characters'), num_model_requests: count('requests') }) }),
  surface('audio_transcriptions', { row: (count) => ({ seconds: count('seconds'), num_model_requests: count('requests') }) }),
  surface('vector_stores', {
    groupBy: ['project_id'],
    filters: PROJECT,
    row: (count) => ({ usage_bytes: count('mebibyteHours') * 1024 * 1024 }),
    levels: ['mebibyteHours'],
  }),
  surface('code_interpreter_sessions', { groupBy: ['project_id'], filters: PROJECT, row: (count) => ({ num_sessions: count('requests') }) }),
  surface('file_search_calls', {
    resultObject: 'organization.usage.file_searches.result',
    groupBy: ['project_id', 'user_id', 'api_key_id', 'vector_store_id'],
    filters: { ...USER_AND_KEY, vector_store_ids: 'vector_store_id' },
    row: (count) => ({ num_requests: count('requests') }),
  }),
  surface('web_search_calls', {
    resultObject: 'organization.usage.web_searches.result',
    groupBy: [...BY_MODEL, 'context_level', 'api_source'],
    filters: { ...WITH_MODEL, context_levels: 'context_level' },
    filterValues: { context_levels: ['low', 'medium', 'high'] },
    row: (count) => ({ num_requests: count('requests'), num_model_requests: count('modelRequests') }),
  }),
];
