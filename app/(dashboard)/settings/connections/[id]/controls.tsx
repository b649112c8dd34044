import { Pause, Play, RefreshCw } from 'lucide-react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import type { ConnectionRow } from '#lib/connections/read-connections.ts';
import { submitPaused, submitSync } from '../actions.ts';

/** What can be done at once and undone. */
export function Controls({ row, syncing }: { row: ConnectionRow; syncing: boolean }) {
  return (
    <div className="mt-4 flex flex-wrap items-start gap-2">
      <ActionForm action={submitSync}>
        <input type="hidden" name="connectionId" value={row.id} />
        <SubmitButton size="sm" look="secondary" busy="Asking…" disabled={syncing || row.status !== 'active'}>
          <RefreshCw aria-hidden="true" />
          Sync now
        </SubmitButton>
      </ActionForm>
      <ActionForm action={submitPaused}>
        <input type="hidden" name="connectionId" value={row.id} />
        <input type="hidden" name="paused" value={String(!row.paused)} />
        <SubmitButton size="sm" look="ghost">
          {row.paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {row.paused ? 'Resume' : 'Pause'}
        </SubmitButton>
      </ActionForm>
    </div>
  );
}
