/**
 * The rule that only time can notice: a source that nobody has heard from. Works from SQL alone, whatever the queue
 * lost, and page by page; each source is judged again under the lock before anything is written, because a run may have
 * succeeded in between.
 */
import { decideBlindness } from '#lib/alerts/blindness.ts';
import type { BlindDecision, BlindReason, SourceHealth } from '#lib/alerts/blindness.ts';
import { endEpisode, openEpisode, openEvents } from '#lib/alerts/connection-episode.ts';
import type { Source } from '#lib/alerts/connection-episode.ts';
import { callRows, callValue } from '#lib/db/call.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { Pool, Tx } from '#lib/db/pool.ts';
import type { Logger } from '#lib/log.ts';

const PAGE = 200;
const MS_PER_MINUTE = 60_000;

/** `worker_sources` */
interface SourceRow {
  readonly org_id: string;
  readonly connection_id: string;
  readonly label: string;
  readonly provider: string;
  readonly status: string;
  readonly status_code: string | null;
  readonly interval_minutes: number;
  readonly last_success_at: Date | null;
  readonly key_set_at: Date;
  readonly resumed_at: Date | null;
  /** Paused or purged: silence is what somebody asked for. */
  readonly silenced: boolean;
  readonly episode: number | null;
  readonly episode_alerted: boolean | null;
  readonly episode_unknown_since: Date | null;
  readonly episode_ended: boolean | null;
  readonly database_now: Date;
}

export interface WatchSummary {
  looked: number;
  opened: number;
  ended: number;
  messages: number;
  /** Sources whose turn failed; the next round tries again. */
  failed: number;
}

/** One source that fails does not keep the others from being looked at. @throws when the list itself cannot be read. */
export async function watchSources({ pool, appUrl, log }: { pool: Pool; appUrl: string; log: Pick<Logger, 'info' | 'error'> }): Promise<WatchSummary> {
  const summary: WatchSummary = { looked: 0, opened: 0, ended: 0, messages: 0, failed: 0 };
  let after: SourceRow | null = null;
  for (;;) {
    const page: SourceRow[] = await callRows<SourceRow>(pool, 'worker_sources', [PAGE, after?.org_id ?? null, after?.connection_id ?? null, null, null]);
    for (const row of page) {
      summary.looked += 1;
      if (decideBlindness(healthOf(row)).length === 0) continue;
      try {
        await inTransaction(pool, (tx) => judge(tx, row, appUrl, summary));
      } catch (err) {
        summary.failed += 1;
        log.error({ err, org: row.org_id, connection: row.connection_id }, 'source_watch_failed');
      }
    }
    if (page.length < PAGE) break;
    after = page.at(-1) ?? null;
  }
  if (summary.opened + summary.ended > 0) log.info({ ...summary }, 'sources_watched');
  return summary;
}

async function judge(tx: Tx, listed: SourceRow, appUrl: string, summary: WatchSummary): Promise<void> {
  await callValue(tx, 'worker_lock_evaluation', [listed.org_id]);
  const [row] = await callRows<SourceRow>(tx, 'worker_sources', [1, null, null, listed.org_id, listed.connection_id]);
  if (!row) return;
  const source: Source = { orgId: row.org_id, connectionId: row.connection_id, label: row.label, provider: row.provider, appUrl };
  for (const decision of decideBlindness(healthOf(row))) {
    const done = await apply(tx, source, row, decision);
    summary.opened += done.opened;
    summary.ended += done.ended;
    summary.messages += done.messages;
  }
}

async function apply(tx: Tx, source: Source, row: SourceRow, decision: BlindDecision): Promise<{ opened: number; ended: number; messages: number }> {
  if (decision.do === 'end') {
    const { ended, messages } = await endEpisode(tx, source, await openEvents(tx, source), { at: row.last_success_at ?? row.database_now, why: decision.why, tell: decision.message });
    return { opened: 0, ended, messages };
  }
  const { episode, reason, unknownSince } = decision;
  const level = decision.do === 'escalate' ? 'alert' : decision.level;
  const opened = await openEpisode(tx, source, { episode, level, reason, code: codeOf(row, reason), unknownSince, at: row.database_now });
  return { opened: opened.raised ? 1 : 0, ended: 0, messages: opened.messages };
}

function codeOf(row: SourceRow, reason: BlindReason): string | null {
  return reason === 'key_rejected' ? (row.status_code ?? reason) : row.status_code;
}

/**
 * Silence counts from the last success, or from when the source was resumed if that was later. An episode that is open
 * ends by a success alone: being resumed is not being heard.
 */
function healthOf(row: SourceRow): SourceHealth {
  const { last_success_at: lastSuccess, key_set_at: connectedAt } = row;
  const open = row.episode !== null && !row.episode_ended;
  const resumed = open ? null : row.resumed_at;
  const heard = lastSuccess && resumed && resumed > lastSuccess ? resumed : lastSuccess;
  return {
    now: row.database_now,
    intervalMs: row.interval_minutes * MS_PER_MINUTE,
    lastSuccessAt: heard,
    connectedAt: resumed && resumed > connectedAt ? resumed : connectedAt,
    keyRejectedAt: row.status === 'needs_attention' ? row.database_now : null,
    paused: row.silenced,
    episode:
      row.episode === null
        ? null
        : {
            number: row.episode,
            level: row.episode_alerted ? 'alert' : 'warning',
            unknownSince: row.episode_unknown_since ?? connectedAt,
            ended: row.episode_ended ?? true,
          },
  };
}
