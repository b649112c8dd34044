import type { ReactNode } from 'react';
import { Card } from '#app/_components/card.tsx';
import { RelativeTime } from '#app/_components/time.tsx';
import { longDay } from '#app/_components/time-format.ts';
import type { Health } from '#lib/connections/health.ts';
import type { ConnectionRow, RequestRow, SourceRow } from '#lib/connections/read-connections.ts';
import { HealthDot } from '../health-dot.tsx';
import { syncSentence } from './sync-sentence.ts';

type HealthCardProps = { row: ConnectionRow; source: SourceRow | undefined; health: Health; syncRequest: RequestRow | null; provider: string; now: Date; controls: ReactNode };

/** How it is, since when, and what happens next. */
export function HealthCard({ row, source, health, syncRequest, provider, now, controls }: HealthCardProps) {
  return (
    <Card title="Health" className="flex flex-col">
      <div role="status">
        <HealthDot health={health} />
        <p className="mt-1 text-ink-2">{health.sentence}</p>
      </div>
      <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 border-t border-line pt-4 text-sm sm:grid-cols-4 lg:grid-cols-2 xl:grid-cols-4">
        <Fact name="Last sync">
          <RelativeTime at={row.last_success_at} />
        </Fact>
        <Fact name="Next sync">{row.status === 'active' && !row.paused && row.next_run_at ? <RelativeTime at={row.next_run_at} /> : 'none planned'}</Fact>
        <Fact name="Complete up to">{row.data_through ? <RelativeTime at={row.data_through} /> : 'nothing yet'}</Fact>
        <Fact name="First day">{source?.first_day ? longDay(source.first_day).slice(4) : 'none yet'}</Fact>
      </dl>
      {source && source.uncovered_days > 0 && row.last_success_at ? (
        <p className="mt-3 text-sm text-warn">
          {source.uncovered_days === 1 ? 'For one day of this month the provider has not answered: it is' : `For ${source.uncovered_days} days of this month the provider has not answered: they are`} unknown, not zero.
        </p>
      ) : null}
      {controls}
      <p role="status" className="mt-2 min-h-6 text-sm text-ink-3">
        {syncRequest ? syncSentence(syncRequest, provider, now) : ''}
      </p>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-3">{name}</dt>
      <dd className="font-medium first-letter:uppercase">{children}</dd>
    </div>
  );
}
