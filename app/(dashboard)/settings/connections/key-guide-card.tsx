import { ExternalLink } from 'lucide-react';
import { buttonClass } from '#app/_components/button.tsx';
import { Card } from '#app/_components/card.tsx';
import { CopyButton } from '#app/_components/copy-button.tsx';
import { CHECKED, KEY_NAME, type KeyGuide } from './guides.ts';

/** Where to click at the provider, in order, with the least that the key needs. */
export function KeyGuideCard({ guide, title }: { guide: KeyGuide; title: string }) {
  return (
    <Card
      title={title}
      hint={guide.who}
      actions={
        <a href={guide.page.href} target="_blank" rel="noreferrer noopener" className={buttonClass('secondary', 'sm')}>
          {guide.page.name}
          <ExternalLink aria-hidden="true" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      }
      footer={<>These steps were compared with the provider’s pages in {CHECKED}.</>}
    >
      <ol className="flex flex-col gap-3">
        {guide.steps.map((step, place) => (
          <li key={step} className="flex gap-3">
            <span className="figures mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full border border-line-strong/60 text-xs font-semibold text-ink-2" aria-hidden="true">
              {place + 1}
            </span>
            <span className="min-w-0">{step}</span>
          </li>
        ))}
      </ol>
      <dl className="mt-5 grid gap-x-6 gap-y-4 border-t border-line pt-4 sm:grid-cols-2">
        <div>
          <dt className="text-sm text-ink-3">Name it</dt>
          <dd className="mt-1 flex items-center gap-3">
            <span className="font-mono font-medium">{KEY_NAME}</span>
            <CopyButton text={KEY_NAME} label="Copy the name" />
          </dd>
          <dd className="mt-1 text-sm text-ink-3">So that you find it again, and can revoke this one without touching another.</dd>
        </div>
        <div>
          <dt className="text-sm text-ink-3">Smallest scope</dt>
          <dd className="mt-1 flex min-h-8 flex-wrap items-center gap-x-3">
            <span className="font-medium">{guide.scope.name}</span>
            {guide.scope.code ? <code className="rounded-control bg-inset px-1.5 py-0.5 font-mono text-sm">{guide.scope.code}</code> : null}
          </dd>
          <dd className="mt-1 text-sm text-ink-3">{guide.scope.note}</dd>
        </div>
      </dl>
    </Card>
  );
}
