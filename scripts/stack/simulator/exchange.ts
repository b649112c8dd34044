/** From an HTTP request to the reply it should get, transport apart: log, misbehaviours, the endpoint itself. */
import type { IncomingMessage } from 'node:http';
import { type AnthropicRequest, answerAnthropic } from './anthropic/answer.ts';
import { anthropicErrorBody } from './anthropic/refusals.ts';
import { ApiError } from './api-error.ts';
import { type Behaviour, type Transport, isBodyChange, isPaging, isRefusal, isTransport } from './behaviour.ts';
import { changeBody } from './body-changes.ts';
import { type JsonObject, toJsonText } from './json-text.ts';
import { type KeyRecord, type Provider, keyIdOf } from './keys.ts';
import { answerOpenAi, openAiHeaders, openAiRefusalBody } from './openai/answer.ts';
import { openAiErrorString } from './openai/refusals.ts';
import { changePaging, queryForEndpoint } from './paging-changes.ts';
import type { QueryEntries } from './parameters.ts';
import { refusalAnswer } from './refusal-answers.ts';
import type { LoggedRequest } from './request-log.ts';
import type { SimulatorState } from './state.ts';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** How to carry it. */
  transports: readonly Transport[];
  logged: LoggedRequest;
}

interface Asked {
  provider: Provider;
  method: string;
  path: string;
  query: QueryEntries;
  key: string | null;
  record: KeyRecord | null;
  behaviours: readonly Behaviour[];
  requestId: string;
  anthropic: Omit<AnthropicRequest, 'method' | 'path' | 'query'>;
}

const BASES: readonly { provider: Provider; base: string }[] = [
  { provider: 'openai', base: '/openai/v1' },
  { provider: 'anthropic', base: '/anthropic' },
];

/** @returns null when the address belongs to neither provider. */
export function exchange(state: SimulatorState, request: IncomingMessage): Reply | null {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const target = BASES.find(({ base }) => url.pathname.startsWith(`${base}/`));
  if (!target) return null;
  const asked = readRequest(state, request, target.provider, url.pathname.slice(target.base.length), [...url.searchParams]);
  const logged = state.log.add({
    keyId: asked.key === null ? null : keyIdOf(asked.key),
    provider: asked.provider,
    method: asked.method,
    path: asked.path,
    query: asked.query,
    at: state.now(),
    headerNames: Object.keys(request.headers),
    status: null,
  });
  if (asked.record) asked.record.lastUsedAt = state.now();
  return { ...replyTo(state, asked), transports: asked.behaviours.filter(isTransport), logged };
}

function readRequest(state: SimulatorState, request: IncomingMessage, provider: Provider, path: string, query: QueryEntries): Asked {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  const apiKey = provider === 'anthropic' ? header(request, 'x-api-key') : null;
  const key = provider === 'openai' ? bearer : (apiKey ?? bearer);
  const record = key === null ? null : state.keys.recognise(provider, key, state.now());
  return {
    provider,
    method: request.method ?? 'GET',
    path,
    query,
    key,
    record,
    behaviours: record?.behaviours.meet(path) ?? [],
    requestId: state.nextRequestId(),
    anthropic: {
      credential: apiKey !== null ? 'key' : bearer !== null ? 'bearer' : 'none',
      version: header(request, 'anthropic-version'),
      betas: (header(request, 'anthropic-beta') ?? '').split(',').map((name) => name.trim()),
    },
  };
}

function replyTo(state: SimulatorState, asked: Asked): Pick<Reply, 'status' | 'headers' | 'text'> {
  const headers = { 'content-type': 'application/json', ...ownHeaders(state, asked) };
  const refusal = asked.behaviours.find(isRefusal);
  if (refusal && asked.record) {
    const { error, headers: extra, body } = refusalAnswer(refusal, asked.record, asked.path);
    if (body === 'html') return { status: error.status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, text: error.message };
    return { status: error.status, headers: { ...headers, ...extra }, text: toJsonText(body === 'string' ? openAiErrorString(error) : errorBody(asked, error)) };
  }
  try {
    return { status: 200, headers, text: toJsonText(misshapen(answer(state, asked), asked)) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, headers, text: toJsonText(errorBody(asked, error)) };
  }
}

function answer(state: SimulatorState, asked: Asked): JsonObject {
  const query = queryForEndpoint(asked.query, asked.behaviours.filter(isPaging));
  const request = { ...asked.anthropic, method: asked.method, path: asked.path, query, key: asked.key };
  return asked.provider === 'openai' ? answerOpenAi(state, request, asked.record, asked.behaviours) : answerAnthropic(state, request, asked.record, asked.behaviours);
}

function misshapen(body: JsonObject, asked: Asked): JsonObject {
  const paged = asked.behaviours.filter(isPaging).reduce((changed, paging) => changePaging(changed, paging, asked.query), body);
  return asked.behaviours.filter(isBodyChange).reduce(changeBody, paged);
}

function errorBody(asked: Asked, error: ApiError): JsonObject {
  return asked.provider === 'openai' ? openAiRefusalBody(error, asked.key) : anthropicErrorBody(error, asked.requestId);
}

function ownHeaders(state: SimulatorState, asked: Asked): Record<string, string> {
  return asked.provider === 'openai' ? openAiHeaders(state, asked.record, asked.behaviours, asked.requestId) : { 'request-id': asked.requestId };
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
