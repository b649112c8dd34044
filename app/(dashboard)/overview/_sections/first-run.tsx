import { KeyRound } from 'lucide-react';
import { LinkButton } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { EmptyState } from '#app/_components/empty-state.tsx';

const STEPS = [
  ['Create an admin key', 'At OpenAI or Anthropic, with the smallest scope that reads usage and cost. The connections page says where to click.'],
  ['Paste it', 'It is sealed in your browser before it is sent. Nobody can read it on the way, and every use of it is on record.'],
  ['Read the figures', 'The newest days are here within a minute; the last 90 follow while you watch.'],
] as const;

/** Nothing is connected and nothing was ever read: what to do, and what happens then. */
export function FirstRun({ mayConnect }: { mayConnect: boolean }) {
  return (
    <Card>
      <EmptyState
        icon={<KeyRound />}
        title="Connect a key to see what you spend"
        actions={mayConnect ? <LinkButton href="/settings/connections">Connect the first key</LinkButton> : null}
      >
        {mayConnect ? 'Keymeter reads cost and usage from your providers’ own reports. It needs one admin key of each.' : 'No provider is connected yet. Ask an owner or an admin of this organisation to connect one.'}
      </EmptyState>
      <ol className="grid gap-4 border-t border-line pt-5 sm:grid-cols-3">
        {STEPS.map(([title, text], index) => (
          <li key={title} className="flex gap-3">
            <span className="figures flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent-ink" aria-hidden="true">
              {index + 1}
            </span>
            <div>
              <p className="font-medium">{title}</p>
              <p className="text-sm text-ink-3">{text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
