import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import { RelativeTime } from '#app/_components/time.tsx';
import type { Health } from '#lib/connections/health.ts';
import type { ConnectionRow, SourceRow } from '#lib/connections/read-connections.ts';
import { HealthDot } from './health-dot.tsx';
import { KeyPlate } from './key-plate.tsx';

export interface ListedConnection {
  row: ConnectionRow;
  source: SourceRow | undefined;
  health: Health;
}

/** One line each: what it is, which key, how it is. The whole line leads to its page. */
export function ConnectionList({ rows }: { rows: readonly ListedConnection[] }) {
  return (
    <ul className="border-t border-line">
      {rows.map(({ row, source, health }) => (
        <li
          key={row.id}
          className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b border-line px-5 py-4 last:rounded-b-card last:border-b-0 hover:bg-inset/60 has-[a:focus-visible]:bg-inset/60 md:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1fr)_auto]"
        >
          <div className="min-w-0">
            <h3 className="flex items-center gap-2.5">
              <span className="size-2.5 shrink-0 rounded-[3px]" style={{ background: providerColour(row.provider) }} aria-hidden="true" />
              <Link href={`/settings/connections/${row.id}`} className="truncate font-medium after:absolute after:inset-0">
                {row.label}
              </Link>
            </h3>
            <p className="truncate pl-5 text-sm text-ink-3">
              {providerName(row.provider)}
              {source?.organization_name ? `, ${source.organization_name}` : ''}
            </p>
          </div>
          <div className="col-start-1 min-w-0 pl-5 text-sm md:col-start-auto md:pl-0">
            <KeyPlate prefix={row.key_prefix} lastFour={row.key_last_four} />
          </div>
          <div className="col-start-1 min-w-0 pl-5 md:col-start-auto md:pl-0">
            <HealthDot health={health} />
            <p className="text-sm text-ink-3">{freshness(row, source)}</p>
          </div>
          <ChevronRight className="col-start-2 row-span-3 row-start-1 size-4 text-ink-3 md:col-start-auto md:row-span-1 md:row-start-auto" aria-hidden="true" />
        </li>
      ))}
    </ul>
  );
}

function freshness(row: ConnectionRow, source: SourceRow | undefined) {
  if (row.key_set_at === null) return 'Nothing was read yet';
  if (source && row.status === 'active' && source.backfill_done < source.backfill_total) return `First read: ${source.backfill_done} of ${source.backfill_total} parts`;
  return (
    <>
      Last sync <RelativeTime at={row.last_success_at} />
    </>
  );
}
