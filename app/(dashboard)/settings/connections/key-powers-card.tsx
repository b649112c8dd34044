import { Check, ExternalLink, Minus } from 'lucide-react';
import { Callout } from '#app/_components/callout.tsx';
import { Card } from '#app/_components/card.tsx';
import type { KeyGuide } from './guides.ts';

/** What the key can do, said before it is handed over. */
export function KeyPowersCard({ guide }: { guide: KeyGuide }) {
  return (
    <Card title="What this key can do">
      <ul className="flex flex-col gap-1.5 text-sm">
        {guide.can.map((power) => (
          <li key={power} className="flex gap-2">
            <Check className="mt-0.5 size-4 shrink-0 text-accent-ink" aria-hidden="true" />
            {power}
          </li>
        ))}
      </ul>
      <p className="mt-4 mb-1.5 text-sm text-ink-3">It cannot</p>
      <ul className="flex flex-col gap-1.5 text-sm">
        {guide.cannot.map((limit) => (
          <li key={limit} className="flex gap-2 text-ink-2">
            <Minus className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
            {limit}
          </li>
        ))}
      </ul>
      {guide.caution ? (
        <Callout tone="warn" className="mt-4">
          {guide.caution}
        </Callout>
      ) : null}
      <p className="mt-4 text-sm text-ink-3">
        Set a hard limit at the provider as well: Keymeter warns, it cannot stop spending.{' '}
        <a href={guide.limits.href} target="_blank" rel="noreferrer noopener" className="text-accent-ink underline underline-offset-2">
          {guide.limits.name}
          <ExternalLink className="ml-1 inline size-3.5 align-[-0.1em]" aria-hidden="true" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      </p>
    </Card>
  );
}
