import { Check, Circle, LoaderCircle, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Card } from '#app/_components/card.tsx';
import { cx } from '#app/_components/class-names.ts';
import type { RequestRow } from '#lib/connections/read-connections.ts';
import { type StepState, type VerificationStepName, verificationSentence, verificationSteps } from '#lib/connections/verification.ts';

const NAMES: Readonly<Record<VerificationStepName, string>> = {
  sealed: 'Sealed in the browser',
  waiting: 'Picked up by the worker',
  opening: 'Opened, on record',
  asking_provider: 'Accepted by {provider}',
  naming: 'Organisation identified',
  storing: 'Encrypted for rest',
};

const MARKS: Readonly<Record<StepState, ReactNode>> = {
  done: <Check className="text-good" />,
  current: <LoaderCircle className="animate-spin text-info" />,
  failed: <X className="text-bad" />,
  todo: <Circle className="text-line-strong" />,
};
const WORDS: Readonly<Record<StepState, string>> = { done: 'done', current: 'under way', failed: 'failed', todo: 'to do' };

type VerificationCardProps = { request: RequestRow; provider: string; now: Date; actions?: ReactNode };

/** A pasted key on its way, live. Every step is there from the start, so nothing moves while they pass. */
export function VerificationCard({ request, provider, now, actions }: VerificationCardProps) {
  const waited = (now.getTime() - new Date(request.created_at).getTime()) / 1000;
  const failed = request.state === 'failed';
  return (
    <Card title={request.kind === 'replace_key' ? 'Checking the new key' : 'Checking the key'}>
      <ol className="grid gap-x-3 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
        {verificationSteps(request).map(({ name, state }) => (
          <li key={name} className={cx('flex items-center gap-2.5 text-sm [&_svg]:size-4 [&_svg]:shrink-0', state === 'todo' && 'text-ink-3', state === 'current' && 'font-medium')}>
            <span aria-hidden="true">{MARKS[state]}</span>
            <span>
              {NAMES[name].replace('{provider}', provider)}
              <span className="sr-only">: {WORDS[state]}</span>
            </span>
          </li>
        ))}
      </ol>
      <div className={cx('mt-4 rounded-control border px-4 py-3', failed ? 'border-bad/30 bg-bad-soft' : request.state === 'done' ? 'border-good/30 bg-good-soft' : 'border-line bg-inset')}>
        <p role="status" className="min-h-11 text-sm sm:min-h-0">
          {verificationSentence(request, provider, waited)}
        </p>
        {failed && actions ? <div className="mt-3 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </Card>
  );
}
