import { Card } from '#app/_components/card.tsx';
import { ConfirmTyped } from '#app/_components/confirm-typed.tsx';
import { Checkbox } from '#app/_components/field.tsx';
import type { ConnectionRow } from '#lib/connections/read-connections.ts';
import { submitPurge } from '../actions.ts';

/** Destroys what is stored: the key, or while a first key is still being checked its seal. */
export function PurgeCard({ row, provider }: { row: ConnectionRow; provider: string }) {
  const stored = row.key_set_at !== null;
  return (
    <Card title={stored ? 'Purge' : 'Cancel'} id="purge">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-4">
        <p className="max-w-prose min-w-0 text-sm text-ink-2">
          {stored
            ? `Destroys the stored key at once and for good; a sync that is under way writes nothing any more. Revoke the key at ${provider} as well: only that makes it worthless to whoever has a copy.`
            : 'Destroys the sealed key, however far the worker has come with it. Nothing is stored then.'}
        </p>
        <ConfirmTyped
          trigger={stored ? 'Purge…' : 'Destroy the seal…'}
          look={stored ? 'danger' : 'secondary'}
          title={stored ? `Purge “${row.label}”?` : `Cancel “${row.label}”?`}
          word={row.label}
          verb={stored ? 'Purge the key' : 'Destroy the seal'}
          action={submitPurge}
          values={{ connectionId: row.id }}
          fields={
            stored ? (
              <Checkbox name="withData" label="Destroy the figures too" hint="Everything read with this key, from the first day on. Without it, the past stays readable and can be continued by a new key." />
            ) : null
          }
        >
          <p>The key is destroyed and cannot be brought back. The audit trail keeps what was done with it.</p>
        </ConfirmTyped>
      </div>
    </Card>
  );
}
