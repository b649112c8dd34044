import type { SupabaseClient } from '@supabase/supabase-js';
import { ROLES, type Role } from '#lib/ctx.ts';
import { rowsOf } from '#lib/rest.ts';

export type Membership = { readonly orgId: string; readonly orgName: string; readonly role: Role };

/** The user's organisations, oldest membership first. Read for each request: a removed member is out at once. */
export async function readMemberships(supabase: SupabaseClient, userId: string): Promise<Membership[]> {
  const [memberships, organizations] = await Promise.all([
    rowsOf<{ org_id: string; role: string }>(supabase.from('memberships').select('org_id, role').eq('user_id', userId).order('created_at').order('org_id').limit(100)),
    rowsOf<{ id: string; name: string }>(supabase.from('organizations').select('id, name').limit(100)),
  ]);
  const names = new Map(organizations.map((o) => [o.id, o.name]));
  return memberships.flatMap(({ org_id, role }) => {
    const known = ROLES.find((r) => r === role);
    const orgName = names.get(org_id);
    return known && orgName !== undefined ? [{ orgId: org_id, orgName, role: known }] : [];
  });
}
