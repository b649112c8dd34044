'use server';
/** What the connections pages ask for. Whatever touches a key counts by the stricter limit. */
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { action } from '#app/_server/action.ts';
import { webEnv } from '#app/_server/env.ts';
import { changeConnection, purgeConnection, requestSync } from '#lib/connections/change-connection.ts';
import { connectionLabel, connectKey, connectKeyInput } from '#lib/connections/connect-key.ts';
import { readConnection } from '#lib/connections/read-connections.ts';
import { replaceKey, replaceKeyInput } from '#lib/connections/replace-key.ts';
import { AppError } from '#lib/errors.ts';
import { adapterFor } from '#lib/providers/registry.ts';

const ADMINS = ['owner', 'admin'] as const;
const connection = { connectionId: z.uuid() };

const intakeKeyId = (): string => webEnv().INTAKE_PUBLIC_KEY.split(':')[0] ?? '';

export const submitConnect = action(connectKeyInput, { limit: 'key', roles: ADMINS }, async (ctx, input): Promise<void> => {
  await connectKey(ctx, input, { allowedHosts: adapterFor(input.provider).hosts, intakeKeyId: intakeKeyId() });
});

export const submitReplace = action(replaceKeyInput, { limit: 'key', roles: ADMINS }, async (ctx, input): Promise<void> => {
  await replaceKey(ctx, input, { intakeKeyId: intakeKeyId() });
});

export const submitSync = action(z.object(connection), { limit: 'mutation', roles: ADMINS }, async (ctx, input): Promise<void> => {
  await requestSync(ctx, input);
});

export const submitPaused = action(z.object({ ...connection, paused: z.enum(['true', 'false']) }), { limit: 'mutation', roles: ADMINS }, async (ctx, { connectionId, paused }) =>
  changeConnection(ctx, { connectionId, paused: paused === 'true' }),
);

export const submitName = action(z.object({ ...connection, label: connectionLabel }), { limit: 'mutation', roles: ADMINS }, async (ctx, input) => changeConnection(ctx, input));

const INTERVALS = { '60': 60, '360': 360 } as const;
export const submitInterval = action(z.object({ ...connection, minutes: z.enum(['60', '360']) }), { limit: 'mutation', roles: ADMINS }, async (ctx, { connectionId, minutes }) =>
  changeConnection(ctx, { connectionId, syncIntervalMinutes: INTERVALS[minutes] }),
);

const purgeForm = z.object({ ...connection, confirmation: z.string().max(200), withData: z.literal('on').optional() });
export const submitPurge = action(purgeForm, { limit: 'key', roles: ADMINS }, async (ctx, { connectionId, confirmation, withData }) => {
  await purgeConnection(ctx, { connectionId, typed: confirmation, withData: withData === 'on' });
  redirect(`/settings/connections?notice=${withData ? 'purged-with-data' : 'purged'}`);
});

/** A connection whose first key was refused holds no key and no data: nothing is lost with it. */
export const submitDiscard = action(z.object(connection), { limit: 'key', roles: ADMINS }, async (ctx, { connectionId }) => {
  const row = await readConnection(ctx, connectionId);
  if (!row) throw new AppError('not_found');
  if (row.status !== 'needs_attention' || row.key_set_at !== null) throw new AppError('conflict');
  await purgeConnection(ctx, { connectionId, typed: row.label, withData: false });
  redirect('/settings/connections?notice=discarded');
});
