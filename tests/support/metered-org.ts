/** An organisation with connected sources whose spend a test sets, through the same functions as the worker. */
import { createHash, randomUUID } from 'node:crypto';
import { evaluateBudgets } from '#lib/alerts/evaluate.ts';
import type { EvaluationCause, EvaluationSummary } from '#lib/alerts/evaluate.ts';
import { callValue } from '#lib/db/call.ts';
import { createPool, inTransaction } from '#lib/db/pool.ts';
import type { Pool, Tx } from '#lib/db/pool.ts';
import { stack } from './stack.ts';
import { createUser } from './users.ts';
import type { TestUser } from './users.ts';

export const APP_URL = 'https://keymeter.example.test';

/** The worker's own login; the caller ends it. */
export function workerPool(max = 5): Pool {
  return createPool({ connectionString: stack().workerUrl, applicationName: 'test', max });
}

export interface MeteredOrg {
  readonly orgId: string;
  readonly user: TestUser;
  /** The first source, OpenAI. */
  readonly source: TestSource;
}

export interface TestSource {
  readonly connectionId: string;
  readonly accountId: string;
  readonly provider: 'openai' | 'anthropic';
  readonly label: string;
}

export async function meteredOrg(): Promise<MeteredOrg> {
  const user = await createUser();
  return { orgId: user.orgId, user, source: await addSource(user.orgId, 'openai') };
}

/** Active, with a key that was set ten days ago and read an hour ago. */
export async function addSource(orgId: string, provider: 'openai' | 'anthropic', label = `${provider} main`): Promise<TestSource> {
  const { admin } = stack();
  const [accountId, connectionId] = [randomUUID(), randomUUID()];
  await admin.query(`insert into public.provider_accounts (org_id, id, provider, provider_org_ref, name) values ($1, $2, $3, $4, 'Metered')`, [orgId, accountId, provider, accountId]);
  await admin.query(
    `insert into public.connections (org_id, id, provider, host, label, status, provider_account_id, key_fingerprint, key_set_at, last_success_at, data_through)
     values ($1, $2, $3, 'api.example.test', $4, 'active', $5, $6, now() - interval '10 days', now() - interval '1 hour', now() - interval '1 hour')`,
    [orgId, connectionId, provider, label, accountId, createHash('sha256').update(connectionId).digest('hex')],
  );
  return { accountId, connectionId, provider, label };
}

/** As its maker would, but under settings that are older than any period. */
export async function addBudget(orgId: string, amount: string, more: { period?: string; zone?: string; thresholds?: string[]; name?: string; scopeKind?: string; scopeRef?: string } = {}): Promise<string> {
  const { period = 'month', zone = 'UTC', thresholds = ['actual:bp:5000', 'actual:bp:8000', 'actual:bp:10000'], name = 'All AI spend', scopeKind = 'organization', scopeRef = '' } = more;
  const id = randomUUID();
  await stack().admin.query(
    `insert into public.budgets (org_id, id, name, amount, period, zone, thresholds, scope_kind, scope_ref, settings_changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '2020-01-01')`,
    [orgId, id, name, amount, period, zone, thresholds, scopeKind, scopeRef],
  );
  return id;
}

/** The days are replaced whole by these amounts, `[days before today (UTC), model, decimal amount]`. */
export async function setSpend(tx: Tx, orgId: string, source: TestSource, rows: readonly (readonly [daysAgo: number, model: string, amount: string])[]): Promise<void> {
  const { accountId } = source;
  const same = (value: string | null) => rows.map(() => value);
  const dimensions = await callValue<number[]>(tx, 'worker_put_dimensions', [
    orgId, accountId, same('cost'), same('project-web'), rows.map(([, model]) => model), same(null), same(null), same('tokens'), same(null), same(null), same('{}'), same('USD'),
  ]);
  const days = await dates(tx, rows.map(([daysAgo]) => daysAgo));
  const unique = [...new Set(days)];
  await callValue(tx, 'worker_replace_costs', [orgId, accountId, null, 'cost', unique, dimensions, days, rows.map(([, , amount]) => amount), rows.map(() => null), rows.length]);
  const [from, to] = await dates(tx, [Math.max(...rows.map(([daysAgo]) => daysAgo)), Math.min(...rows.map(([daysAgo]) => daysAgo)) - 1]);
  await callValue(tx, 'worker_refresh_days', [orgId, accountId, from, to]);
}

async function dates(tx: Tx, daysAgo: number[]): Promise<string[]> {
  const { rows } = await tx.query<{ d: string }>(`select ((now() at time zone 'utc')::date - n)::text as d from unnest($1::int[]) with ordinality as u(n, place) order by place`, [daysAgo]);
  return rows.map((row) => row.d);
}

/** Commits the spend and evaluates, in one transaction, as a run does. */
export function runWith(pool: Pool, org: MeteredOrg, rows: Parameters<typeof setSpend>[3], cause: Partial<Extract<EvaluationCause, { kind: 'run' }>> & { source?: TestSource } = {}): Promise<EvaluationSummary> {
  const { source = org.source, runKind = 'scheduled' } = cause;
  return inTransaction(pool, async (tx) => {
    await setSpend(tx, org.orgId, source, rows);
    return evaluateBudgets(tx, { orgId: org.orgId, cause: { kind: 'run', runKind, connectionId: source.connectionId } }, { appUrl: APP_URL });
  });
}

export function evaluateAfterEdit(pool: Pool, orgId: string): Promise<EvaluationSummary> {
  return inTransaction(pool, (tx) => evaluateBudgets(tx, { orgId, cause: { kind: 'edit' } }, { appUrl: APP_URL }));
}

export interface RaisedRow {
  id: string;
  threshold: string;
  episode: number;
  state: string;
  message: boolean;
  on_connect: boolean;
  facts: Record<string, unknown>;
}

/** Events of the organisation, in the order in which they were raised, lowest threshold first. */
export async function raisedIn(orgId: string): Promise<RaisedRow[]> {
  const { rows } = await stack().admin.query<RaisedRow>(
    `select id, threshold, episode, state, message, on_connect, facts from public.alert_events where org_id = $1 order by raised_at, length(threshold), threshold, episode`,
    [orgId],
  );
  return rows;
}

/** `8000#0 open message`, the short form of an event. */
export const short = ({ threshold, episode, state, message }: RaisedRow): string => `${threshold.replace('actual:bp:', '')}#${episode} ${state}${message ? ' message' : ''}`;

export interface MessageRow {
  id: string;
  event_id: string;
  template: string;
  recipient: string;
  state: string;
  code: string | null;
  attempts: number;
  facts: { subject: string; headline: string };
}

export async function messagesOf(orgId: string): Promise<MessageRow[]> {
  const { rows } = await stack().admin.query<MessageRow>(
    'select id, event_id, template, recipient, state, code, attempts, facts from public.messages where org_id = $1 order by created_at, template, recipient',
    [orgId],
  );
  return rows;
}
