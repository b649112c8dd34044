/** Anthropic's admin endpoints over HTTP: one GET, its headers, its errors. */
import type { z } from 'zod';
import type { ProviderHttp, Query, RevealableKey } from '../contract.ts';
import { checkedKey } from '../key-header.ts';
import { readList } from '../lists.ts';
import { refusalOf, withEndpoint } from '../refusal.ts';
import { parseAnswer } from '../wire.ts';

export interface AnthropicClient {
  /** @param path below `/v1/organizations`; @param beta the value of `anthropic-beta`. @throws ProviderError */
  get<T>(path: string, query: Query, schema: z.ZodType<T>, beta?: string): Promise<T>;
  list<T extends { id: string }>(path: string, query: Query, schema: z.ZodType<{ data: T[]; has_more: boolean; last_id: string | null }>): Promise<T[]>;
  readonly calls: number;
}

export function anthropicClient(http: ProviderHttp, key: RevealableKey): AnthropicClient {
  let calls = 0;

  async function get<T>(path: string, query: Query, schema: z.ZodType<T>, beta?: string): Promise<T> {
    const endpoint = `GET /v1/organizations${path}`;
    const headers = {
      'x-api-key': checkedKey('anthropic', key),
      'anthropic-version': '2023-06-01',
      ...(beta === undefined ? {} : { 'anthropic-beta': beta }),
    };
    calls += 1;
    const response = await http.get({ path: `/v1/organizations${path}`, query, headers }).catch((error: unknown) => {
      throw withEndpoint(error, endpoint);
    });
    const refusal = refusalOf(response, endpoint);
    if (refusal) throw refusal;
    return parseAnswer(schema, response, endpoint);
  }

  async function list<T extends { id: string }>(path: string, query: Query, schema: z.ZodType<{ data: T[]; has_more: boolean; last_id: string | null }>): Promise<T[]> {
    return readList(`GET /v1/organizations${path}`, async (after) => {
      const page = await get(path, [...query, ...(after === null ? [] : [['after_id', after] as const])], schema);
      return { items: page.data, hasMore: page.has_more, lastId: page.last_id };
    });
  }

  return {
    get,
    list,
    get calls() {
      return calls;
    },
  };
}
