/** Puts a new key in the place of an old one. The old envelope is destroyed when the worker has accepted the new key. */
import { z } from 'zod';
import { requireCurrentSeal, sealedKey } from '#lib/connections/connect-key.ts';
import type { Ctx } from '#lib/ctx.ts';
import { valueOf } from '#lib/rest.ts';

export const replaceKeyInput = z.object({ connectionId: z.uuid(), sealed: sealedKey });

/** @returns the request's id. @throws AppError `already_verifying`, `not_found`, `intake_key_retired` ... */
export async function replaceKey(ctx: Ctx, input: z.output<typeof replaceKeyInput>, { intakeKeyId }: { intakeKeyId: string }): Promise<string> {
  requireCurrentSeal(input.sealed, intakeKeyId);
  return valueOf<string>(
    ctx.supabase.rpc('replace_key', { p_org: ctx.orgId, p_connection: input.connectionId, p_sealed: input.sealed, p_ip: ctx.ip ?? '', p_user_agent: ctx.userAgent ?? '' }),
  );
}
