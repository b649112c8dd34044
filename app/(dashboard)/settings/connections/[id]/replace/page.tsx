import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { z } from 'zod';
import { Card } from '#app/_components/card.tsx';
import { PageHeader } from '#app/_components/page-header.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { webEnv } from '#app/_server/env.ts';
import { requireCtx } from '#app/_server/session.ts';
import { readConnection } from '#lib/connections/read-connections.ts';
import { BackLink } from '../../back-link.tsx';
import { GUIDES } from '../../guides.ts';
import { KeyForm } from '../../key-form.tsx';
import { KeyGuideCard } from '../../key-guide-card.tsx';
import { KeyPowersCard } from '../../key-powers-card.tsx';

export const metadata: Metadata = { title: 'Replace a key' };

export default async function ReplacePage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireCtx();
  const { id } = await params;
  const row = z.uuid().safeParse(id).success ? await readConnection(ctx, id) : null;
  if (!row) notFound();
  if (ctx.role === 'viewer') redirect(`/settings/connections/${id}`);
  const guide = GUIDES[row.provider];
  const name = providerName(row.provider);
  return (
    <>
      <BackLink href={`/settings/connections/${id}`}>{row.label}</BackLink>
      <PageHeader title={row.key_set_at === null ? 'Paste another key' : 'Replace the key'}>
        {row.key_set_at === null
          ? `For “${row.label}”. It begins to read as soon as ${name} accepts the key.`
          : `The key of “${row.label}” stays in use until ${name} has accepted the new one; then the old one is destroyed here. Revoke it at ${name} afterwards.`}
      </PageHeader>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <KeyGuideCard guide={guide} title="1. Make a new key" />
          <Card title="2. Paste it here" hint={row.key_set_at === null ? undefined : 'It has to belong to the same organisation as the old one.'}>
            <KeyForm mode={{ kind: 'replace', connectionId: row.id, host: row.host }} provider={row.provider} providerName={name} prefix={guide.prefix} orgId={ctx.orgId} intakePublicKey={webEnv().INTAKE_PUBLIC_KEY} />
          </Card>
        </div>
        <KeyPowersCard guide={guide} />
      </div>
    </>
  );
}
