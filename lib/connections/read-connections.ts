/** Connections as pages show them: where each stands, what was asked of it, what its runs did. */
import type { Ctx } from '#lib/ctx.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { rowsOf } from '#lib/rest.ts';

export interface ConnectionRow {
  id: string;
  provider: ProviderName;
  host: string;
  label: string;
  status: 'verifying' | 'active' | 'needs_attention' | 'purged';
  status_code: string | null;
  paused: boolean;
  key_prefix: string | null;
  key_last_four: string | null;
  key_set_at: string | null;
  key_expires_at: string | null;
  key_warnings: string[];
  sync_interval_minutes: 60 | 360;
  next_run_at: string | null;
  last_success_at: string | null;
  data_through: string | null;
  failures: number;
  created_at: string;
}

export interface RequestRow {
  id: string;
  kind: 'verify_key' | 'replace_key' | 'sync_now' | 'test_alert';
  connection_id: string | null;
  state: 'waiting' | 'running' | 'done' | 'failed';
  step: string | null;
  code: string | null;
  attempts: number;
  not_before: string;
  created_at: string;
  finished_at: string | null;
}

export interface RunRow {
  id: string;
  connection_id: string;
  kind: 'scheduled' | 'sync_now' | 'backfill';
  window_from: string;
  window_to: string;
  state: 'queued' | 'running' | 'done' | 'dead';
  code: string | null;
  attempts: number;
  calls: number;
  rows_written: number;
  notes: string[];
  not_before: string;
  planned_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** One source's health and freshness, from the database's clock. */
export interface SourceRow {
  connection_id: string;
  label: string;
  provider: ProviderName;
  organization_name: string | null;
  status: 'verifying' | 'active' | 'needs_attention';
  status_code: string | null;
  paused: boolean;
  /** null until a first key was accepted. */
  key_set_at: string | null;
  last_success_at: string | null;
  data_through: string | null;
  next_run_at: string | null;
  sync_interval_minutes: number;
  /** Chunks of the first read. */
  backfill_total: number;
  backfill_done: number;
  running: boolean;
  running_kind: string | null;
  running_from: string | null;
  running_to: string | null;
  /** Set when two intervals passed without a successful sync. */
  behind_since: string | null;
  /** Days of this month for which the provider has not answered: unknown, not zero. */
  uncovered_days: number;
  first_day: string | null;
  failures: number;
}

const CONNECTION =
  'id, provider, host, label, status, status_code, paused, key_prefix, key_last_four, key_set_at, key_expires_at, key_warnings, sync_interval_minutes, next_run_at, last_success_at, data_through, failures, created_at';
const REQUEST = 'id, kind, connection_id, state, step, code, attempts, not_before, created_at, finished_at';
const RUN = 'id, connection_id, kind, window_from, window_to, state, code, attempts, calls, rows_written, notes, not_before, planned_at, started_at, finished_at';

/** Every connection that was not purged, oldest first. @throws AppError */
export function readConnections(ctx: Ctx): Promise<ConnectionRow[]> {
  return rowsOf<ConnectionRow>(ctx.supabase.from('connections').select(CONNECTION).eq('org_id', ctx.orgId).neq('status', 'purged').order('created_at').order('id').limit(500));
}

/** null when there is none, when it was purged, and when it is somebody else's: no difference can be seen. @throws AppError */
export async function readConnection(ctx: Ctx, connectionId: string): Promise<ConnectionRow | null> {
  const [row] = await rowsOf<ConnectionRow>(ctx.supabase.from('connections').select(CONNECTION).eq('org_id', ctx.orgId).eq('id', connectionId).neq('status', 'purged').limit(1));
  return row ?? null;
}

export interface ConnectionName {
  id: string;
  provider: ProviderName;
  label: string;
  status: ConnectionRow['status'];
}

/** Purged ones too, newest first: the audit speaks of them. @throws AppError */
export function readConnectionNames(ctx: Ctx): Promise<ConnectionName[]> {
  return rowsOf<ConnectionName>(ctx.supabase.from('connections').select('id, provider, label, status').eq('org_id', ctx.orgId).order('created_at', { ascending: false }).order('id').limit(1000));
}

/** @throws AppError */
export function readSources(ctx: Ctx): Promise<SourceRow[]> {
  return rowsOf<SourceRow>(ctx.supabase.rpc('sources', { p_org: ctx.orgId }));
}

/** The newest requests of the organisation, newest first. @throws AppError */
export function readRequests(ctx: Ctx, limit = 100): Promise<RequestRow[]> {
  return rowsOf<RequestRow>(ctx.supabase.from('work_requests').select(REQUEST).eq('org_id', ctx.orgId).order('created_at', { ascending: false }).limit(limit));
}

/** What was asked of one connection, newest first. @throws AppError */
export function readConnectionRequests(ctx: Ctx, connectionId: string, limit = 20): Promise<RequestRow[]> {
  return rowsOf<RequestRow>(
    ctx.supabase.from('work_requests').select(REQUEST).eq('org_id', ctx.orgId).eq('connection_id', connectionId).order('created_at', { ascending: false }).order('id').limit(limit),
  );
}

/** The parts of the first read, newest days first. @throws AppError */
export function readBackfill(ctx: Ctx, connectionId: string): Promise<RunRow[]> {
  return rowsOf<RunRow>(
    ctx.supabase.from('sync_runs').select(RUN).eq('org_id', ctx.orgId).eq('connection_id', connectionId).eq('kind', 'backfill').order('window_from', { ascending: false }).limit(100),
  );
}

/** The newest runs of one connection, newest first. @throws AppError */
export function readRuns(ctx: Ctx, connectionId: string, limit = 20): Promise<RunRow[]> {
  return rowsOf<RunRow>(
    ctx.supabase.from('sync_runs').select(RUN).eq('org_id', ctx.orgId).eq('connection_id', connectionId).order('planned_at', { ascending: false }).order('window_from', { ascending: false }).limit(limit),
  );
}
