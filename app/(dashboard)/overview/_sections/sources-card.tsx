import type { Attempt } from '#app/_server/attempt.ts';
import Link from 'next/link';
import { StatusDot } from '#app/_components/badge.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import { Progress } from '#app/_components/progress.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { RelativeTime } from '#app/_components/time.tsx';
import { connectionHealth } from '#lib/connections/health.ts';
import type { SourceRow } from '#lib/connections/read-connections.ts';
import { isBlind, isLoading, isMoving } from '../../_sources/freshness.ts';
import { healthTone } from '../../settings/connections/health-dot.tsx';

/** How fresh each source is: what was read, until when, and when it is read next. */
export function SourcesCard({ sources }: { sources: Attempt<SourceRow[]> }) {
  return (
    <Card title="Sources" hint="Where the figures come from, and how fresh they are" actions={<LinkButton href="/settings/connections" look="secondary" size="sm">Connections</LinkButton>}>
      {!sources.ok ? (
        <PartError what="Sources" sentence={sources.failure.sentence} />
      ) : sources.value.length === 0 ? (
        <p className="py-2 text-sm text-ink-2">No provider is connected.</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {sources.value.map((source) => (
            <Source key={source.connection_id} source={source} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Source({ source }: { source: SourceRow }) {
  const provider = providerName(source.provider);
  const health = connectionHealth(source, provider);
  const reading = isLoading(source) && source.status === 'active';
  return (
    <li className="py-3 first:pt-0 last:pb-0" data-source={source.connection_id}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <Link href={`/settings/connections/${source.connection_id}`} className="min-w-0 truncate font-medium hover:underline">
          {source.label}
        </Link>
        <StatusDot tone={reading ? 'info' : healthTone(health)} pulse={isMoving(source)}>
          {reading ? 'Reading history' : health.word}
        </StatusDot>
      </div>
      <p className="mt-0.5 text-sm text-ink-3">
        {provider}
        {source.organization_name ? `, ${source.organization_name}` : ''}
      </p>
      <p className="mt-1 text-sm text-ink-2">
        {source.data_through ? (
          <>
            Data through <RelativeTime at={source.data_through} />
          </>
        ) : (
          'Nothing read yet'
        )}
        {source.next_run_at && source.status === 'active' && !source.paused ? (
          <>
            , next read <RelativeTime at={source.next_run_at} />
          </>
        ) : null}
        .
      </p>
      {isBlind(source) || health.state === 'struggling' || health.state === 'not_connected' ? <p className="mt-1 text-sm text-warn">{health.sentence}</p> : null}
      {reading && source.backfill_total > 0 ? (
        <div className="mt-2">
          <Progress label="History" done={source.backfill_done} total={source.backfill_total} note={`${source.backfill_done} of ${source.backfill_total} parts`} />
        </div>
      ) : null}
    </li>
  );
}
