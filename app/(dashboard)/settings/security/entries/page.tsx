import type { Metadata } from 'next';
import { Card } from '#app/_components/card.tsx';
import { webEnv } from '#app/_server/env.ts';
import { requireCtx } from '#app/_server/session.ts';
import { readAuditHead, readTrail } from '#lib/audit/read-audit.ts';
import { ChainCard } from '../chain-card.tsx';
import { entryNumber, readEntryPage } from '../entry-page.ts';
import { Pager } from '../pager.tsx';
import { SecurityHeader } from '../security-header.tsx';
import { TrailTable } from './trail-table.tsx';

export const metadata: Metadata = { title: 'Audit trail' };

export default async function TrailPage({ searchParams }: { searchParams: Promise<Record<'before' | 'after', string | string[] | undefined>> }) {
  const ctx = await requireCtx();
  const given = await searchParams;
  const [page, head] = await Promise.all([
    readEntryPage((asked) => readTrail(ctx, asked), { before: entryNumber(given.before), after: entryNumber(given.after) }),
    readAuditHead(ctx),
  ]);
  return (
    <>
      <SecurityHeader />
      <Card title="All entries" hint="What people and workers did, verbatim as it was hashed." flush className="mb-4" footer={<Pager page={page} path="/settings/security/entries" />}>
        <TrailTable entries={page.rows} />
      </Card>
      <ChainCard head={head} publicKey={webEnv().AUDIT_PUBLIC_KEY} />
    </>
  );
}
