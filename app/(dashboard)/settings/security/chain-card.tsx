import type { ReactNode } from 'react';
import { Card } from '#app/_components/card.tsx';
import { CopyButton } from '#app/_components/copy-button.tsx';
import { formatCount } from '#app/_components/figure-format.ts';
import { RelativeTime } from '#app/_components/time.tsx';
import { utcTime } from '#app/_components/time-format.ts';
import type { AuditHead } from '#lib/audit/read-audit.ts';
import { Hash } from './hash.tsx';

/** Where the chain ends, what the worker signed last, and the key to check that with. */
export function ChainCard({ head, publicKey }: { head: AuditHead | null; publicKey: string | undefined }) {
  if (!head) return null;
  return (
    <Card title="The chain" hint="Each entry carries the hash of the one before it, so none can be edited, dropped or moved without breaking every later one.">
      <dl className="grid gap-x-8 gap-y-5 md:grid-cols-3">
        <Item name="Newest entry" copy={head.hash} copyLabel="Copy the hash">
          <span className="figures font-medium">{formatCount(head.seq)}</span> <Hash hex={head.hash} />
        </Item>
        {head.checkpoint_seq && head.checkpoint_at && head.checkpoint_note ? (
          <Item name="Newest signed checkpoint" copy={head.checkpoint_note} copyLabel="Copy the checkpoint">
            <span>
              Up to entry <span className="figures font-medium">{formatCount(head.checkpoint_seq)}</span>, <RelativeTime at={head.checkpoint_at} />
              <span className="figures block text-sm text-ink-3">{utcTime(new Date(head.checkpoint_at))}</span>
              <span className="block text-sm text-ink-3">{witnessed(head.seq, head.checkpoint_seq)}</span>
            </span>
          </Item>
        ) : (
          <Item name="Newest signed checkpoint">
            <span className="text-ink-2">None yet. The worker signs one every hour and after each sync.</span>
          </Item>
        )}
        {publicKey ? (
          <Item name="Public key of the checkpoints" copy={publicKey} copyLabel="Copy the key">
            <code title={publicKey} className="block truncate font-mono">
              {publicKey}
            </code>
          </Item>
        ) : (
          <Item name="Public key of the checkpoints">
            <span className="text-ink-2">Not configured. The operator sets AUDIT_PUBLIC_KEY for it to be shown here.</span>
          </Item>
        )}
      </dl>
    </Card>
  );
}

/** Entries after the checkpoint are protected by the chain alone: its end could still be cut off unseen. */
function witnessed(seq: string, checkpointSeq: string): string {
  const later = BigInt(seq) - BigInt(checkpointSeq);
  return later <= 0n ? 'Nothing came after it.' : `${formatCount(later)} ${later === 1n ? 'entry' : 'entries'} came after it, not yet signed.`;
}

function Item({ name, copy, copyLabel, children }: { name: string; copy?: string; copyLabel?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="mt-1">{children}</dd>
      {copy && copyLabel ? (
        <dd className="mt-2">
          <CopyButton text={copy} label={copyLabel} />
        </dd>
      ) : null}
    </div>
  );
}
