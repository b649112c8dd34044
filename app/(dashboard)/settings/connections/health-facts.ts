import type { HealthFacts } from '#lib/connections/health.ts';
import type { ConnectionRow, SourceRow } from '#lib/connections/read-connections.ts';

/** Row and freshness come by two questions; between them a connection can have been made. */
export function healthFacts(row: ConnectionRow, source: SourceRow | undefined): HealthFacts {
  return { ...row, running: source?.running ?? false, behind_since: source?.behind_since ?? null };
}
