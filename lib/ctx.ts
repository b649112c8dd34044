/** Who asks, for which organisation, and from where: the first argument of every verb that a web request reaches. */
import type { SupabaseClient } from '@supabase/supabase-js';

export const ROLES = ['owner', 'admin', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export interface Ctx {
  /** Supabase Auth's user id, verified with the Auth server for this request. */
  userId: string;
  email: string;
  orgId: string;
  /** From `memberships`, read for this request: a removed member has no Ctx. The database checks it again. */
  role: Role;
  /** Always speaks as this user, under row-level security. */
  supabase: SupabaseClient;
  /** Names the request in the log, and in what a person is told after a surprise. */
  requestId: string;
  /** As reported by web: the peer, or what the trusted proxies say. null when it is not known. */
  ip: string | null;
  userAgent: string | null;
}
