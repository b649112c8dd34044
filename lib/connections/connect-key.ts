/** Hands a sealed key over: one row for the connection, one for the sealed bytes, one for the worker to pick up. */
import { z } from 'zod';
import type { Ctx } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { valueOf } from '#lib/rest.ts';

/** Made by lib/vault/seal.ts in the browser; nobody between there and the worker can open it. */
export const sealedKey = z.string().regex(/^kmi1:\d{1,9}:[A-Za-z0-9_-]{60,1000}$/);

/** What a person calls a connection; as the database wants it. */
export const connectionLabel = z
  .string()
  .trim()
  .min(1, 'Give the connection a name.')
  .max(80, 'At most 80 characters.')
  .regex(/^\P{Cc}*$/u, 'A name is one line of text.');

export const connectKeyInput = z.object({
  /** Made by the browser before sealing, because the seal is bound to it. */
  connectionId: z.uuid(),
  provider: z.enum(PROVIDERS),
  /** Bound by the seal and never changed afterwards. */
  host: z.string().regex(/^[a-z0-9.-]{1,253}(:\d{1,5})?$/),
  label: connectionLabel,
  sealed: sealedKey,
});
export type ConnectKeyInput = z.output<typeof connectKeyInput>;

/**
 * @param allowedHosts the provider's own hosts and those the installation allows
 * @param intakeKeyId of the key the page was rendered with; a seal to another would never open
 * @returns the request's id, to follow the verification by
 * @throws AppError `sealed_key_malformed`, `intake_key_retired`, `too_many_requests`, `forbidden` ...
 */
export async function connectKey(ctx: Ctx, input: ConnectKeyInput, { allowedHosts, intakeKeyId }: { allowedHosts: readonly string[]; intakeKeyId: string }): Promise<string> {
  if (!allowedHosts.includes(input.host)) throw new AppError('invalid_input', { detail: 'host is not on the list', fields: { host: 'Choose one of the listed hosts.' } });
  requireCurrentSeal(input.sealed, intakeKeyId);
  return valueOf<string>(
    ctx.supabase.rpc('connect_key', {
      p_org: ctx.orgId, p_connection: input.connectionId, p_provider: input.provider, p_host: input.host, p_label: input.label,
      p_sealed: input.sealed, p_ip: ctx.ip ?? '', p_user_agent: ctx.userAgent ?? '',
    }),
  );
}

export function requireCurrentSeal(sealed: string, intakeKeyId: string): void {
  if (sealed.split(':')[1] !== intakeKeyId) throw new AppError('intake_key_retired');
}
