import { z } from 'zod';
import type { Ctx } from '#lib/ctx.ts';
import {
  type ConnectionRow,
  readBackfill,
  readConnection,
  readConnectionRequests,
  readRuns,
  readSources,
  type RequestRow,
  type RunRow,
  type SourceRow,
} from '#lib/connections/read-connections.ts';

export interface ConnectionPageData {
  row: ConnectionRow;
  source: SourceRow | undefined;
  /** Newest first. */
  requests: RequestRow[];
  runs: RunRow[];
  backfill: RunRow[];
}

/** null for what does not exist, what was purged, and what is somebody else's. @throws AppError */
export async function readPage(ctx: Ctx, id: string): Promise<ConnectionPageData | null> {
  if (!z.uuid().safeParse(id).success) return null;
  const [row, sources, requests, runs, backfill] = await Promise.all([readConnection(ctx, id), readSources(ctx), readConnectionRequests(ctx, id), readRuns(ctx, id), readBackfill(ctx, id)]);
  return row ? { row, source: sources.find((source) => source.connection_id === id), requests, runs, backfill } : null;
}
