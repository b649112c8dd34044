/** Until when the figures are complete, and which sources they lack something of. */
import { dayOf } from '#lib/day.ts';
import type { Day } from '#lib/day.ts';
import type { SourceRow } from '#lib/connections/read-connections.ts';

/** Nothing new arrives from it: its spend after `since` is in no figure. */
export interface BlindSource {
  source: SourceRow;
  /** null = nothing was ever read. */
  since: Date | null;
}

export interface Freshness {
  /** The oldest data among the sources that are read as planned; of all when there is none. null: nothing was read. */
  dataThrough: Date | null;
  /** Exclusive: earlier days were read after their end. */
  completeTo: Day | null;
  blind: BlindSource[];
  /** Sources whose key is being checked or whose history is on its way. */
  loading: SourceRow[];
}

export function freshnessOf(sources: readonly SourceRow[]): Freshness {
  const read = sources.filter((source) => source.data_through !== null);
  const seeing = read.filter((source) => !isBlind(source));
  const dataThrough = oldest(seeing.length > 0 ? seeing : read);
  return {
    dataThrough,
    completeTo: dataThrough ? dayOf(dataThrough) : null,
    blind: sources.filter(isBlind).map((source) => ({ source, since: source.data_through ? new Date(source.data_through) : null })),
    loading: sources.filter(isLoading),
  };
}

export function isBlind({ status, paused, behind_since: behindSince }: SourceRow): boolean {
  return status === 'needs_attention' || (status === 'active' && (paused || behindSince !== null));
}

/** The first read is under way and can move on. */
export function isLoading(source: SourceRow): boolean {
  if (source.status === 'verifying') return true;
  return source.status === 'active' && !source.paused && (source.backfill_done < source.backfill_total || source.last_success_at === null);
}

/** Something is changing while somebody looks: the page asks again. */
export function isMoving(source: SourceRow): boolean {
  return isLoading(source) || source.running;
}

function oldest(sources: readonly SourceRow[]): Date | null {
  const times = sources.flatMap(({ data_through: at }) => (at ? [new Date(at).getTime()] : []));
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}
