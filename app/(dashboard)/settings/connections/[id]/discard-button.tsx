'use client';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { submitDiscard } from '../actions.ts';

/** For a connection that never got a key: there is nothing to confirm. */
export function DiscardButton({ connectionId }: { connectionId: string }) {
  return (
    <ActionForm action={submitDiscard}>
      <input type="hidden" name="connectionId" value={connectionId} />
      <SubmitButton size="sm" look="secondary" busy="Discarding…">
        Discard this connection
      </SubmitButton>
    </ActionForm>
  );
}
