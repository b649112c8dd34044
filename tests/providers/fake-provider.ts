/** A provider on loopback whose answers a test writes itself; adapters reach it through the real dispatcher. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { createHttp } from '#lib/http.ts';
import type { ProviderName, RevealableKey } from '#lib/providers/contract.ts';
import { providerHttp, type CountedProviderHttp } from '#lib/providers/http.ts';
import { adapterFor } from '#lib/providers/registry.ts';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
}
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Text is sent as it is, so that a test can write numbers that JavaScript would change. */
  body: unknown;
}

const open: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export const OPENAI_KEY = 'sk-admin-canary-OPENAI-0123456789abcdefXYZW';
export const ANTHROPIC_KEY = 'sk-ant-admin01-canary-0123456789abcdefXYZW-AA';
export const keyOf = (text: string): RevealableKey => ({ reveal: () => text });

export async function fakeProvider(provider: ProviderName, answer: (asked: Asked) => Answer, options: { maxBytes?: number } = {}): Promise<{ http: CountedProviderHttp; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const one: Asked = { method: request.method ?? '', path: url.pathname.replace(/^\/v1(?=\/organization\/)/, ''), query: url.searchParams, headers: request.headers as Record<string, string> };
    asked.push(one);
    const { status = 200, headers = {}, body } = answer(one);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const dispatcher = createHttp({ purpose: 'provider', allowedHosts: [], allowLoopback: true, ...options });
  open.push(() => dispatcher.close(), () => server.closeAllConnections(), () => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}${provider === 'openai' ? '/v1' : ''}`;
  return { http: providerHttp({ adapter: adapterFor(provider), http: dispatcher, baseUrl: base }), asked };
}

/** An OpenAI bucket page over the asked range, `results` per day or hour; paged and limited like the real one. */
export function openaiPage(asked: Asked, results: (start: Date) => unknown[] = () => []): unknown {
  const width = asked.query.get('bucket_width') === '1h' ? 3600 : 86_400;
  const start = Number(asked.query.get('page')?.split(':')[1] ?? asked.query.get('start_time'));
  const end = Number(asked.query.get('end_time'));
  const limit = Number(asked.query.get('limit'));
  const data = [];
  let at = start;
  for (; at < end && data.length < limit; at += width) data.push({ object: 'bucket', start_time: at, end_time: Math.min(end, at + width), results: results(new Date(at * 1000)) });
  return { object: 'page', data, has_more: at < end, next_page: at < end ? `page:${at}` : null };
}

/** The same for Anthropic. */
export function anthropicPage(asked: Asked, results: (start: Date) => unknown[] = () => []): unknown {
  const width = asked.query.get('bucket_width') === '1h' ? 3_600_000 : 86_400_000;
  const start = Number(asked.query.get('page')?.split(':')[1] ?? Date.parse(asked.query.get('starting_at') ?? ''));
  const end = Date.parse(asked.query.get('ending_at') ?? '');
  const limit = Number(asked.query.get('limit'));
  const data = [];
  let at = start;
  for (; at < end && data.length < limit; at += width) data.push({ starting_at: new Date(at).toISOString(), ending_at: new Date(at + width).toISOString(), results: results(new Date(at)) });
  return { data, has_more: at < end, next_page: at < end ? `page:${at}` : null };
}

/** Members of a list by `after` or `after_id`. */
export function listPage(items: ReadonlyArray<{ id: string }>, asked: Asked): unknown {
  const after = asked.query.get('after') ?? asked.query.get('after_id');
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const data = items.slice(start, start + Number(asked.query.get('limit')));
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: start + data.length < items.length };
}
