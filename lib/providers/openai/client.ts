/** OpenAI's organisation endpoints over HTTP: one GET, its header, its errors. */
import type { z } from 'zod';
import type { ProviderHttp, ProviderResponse, Query, RevealableKey } from '../contract.ts';
import { checkedKey } from '../key-header.ts';
import { readList } from '../lists.ts';
import { refusalOf, withEndpoint } from '../refusal.ts';
import { parseAnswer, textOrNull } from '../wire.ts';

export interface OpenaiClient {
  /** @param path below `/organization`; @param shown the path for errors, where it holds an id. @throws ProviderError */
  get<T>(path: string, query: Query, schema: z.ZodType<T>, shown?: string): Promise<T>;
  list<T extends { id: string }>(path: string, query: Query, schema: z.ZodType<{ data: T[]; has_more: boolean; last_id: string | null }>, shown?: string): Promise<T[]>;
  /** From a header of any answer so far; null when none named an organisation. */
  readonly organizationHeader: string | null;
  readonly calls: number;
}

export function openaiClient(http: ProviderHttp, key: RevealableKey): OpenaiClient {
  let calls = 0;
  let organizationHeader: string | null = null;

  async function get<T>(path: string, query: Query, schema: z.ZodType<T>, shown = path): Promise<T> {
    const endpoint = `GET /organization${shown}`;
    const headers = { authorization: `Bearer ${checkedKey('openai', key)}` };
    calls += 1;
    const response = await http.get({ path: `/organization${path}`, query, headers }).catch((error: unknown) => {
      throw withEndpoint(error, endpoint);
    });
    organizationHeader ??= organizationIn(response);
    const refusal = refusalOf(response, endpoint);
    if (refusal) throw refusal;
    return parseAnswer(schema, response, endpoint);
  }

  async function list<T extends { id: string }>(path: string, query: Query, schema: z.ZodType<{ data: T[]; has_more: boolean; last_id: string | null }>, shown = path): Promise<T[]> {
    return readList(`GET /organization${shown}`, async (after) => {
      const page = await get(path, [...query, ...(after === null ? [] : [['after', after] as const])], schema, shown);
      return { items: page.data, hasMore: page.has_more, lastId: page.last_id };
    });
  }

  return {
    get,
    list,
    get organizationHeader() {
      return organizationHeader;
    },
    get calls() {
      return calls;
    },
  };
}

function organizationIn(response: ProviderResponse): string | null {
  const sent = textOrNull.safeParse(response.headers['openai-organization']?.trim());
  return sent.success && sent.data !== null && sent.data.length <= 200 ? sent.data : null;
}
