import { BellRing, FlaskConical, Unplug } from 'lucide-react';
import Link from 'next/link';
import { Badge } from '#app/_components/badge.tsx';
import type { Tone } from '#app/_components/badge.tsx';
import { cx } from '#app/_components/class-names.ts';
import { RelativeTime } from '#app/_components/time.tsx';
import type { EventView } from '../_data/event-view.ts';
import { Deliveries } from './deliveries.tsx';

const ICONS = { budget: BellRing, connection: Unplug, test: FlaskConical };
const ICON_TONES: Record<Tone, string> = {
  neutral: 'bg-inset text-ink-3',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-ink',
};

/** One alert: what happened, its figures, what became of it, and who was told. */
export function EventItem({ view }: { view: EventView }) {
  const Icon = ICONS[view.kind];
  return (
    <li id={`alert-${view.id}`} data-alert={view.id} tabIndex={-1} className="flex scroll-mt-4 gap-3 px-5 py-4 outline-none data-target:bg-accent-soft/60 sm:gap-4">
      <span className={cx('mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-full [&_svg]:size-4', ICON_TONES[view.quiet ? 'neutral' : view.tone])} aria-hidden="true">
        <Icon />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <h3 className={cx('min-w-0', view.quiet ? 'font-sans text-sm font-medium tracking-normal text-ink-2' : 'font-semibold')}>
            {view.title}
          </h3>
          <span className="flex shrink-0 items-center gap-2 text-sm text-ink-3">
            <Badge tone={view.state.tone}>{view.state.word}</Badge>
            {view.onConnect ? <Badge title="Found while the history of a newly connected key was read; it may have been passed earlier.">On connect</Badge> : null}
            <RelativeTime at={view.raisedAt} />
          </span>
        </div>
        {view.figures ? (
          <p className="figures mt-0.5 font-medium" data-figure="alert">
            {view.figures}
          </p>
        ) : null}
        {view.notes.map((note) => (
          <p key={note} className="mt-1 text-sm text-ink-2">
            {note}
          </p>
        ))}
        {view.link ? (
          <Link href={view.link.href} className="mt-1 inline-block text-sm font-medium text-accent-ink hover:underline">
            {view.link.text}
          </Link>
        ) : null}
        <Deliveries deliveries={view.deliveries} toldNobody={!view.quiet} />
        {view.contributors.length > 0 || view.howComputed.length > 0 ? <HowComputed view={view} /> : null}
      </div>
    </li>
  );
}

function HowComputed({ view: { contributors, howComputed } }: { view: EventView }) {
  return (
    <details className="mt-2">
      <summary className="-ml-2 inline-block rounded-control px-2 py-1 text-sm font-medium text-accent-ink hover:bg-inset">What it is made of</summary>
      {contributors.length > 0 ? (
        <table className="mt-1 text-sm">
          <caption className="sr-only">What cost most</caption>
          <tbody>
            {contributors.map(({ name, amount, share }) => (
              <tr key={name}>
                <th scope="row" className="py-0.5 pr-6 text-left font-normal">
                  {name}
                </th>
                <td className="figures py-0.5 pr-4 text-right font-medium">{amount}</td>
                <td className="figures py-0.5 text-right text-ink-3">{share}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <ul className="mt-2 flex max-w-prose list-disc flex-col gap-1 pl-4 text-sm text-ink-3">
        {howComputed.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}
