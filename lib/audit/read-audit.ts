/** The audit as pages show it. Sequence numbers are text: they are 64-bit, and pages go back by them. */
import type { Ctx } from '#lib/ctx.ts';
import { rowsOf } from '#lib/rest.ts';

/** One opening of a key: the attempt joined with its outcome. */
export interface KeyUse {
  seq: string;
  at: string;
  connection_id: string;
  connection_label: string | null;
  provider: string;
  purpose: string;
  form: 'intake' | 'envelope';
  worker: string;
  job: string;
  owner: string | null;
  /** `open` = under way, `unfinished` = its lease ended without an outcome. */
  outcome: 'success' | 'failure' | 'open' | 'unfinished';
  code: string | null;
  /** Microseconds for which the plaintext was held, as text. */
  held_us: string | null;
  calls: number | null;
  outcome_seq: string | null;
  hash: string;
}

export interface KeyUseFilter {
  /** Only what is older than the entry of this number; the first page has none. */
  before?: string | undefined;
  /** Only what is newer, and of that what is next to it. */
  after?: string | undefined;
  connectionId?: string | undefined;
  outcome?: KeyUse['outcome'] | undefined;
  limit?: number;
}

/** Newest first, at most 200. @throws AppError */
export function readKeyUses(ctx: Ctx, { before, after, connectionId, outcome, limit = 50 }: KeyUseFilter = {}): Promise<KeyUse[]> {
  return rowsOf<KeyUse>(
    ctx.supabase.rpc('key_uses', {
      p_org: ctx.orgId, p_before: before ?? null, p_after: after ?? null, p_limit: limit, p_connection: connectionId ?? null, p_outcome: outcome ?? null,
    }),
  );
}

export interface TrailEntry {
  seq: string;
  at: string;
  action: string;
  actor: string | null;
  actor_email: string | null;
  connection_id: string | null;
  /** Verbatim, as it was hashed. */
  body: string;
  prev: string;
  hash: string;
}

/** The whole chain, newest first, at most 500. @throws AppError */
export function readTrail(ctx: Ctx, { before, after, limit = 50 }: { before?: string | undefined; after?: string | undefined; limit?: number } = {}): Promise<TrailEntry[]> {
  return rowsOf<TrailEntry>(ctx.supabase.rpc('audit_trail', { p_org: ctx.orgId, p_before: before ?? null, p_after: after ?? null, p_limit: limit }));
}

export interface AuditHead {
  seq: string;
  hash: string;
  checkpoint_seq: string | null;
  checkpoint_at: string | null;
  checkpoint_note: string | null;
  /** Of keys, ever. */
  openings: string;
  /** Openings whose lease ended without an outcome: a worker that died, or one that could not write. */
  unfinished: string;
}

/** Where the chain ends, and the newest signed checkpoint. @throws AppError */
export async function readAuditHead(ctx: Ctx): Promise<AuditHead | null> {
  const [head] = await rowsOf<AuditHead>(ctx.supabase.rpc('audit_head', { p_org: ctx.orgId }));
  return head ?? null;
}
