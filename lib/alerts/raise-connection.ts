/**
 * What a run found out about its source, told in the transaction that ends the run: the provider refuses the key, or
 * everything works again. One notice an episode, one notice of its end.
 */
import { endEpisode, knownUntil, openEpisode, openEvents } from '#lib/alerts/connection-episode.ts';
import type { Source } from '#lib/alerts/connection-episode.ts';
import { callValue } from '#lib/db/call.ts';
import type { Tx } from '#lib/db/pool.ts';

export interface ConnectionTrouble extends Source {
  /** Closed code of the run's end, e.g. `key_rejected`; kept with the event for the page. */
  readonly code: string;
  /** The database's clock. */
  readonly at: Date;
}

/** Tells the owners and admins once; an episode that was told already stays as it is. */
export async function raiseConnectionTrouble(tx: Tx, trouble: ConnectionTrouble): Promise<{ raised: boolean; messages: number }> {
  await callValue(tx, 'worker_lock_evaluation', [trouble.orgId]);
  const open = await openEvents(tx, trouble);
  if (open.some((event) => event.threshold === 'blind:alert')) return { raised: false, messages: 0 };
  // A source that was only overdue until now: the same episode, made worse.
  const [warning] = open;
  const episode = warning?.episode ?? (await callValue<number>(tx, 'worker_next_episode', [trouble.orgId, trouble.connectionId, 'connection'])) ?? 0;
  const unknownSince = warning?.unknown_since ?? (await knownUntil(tx, trouble));
  return openEpisode(tx, trouble, { episode, level: 'alert', reason: 'key_rejected', code: trouble.code, unknownSince, at: trouble.at });
}

/** After a run that succeeded. Most have nothing to resolve: then this is one read. */
export async function resolveConnectionTrouble(tx: Tx, source: Source & { readonly at: Date }): Promise<{ ended: number; messages: number }> {
  await callValue(tx, 'worker_lock_evaluation', [source.orgId]);
  const open = await openEvents(tx, source);
  return open.length === 0 ? { ended: 0, messages: 0 } : endEpisode(tx, source, open, { at: source.at, why: 'synced', tell: true });
}
