import Link from 'next/link';
import type { Attempt } from '#app/_server/attempt.ts';
import { LinkButton } from '#app/_components/button.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Progress } from '#app/_components/progress.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import type { SourceRow } from '#lib/connections/read-connections.ts';
import { instantText } from '#lib/email/figures.ts';
import type { BlindSource, Freshness } from '../../_sources/freshness.ts';

type NoticesProps = { freshness: Freshness; sources: Attempt<SourceRow[]>; mayConnect: boolean };

/** What the figures below lack, said before they are read. */
export function Notices({ freshness, sources, mayConnect }: NoticesProps) {
  return (
    <>
      {freshness.blind.length > 0 ? (
        <Callout tone="warn" title={freshness.blind.length === 1 ? 'A source cannot be seen' : `${freshness.blind.length} sources cannot be seen`}>
          <ul className="flex flex-col gap-1">
            {freshness.blind.map((blind) => (
              <Blind key={blind.source.connection_id} blind={blind} />
            ))}
          </ul>
        </Callout>
      ) : null}
      {freshness.loading.length > 0 ? (
        <Callout title={freshness.loading.every(({ status }) => status === 'verifying') ? 'Checking the key' : 'Reading history, newest days first'} live="status">
          <p>The figures below grow while you watch; days that are not read yet are marked unknown.</p>
          <div className="mt-3 flex max-w-xl flex-col gap-3">
            {freshness.loading.map((source) => (
              <Loading key={source.connection_id} source={source} />
            ))}
          </div>
        </Callout>
      ) : null}
      {sources.ok && sources.value.length === 0 ? (
        <Callout tone="warn" title="No provider is connected" actions={mayConnect ? <LinkButton href="/settings/connections" size="sm" look="secondary">Connect a key</LinkButton> : null}>
          What was read before stays here; nothing new arrives.
        </Callout>
      ) : null}
    </>
  );
}

function Blind({ blind: { source, since } }: { blind: BlindSource }) {
  const name = `${providerName(source.provider)} “${source.label}”`;
  return (
    <li data-blind={source.connection_id}>
      <strong className="font-semibold text-ink">{since ? `${name} is unknown since ${instantText(since, 'UTC')}.` : `${name} was never read.`}</strong>{' '}
      {source.paused && source.status === 'active' ? 'It is paused. ' : ''}What it spent {since ? 'after that ' : ''}is in none of these figures.{' '}
      <Link href={`/settings/connections/${source.connection_id}`} className="font-medium whitespace-nowrap text-accent-ink underline underline-offset-2">
        Open the connection
      </Link>
    </li>
  );
}

function Loading({ source }: { source: SourceRow }) {
  const name = `${providerName(source.provider)}, ${source.label}`;
  if (source.status === 'verifying') return <p className="text-sm">{name}: checking the key …</p>;
  if (source.backfill_total === 0) return <p className="text-sm">{name}: about to begin …</p>;
  return <Progress label={name} done={source.backfill_done} total={source.backfill_total} note={`${source.backfill_done} of ${source.backfill_total} parts`} />;
}
