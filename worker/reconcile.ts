/**
 * What time alone brings about, from SQL alone, so that it happens whatever the queue lost: sources nobody heard from,
 * and checkpoints of the audit chains. Overdue runs, ended leases and unsent messages are rows that the relay offers.
 */
import { signCheckpoints } from '#lib/audit/sign-checkpoint.ts';
import { watchSources } from '#lib/alerts/watch-sources.ts';
import type { WorkerContext } from '#worker/context.ts';

export async function reconcileSources({ pool, env, log }: WorkerContext): Promise<void> {
  await watchSources({ pool, appUrl: env.APP_URL, log }).catch((err: unknown) => log.error({ err }, 'sources_not_watched'));
}

export async function reconcileCheckpoints({ signing, log }: WorkerContext): Promise<void> {
  await signCheckpoints(signing).catch((err: unknown) => log.error({ err }, 'checkpoints_not_signed'));
}
