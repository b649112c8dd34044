/** The running simulator as tests use it: keys of their own, misbehaviour per key, and what was asked with a key. */
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import type { IssueOptions } from '#scripts/stack/simulator/keys.ts';
import type { LoggedRequest } from '#scripts/stack/simulator/request-log.ts';
import type { Totals } from '#scripts/stack/simulator/totals.ts';
import { stack } from './stack.ts';

/** A new admin key of a customer of the simulated provider. Name an `org` of the test's own to get a world of its own. */
export async function issueKey(options: IssueOptions & { behaviour?: BehaviourInput | readonly BehaviourInput[] }): Promise<string> {
  const { key } = (await call('POST', '/keys', options)) as { key: string };
  return key;
}

export async function revokeKey(key: string): Promise<void> {
  await call('POST', '/keys/revoke', { key });
}

/** @returns the misbehaviour's number, for `behave` */
export async function misbehave(key: string, behaviour: BehaviourInput): Promise<number> {
  return ((await call('POST', '/behaviour', { key, behaviour })) as { id: number }).id;
}

/** Ends one misbehaviour of a key, or all. */
export async function behave(key: string, id?: number): Promise<void> {
  await call('DELETE', `/behaviour?${new URLSearchParams({ key, ...(id === undefined ? {} : { id: String(id) }) })}`);
}

/** Requests that came with this key, in order. `at` is ISO 8601 text here. */
export async function requestsWith(key: string): Promise<(Omit<LoggedRequest, 'at'> & { at: string })[]> {
  const { requests } = (await call('GET', `/requests?${new URLSearchParams({ key })}`)) as { requests: (Omit<LoggedRequest, 'at'> & { at: string })[] };
  return requests;
}

/** What a customer's reports add up to, computed by the simulator without our adapters. Days are inclusive-exclusive as it says. */
export async function simulatedTotals(question: { provider: 'openai' | 'anthropic'; from: string; to: string; org?: string }): Promise<Totals> {
  return (await call('GET', `/totals?${new URLSearchParams(question)}`)) as Totals;
}

/** Requests that a redirect led to another host. */
export async function foreignVisits(): Promise<readonly unknown[]> {
  return ((await call('GET', '/foreign')) as { visits: unknown[] }).visits;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${stack().simulatorUrl}/_sim${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(`The simulator refused ${method} ${path}: ${answer.error}`);
  return answer;
}
