/** What an admin changes of a connection without touching its key. Each is an ordinary write; the database audits it. */
import { z } from 'zod';
import { connectionLabel } from '#lib/connections/connect-key.ts';
import type { Ctx } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { rowsOf, valueOf } from '#lib/rest.ts';

export const changeConnectionInput = z
  .object({
    connectionId: z.uuid(),
    label: connectionLabel.optional(),
    paused: z.boolean().optional(),
    syncIntervalMinutes: z.union([z.literal(60), z.literal(360)]).optional(),
  })
  .refine(({ label, paused, syncIntervalMinutes }) => label !== undefined || paused !== undefined || syncIntervalMinutes !== undefined, 'Nothing to change.');

/** Renames, pauses, resumes, or sets how often it syncs. @throws AppError `not_found`, `forbidden` */
export async function changeConnection(ctx: Ctx, { connectionId, label, paused, syncIntervalMinutes }: z.output<typeof changeConnectionInput>): Promise<void> {
  const change = { ...(label !== undefined && { label }), ...(paused !== undefined && { paused }), ...(syncIntervalMinutes !== undefined && { sync_interval_minutes: syncIntervalMinutes }) };
  const changed = await rowsOf<{ id: string }>(ctx.supabase.from('connections').update(change).eq('org_id', ctx.orgId).eq('id', connectionId).neq('status', 'purged').select('id'));
  // Row-level security makes a forbidden update touch no row instead of failing.
  if (changed.length === 0) throw new AppError(ctx.role === 'viewer' ? 'forbidden' : 'not_found');
}

export const syncNowInput = z.object({ connectionId: z.uuid() });

/** @returns the request's id; the open one when "sync now" was pressed before. @throws AppError */
export async function requestSync(ctx: Ctx, { connectionId }: z.output<typeof syncNowInput>): Promise<string> {
  return valueOf<string>(ctx.supabase.rpc('request_sync', { p_org: ctx.orgId, p_connection: connectionId }));
}

export const purgeInput = z.object({ connectionId: z.uuid(), withData: z.boolean(), typed: z.string().max(200) });

/** Destroys the key, and the data when asked. `typed` must be the connection's name. @throws AppError `confirmation_differs` ... */
export async function purgeConnection(ctx: Ctx, { connectionId, withData, typed }: z.output<typeof purgeInput>): Promise<void> {
  await valueOf<null>(
    ctx.supabase.rpc('purge_connection', { p_org: ctx.orgId, p_connection: connectionId, p_with_data: withData, p_typed: typed, p_ip: ctx.ip ?? '', p_user_agent: ctx.userAgent ?? '' }),
  );
}
