import { Card } from '#app/_components/card.tsx';
import { ConfirmTyped } from '#app/_components/confirm-typed.tsx';
import { Checkbox } from '#app/_components/field.tsx';
import type { ConnectionRow } from '#lib/connections/read-connections.ts';
import { submitPurge } from '../actions.ts';

export function PurgeCard({ row, provider }: { row: ConnectionRow; provider: string }) {
  return (
    <Card title="Purge" id="purge">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-4">
        <p className="max-w-prose min-w-0 text-sm text-ink-2">
          Destroys the stored key at once and for good; a sync that is under way writes nothing any more. Revoke the key at {provider} as well: only that makes it worthless to whoever has a copy.
        </p>
        <ConfirmTyped
          trigger="Purge…"
          title={`Purge “${row.label}”?`}
          word={row.label}
          verb="Purge the key"
          action={submitPurge}
          values={{ connectionId: row.id }}
          fields={<Checkbox name="withData" label="Destroy the figures too" hint="Everything read with this key, from the first day on. Without it, the past stays readable and can be continued by a new key." />}
        >
          <p>The key is destroyed and cannot be brought back. The audit trail keeps what was done with it.</p>
        </ConfirmTyped>
      </div>
    </Card>
  );
}
