import type { Metadata } from 'next';
import { AutoRefresh } from '#app/_components/auto-refresh.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Card } from '#app/_components/card.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { requireCtx } from '#app/_server/session.ts';
import { connectionHealth, type HealthState } from '#lib/connections/health.ts';
import { readConnections, readSources } from '#lib/connections/read-connections.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { ConnectionList } from './connection-list.tsx';
import { healthFacts } from './health-facts.ts';
import { KeyWayCard } from './key-way-card.tsx';
import { ProviderOffer } from './provider-offer.tsx';

export const metadata: Metadata = { title: 'Connections' };

const NOTICES: Readonly<Record<string, string>> = {
  purged: 'The key is destroyed. Its figures are kept. Revoke the key at the provider as well.',
  'purged-with-data': 'The key and the figures read with it are destroyed. Revoke the key at the provider as well.',
  discarded: 'The connection is discarded. Nothing was stored.',
};
const MOVING: ReadonlySet<HealthState> = new Set(['verifying', 'syncing', 'waiting']);

export default async function ConnectionsPage({ searchParams }: { searchParams: Promise<{ notice?: string | string[] }> }) {
  const ctx = await requireCtx();
  const [connections, sources, { notice }] = await Promise.all([readConnections(ctx), readSources(ctx), searchParams]);
  const mayAct = ctx.role !== 'viewer';
  const told = typeof notice === 'string' ? NOTICES[notice] : undefined;
  const rows = connections.map((row) => {
    const source = sources.find(({ connection_id: id }) => id === row.id);
    return { row, source, health: connectionHealth(healthFacts(row, source), providerName(row.provider)) };
  });
  return (
    <>
      <AutoRefresh active={rows.some(({ health, source }) => MOVING.has(health.state) || (source && health.state === 'ok' && source.backfill_done < source.backfill_total))} />
      <PageHeader title="Connections">The keys that Keymeter reads with, and how each of them is doing.</PageHeader>
      {told ? (
        <Callout tone="good" className="mb-4" live="status">
          {told}
        </Callout>
      ) : null}
      {rows.length > 0 ? (
        <Card title="Connected" flush className="mb-8">
          <ConnectionList rows={rows} />
        </Card>
      ) : null}
      <section aria-labelledby="offer" className="mb-4">
        <h2 id="offer" className="mb-3 text-lg font-semibold">
          {rows.length > 0 ? 'Connect another' : 'Connect your first provider'}
        </h2>
        {mayAct ? null : (
          <Callout className="mb-3">You are a viewer of this organisation. An owner or an admin can connect keys.</Callout>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          {PROVIDERS.map((provider) => (
            <ProviderOffer key={provider} provider={provider} mayConnect={mayAct} />
          ))}
        </div>
      </section>
      {rows.length === 0 ? <KeyWayCard across /> : null}
    </>
  );
}
