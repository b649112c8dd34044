import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AutoRefresh } from '#app/_components/auto-refresh.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { requireCtx } from '#app/_server/session.ts';
import { connectionHealth } from '#lib/connections/health.ts';
import type { RequestRow } from '#lib/connections/read-connections.ts';
import { checkToShow, isUnderWay } from '#lib/connections/verification.ts';
import { BackLink } from '../back-link.tsx';
import { healthFacts } from '../health-facts.ts';
import { BackfillCard } from './backfill-card.tsx';
import { Controls } from './controls.tsx';
import { DiscardButton } from './discard-button.tsx';
import { HealthCard } from './health-card.tsx';
import { KeyCard } from './key-card.tsx';
import { PurgeCard } from './purge-card.tsx';
import { readPage } from './read-page.ts';
import { RunsCard } from './runs-card.tsx';
import { SettingsCard } from './settings-card.tsx';
import { VerificationCard } from './verification-card.tsx';

export const metadata: Metadata = { title: 'Connection' };

const FAST_MS = 2_000;
const SLOW_MS = 10_000;
const LONG_WAIT_MS = 120_000;

export default async function ConnectionPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireCtx();
  const found = await readPage(ctx, (await params).id);
  if (!found) notFound();
  const { row, source, requests, runs, backfill } = found;
  const now = new Date();
  const provider = providerName(row.provider);
  const mayAct = ctx.role !== 'viewer';
  const health = connectionHealth(healthFacts(row, source), provider);
  const stored = row.key_set_at !== null;
  const check = checkToShow(requests, stored, now);
  const checking = check !== null && isUnderWay(check);
  const syncRequest = requests.find(({ kind }) => kind === 'sync_now') ?? null;
  const syncing = syncRequest !== null && isUnderWay(syncRequest);
  const readsThePast = row.status === 'active' && !row.paused && backfill.some(({ state }) => state === 'queued' || state === 'running');
  return (
    <>
      <AutoRefresh active={checking || syncing || readsThePast || health.state === 'syncing'} everyMs={waitsLong(requests, now) ? SLOW_MS : FAST_MS} />
      <BackLink href="/settings/connections">Connections</BackLink>
      <PageHeader title={row.label}>
        {source?.organization_name ? `${source.organization_name} at ${provider}` : provider}, read from <span className="font-mono text-[0.9em]">{row.host}</span>
        {mayAct ? null : <span className="block text-sm">You are a viewer of this organisation: owners and admins can sync, pause, replace and purge.</span>}
      </PageHeader>
      <div className="flex flex-col gap-4">
        {check ? (
          <VerificationCard
            request={check}
            provider={provider}
            now={now}
            actions={
              mayAct ? (
                <>
                  <LinkButton href={`/settings/connections/${row.id}/replace`} size="sm">
                    Paste another key
                  </LinkButton>
                  {stored ? null : <DiscardButton connectionId={row.id} />}
                </>
              ) : null
            }
          />
        ) : null}
        {backfill.length > 0 && (check || backfill.some(({ state }) => state !== 'done')) ? <BackfillCard parts={backfill} provider={provider} /> : null}
        {stored ? (
          <>
            <div className="grid items-stretch gap-4 lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
              <HealthCard row={row} source={source} health={health} syncRequest={syncRequest} provider={provider} now={now} controls={mayAct ? <Controls row={row} syncing={syncing} /> : null} />
              <KeyCard row={row} provider={provider} now={now} mayAct={mayAct} checking={checking} />
            </div>
            <RunsCard runs={runs} provider={provider} />
            {mayAct ? <SettingsCard row={row} /> : null}
          </>
        ) : null}
        {mayAct && (stored || checking) ? <PurgeCard row={row} provider={provider} /> : null}
      </div>
    </>
  );
}

/** Whoever waits for a worker that is away need not ask every two seconds. */
function waitsLong(requests: readonly RequestRow[], now: Date): boolean {
  return requests.some((request) => request.state === 'waiting' && now.getTime() - new Date(request.created_at).getTime() > LONG_WAIT_MS);
}
