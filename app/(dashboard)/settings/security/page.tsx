import { ShieldCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { z } from 'zod';
import { AutoRefresh } from '#app/_components/auto-refresh.tsx';
import { LinkButton } from '#app/_components/button.tsx';
import { Card, Stat } from '#app/_components/card.tsx';
import { EmptyState } from '#app/_components/empty-state.tsx';
import { formatCount } from '#app/_components/figure-format.ts';
import { webEnv } from '#app/_server/env.ts';
import { requireCtx } from '#app/_server/session.ts';
import { type KeyUse, readAuditHead, readKeyUses } from '#lib/audit/read-audit.ts';
import { readConnectionNames } from '#lib/connections/read-connections.ts';
import { ChainCard } from './chain-card.tsx';
import { entryNumber, readEntryPage } from './entry-page.ts';
import { FilterForm } from './filter-form.tsx';
import { heldSummary, heldText } from './held.ts';
import { OpeningsTable } from './openings-table.tsx';
import { isOutcome } from './outcomes.ts';
import { Pager } from './pager.tsx';
import { SecurityHeader } from './security-header.tsx';

export const metadata: Metadata = { title: 'Security' };

type SearchParams = Promise<Record<'before' | 'after' | 'connection' | 'outcome', string | string[] | undefined>>;

export default async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireCtx();
  const given = await searchParams;
  const connectionId = z.uuid().safeParse(given.connection).data;
  const outcome = isOutcome(given.outcome) ? given.outcome : undefined;
  const range = { before: entryNumber(given.before), after: entryNumber(given.after) };
  const [page, head, connections] = await Promise.all([
    readEntryPage((asked) => readKeyUses(ctx, { ...asked, connectionId, outcome }), range),
    readAuditHead(ctx),
    readConnectionNames(ctx),
  ]);
  const live = new Set(connections.filter(({ status }) => status !== 'purged').map(({ id }) => id));
  const filtered = connectionId !== undefined || outcome !== undefined;
  return (
    <>
      <AutoRefresh active={page.rows.some((use) => use.outcome === 'open')} everyMs={4_000} />
      <SecurityHeader />
      <Figures uses={page.rows} openings={head?.openings ?? '0'} unfinished={head?.unfinished ?? '0'} />
      <Card title="Openings of keys" hint="The entry is committed before the key is decrypted. Something you did not expect? Purge the key on its page, and revoke it at the provider." flush className="mt-4" footer={<Pager page={page} path="/settings/security" kept={{ connection: connectionId, outcome }} />}>
        <div className="border-b border-line px-5 pb-4">
          <FilterForm key={`${connectionId} ${outcome}`} connections={connections} connection={connectionId} outcome={outcome} />
        </div>
        {page.rows.length > 0 ? (
          <OpeningsTable uses={page.rows} live={live} />
        ) : filtered ? (
          <EmptyState title="Nothing fits this filter">No key was opened that way, as far as the trail goes back.</EmptyState>
        ) : (
          <EmptyState
            icon={<ShieldCheck />}
            title="No key has been opened yet"
            actions={
              <LinkButton href="/settings/connections" look="secondary">
                Connections
              </LinkButton>
            }
          >
            Once a key is connected, each time that the worker opens it stands here: what for, how it ended, and for how long the plaintext was held.
          </EmptyState>
        )}
      </Card>
      <div className="mt-4">
        <ChainCard head={head} publicKey={webEnv().AUDIT_PUBLIC_KEY} />
      </div>
    </>
  );
}

/** Says of each figure what it was counted over. */
function Figures({ uses, openings, unfinished }: { uses: readonly KeyUse[]; openings: string; unfinished: string }) {
  const held = heldSummary(uses.map((use) => use.held_us));
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
      <Stat label="Openings" note="of all keys, ever">
        {formatCount(openings)}
      </Stat>
      <Stat
        className="max-sm:order-last max-sm:col-span-2"
        label="Plaintext held, median"
        note={held ? `95th percentile ${heldText(held.p95)}, over the ${held.count} of the openings below that held one` : 'No opening below held a plaintext'}
      >
        {held ? heldText(held.median) : '–'}
      </Stat>
      <Stat label="Unfinished" note={unfinished === '0' ? 'every opening has an outcome, ever' : 'openings whose worker ended without a word, ever'}>
        {formatCount(unfinished)}
      </Stat>
    </div>
  );
}
