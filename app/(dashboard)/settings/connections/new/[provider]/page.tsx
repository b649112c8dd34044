import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { Card } from '#app/_components/card.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { webEnv } from '#app/_server/env.ts';
import { requireCtx } from '#app/_server/session.ts';
import { readConnectionNames } from '#lib/connections/read-connections.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { adapterFor } from '#lib/providers/registry.ts';
import { BackLink } from '../../back-link.tsx';
import { GUIDES } from '../../guides.ts';
import { KeyForm } from '../../key-form.tsx';
import { KeyGuideCard } from '../../key-guide-card.tsx';
import { KeyPowersCard } from '../../key-powers-card.tsx';
import { KeyWayCard } from '../../key-way-card.tsx';
import { freeName } from '../../free-name.ts';

export const metadata: Metadata = { title: 'Connect a provider' };

export default async function ConnectPage({ params }: { params: Promise<{ provider: string }> }) {
  const ctx = await requireCtx();
  const wanted = (await params).provider;
  const provider = PROVIDERS.find((known) => known === wanted);
  if (!provider) notFound();
  if (ctx.role === 'viewer') redirect('/settings/connections');
  const guide = GUIDES[provider];
  const name = providerName(provider);
  const taken = (await readConnectionNames(ctx)).filter((row) => row.status !== 'purged').map((row) => row.label);
  return (
    <>
      <BackLink href="/settings/connections">Connections</BackLink>
      <PageHeader title={`Connect ${name}`}>Make a key for Keymeter alone. Revoking it later touches nothing else.</PageHeader>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <KeyGuideCard guide={guide} title="1. Make the key" />
          <Card title="2. Paste it here">
            <KeyForm
              mode={{ kind: 'connect', hosts: adapterFor(provider).hosts, suggestedName: freeName(name, taken) }}
              provider={provider}
              providerName={name}
              prefix={guide.prefix}
              orgId={ctx.orgId}
              intakePublicKey={webEnv().INTAKE_PUBLIC_KEY}
            />
          </Card>
          <Card title="3. The rest happens by itself">
            <p className="text-ink-2">The worker checks the key with {name}, finds out whose it is, and reads the last 90 days. You see each step on the next page.</p>
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <KeyPowersCard guide={guide} />
          <KeyWayCard />
        </div>
      </div>
    </>
  );
}
