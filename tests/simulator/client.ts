/** A plain client of the simulator for its own tests: no adapter of the product takes part. */
import { expect } from 'vitest';
import { decimalToScaled } from '#lib/money.ts';
import { type Simulator, startSimulator } from '#scripts/stack/simulator/server.ts';
import { wireSchema } from '#scripts/stack/simulator/wire-schema.ts';

export const NOW = new Date('2026-11-20T11:30:00Z');
export const OPENAI_KEY = 'sk-admin-halcyon-demo-key-of-the-tests';
export const ANTHROPIC_KEY = 'sk-ant-admin01-halcyon-demo-key-of-the-tests';

export type Query = ReadonlyArray<readonly [string, string]>;
// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, whose shape is what the tests are about
export type Body = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** A simulator whose clock stands still. */
export function startAt(now: Date = NOW): Promise<Simulator> {
  return startSimulator({ now: () => now });
}

export async function askOpenAi(simulator: Simulator, path: string, query: Query = [], key: string | null = OPENAI_KEY): Promise<Answer> {
  return ask(`${simulator.openaiBaseUrl}${path}`, query, key === null ? {} : { authorization: `Bearer ${key}` });
}

export async function askAnthropic(simulator: Simulator, path: string, query: Query = [], key = ANTHROPIC_KEY, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(`${simulator.anthropicBaseUrl}/v1/organizations${path}`, query, { 'x-api-key': key, 'anthropic-version': '2023-06-01', ...headers });
}

async function ask(url: string, query: Query, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`, { headers, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

type Ask = (query: Query) => Promise<Answer>;

/** Every page of a report, in order. */
export async function everyPage(askPage: Ask, query: Query): Promise<Body[]> {
  const pages: Body[] = [];
  for (let cursor: string | null = null, i = 0; i < 1000; i++) {
    const answer: Answer = await askPage(cursor === null ? query : [...query, ['page', cursor]]);
    expect(answer.status).toBe(200);
    pages.push(answer.body);
    cursor = answer.body.next_page;
    if (cursor === null) return pages;
  }
  throw new Error('the pages do not end');
}

/** All rows of all buckets of all pages. */
export function rowsOf(pages: readonly Body[]): Body[] {
  return pages.flatMap((page) => page.data.flatMap((bucket: Body) => bucket.results));
}

/** 10^-12 dollars of OpenAI's cost rows. */
export function dollarsSum(rows: readonly Body[]): bigint {
  return rows.reduce((sum: bigint, row) => sum + decimalToScaled(String(row.amount.value), 12), 0n);
}

/** 10^-12 dollars of Anthropic's cost rows, which are in cents. */
export function centsSum(rows: readonly Body[]): bigint {
  return rows.reduce((sum: bigint, row) => sum + decimalToScaled(row.amount, 10), 0n);
}

export function pico(decimalUsd: string): bigint {
  return decimalToScaled(decimalUsd, 12);
}

export function unix(instant: string): string {
  return String(Date.parse(instant) / 1000);
}

/** Fails with zod's own words when an answer does not read as the contract says. */
export function expectWire(provider: 'openai' | 'anthropic', path: string, answer: Answer): void {
  const full = provider === 'openai' ? path : `/v1/organizations${path}`;
  const result = wireSchema(provider, full, answer.status).safeParse(answer.body);
  expect(result.error?.issues ?? [], `${provider} ${path}`).toEqual([]);
}

/** All subsets of a few names. */
export function subsetsOf<T>(names: readonly T[]): T[][] {
  return names.reduce<T[][]>((subsets, name) => [...subsets, ...subsets.map((subset) => [...subset, name])], [[]]);
}
