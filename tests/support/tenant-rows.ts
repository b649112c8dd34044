/** One row in every table that a client may see, written as the database's owner, for tests of who sees what. */
import { randomUUID } from 'node:crypto';
import { stack } from './stack.ts';

export interface TenantRows {
  connectionId: string;
  accountId: string;
  budgetId: string;
}

export async function seedTenant(orgId: string): Promise<TenantRows> {
  const { admin } = stack();
  const [accountId, connectionId, budgetId, eventId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await admin.query(`insert into public.provider_accounts (org_id, id, provider, provider_org_ref, name) values ($1, $2, 'openai', $3, 'Seeded')`, [
    orgId,
    accountId,
    `org-${accountId}`,
  ]);
  await admin.query(
    `insert into public.connections (org_id, id, provider, host, label, status, paused, provider_account_id, key_prefix, key_last_four, key_fingerprint, key_set_at)
     values ($1, $2, 'openai', 'api.openai.com', 'Seeded', 'active', true, $3, 'sk-admin-', 'abcd', encode(sha256(convert_to($4, 'UTF8')), 'hex'), now())`,
    [orgId, connectionId, accountId, connectionId],
  );
  await admin.query(`insert into public.work_requests (org_id, kind, connection_id, state, finished_at) values ($1, 'sync_now', $2, 'done', now())`, [orgId, connectionId]);
  await admin.query(
    `insert into public.sync_runs (org_id, connection_id, kind, run_key, window_from, window_to, state) values ($1, $2, 'scheduled', 'seed', '2026-01-01', '2026-01-02', 'done')`,
    [orgId, connectionId],
  );
  await admin.query(`insert into public.budgets (org_id, id, name, amount) values ($1, $2, 'Seeded', 1000)`, [orgId, budgetId]);
  await admin.query(
    `insert into public.alert_events (org_id, id, rule, scope, period_start, threshold, kind, message, budget_id, amount, budget_amount, currency, state)
     values ($1, $2, $3, 'organization', '2026-01-01', 'actual:bp:5000', 'budget', true, $4, 600, 1000, 'USD', 'resolved')`,
    [orgId, eventId, budgetId, budgetId],
  );
  await admin.query(
    `insert into public.messages (org_id, event_id, template, recipient, idempotency_key, state) values ($1, $2, 'budget_alert', 'a@example.test', $3, 'sent')`,
    [orgId, eventId, `seed/${eventId}`],
  );
  return { connectionId, accountId, budgetId };
}

export async function addMember(orgId: string, userId: string, role: 'owner' | 'admin' | 'viewer'): Promise<void> {
  await stack().admin.query('insert into public.memberships (org_id, user_id, role) values ($1, $2, $3)', [orgId, userId, role]);
}
