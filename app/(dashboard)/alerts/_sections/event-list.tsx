import { BellRing } from 'lucide-react';
import type { ReactNode } from 'react';
import { LinkButton } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { EmptyState } from '#app/_components/empty-state.tsx';
import { PartError } from '#app/_components/part-error.tsx';
import type { AlertsPage } from '../_data/load-alerts.ts';
import { EventItem } from './event-item.tsx';

type EventListProps = { events: AlertsPage['events']; isOlder: boolean; actions: ReactNode };

export function EventList({ events, isOlder, actions }: EventListProps) {
  if (!events.ok) {
    return (
      <Card title="What was raised">
        <PartError what="Alerts" sentence={events.failure.sentence} />
      </Card>
    );
  }
  const { views, olderThan } = events.value;
  return (
    <Card
      id="raised"
      title={isOlder ? 'Older alerts' : 'What was raised'}
      hint="Newest first, with who was told and what became of each mail"
      actions={actions}
      flush={views.length > 0}
      footer={
        isOlder || olderThan ? (
          <nav aria-label="Pages of alerts" className="flex justify-between gap-2">
            {isOlder ? (
              <LinkButton href="/alerts" look="secondary" size="sm">
                Newest
              </LinkButton>
            ) : (
              <span />
            )}
            {olderThan ? (
              <LinkButton href={`/alerts?before=${olderThan}#raised`} look="secondary" size="sm" rel="next">
                Older
              </LinkButton>
            ) : null}
          </nav>
        ) : null
      }
    >
      {views.length === 0 ? (
        <EmptyState icon={<BellRing />} title={isOlder ? 'Nothing older' : 'Nothing was raised yet'}>
          {isOlder ? 'This is the end of the list.' : 'When spend reaches a budget’s threshold, or a provider cannot be read any more, it appears here with everybody who was told.'}
        </EmptyState>
      ) : (
        <ol className="divide-y divide-line border-t border-line">
          {views.map((view) => (
            <EventItem key={view.id} view={view} />
          ))}
        </ol>
      )}
    </Card>
  );
}
