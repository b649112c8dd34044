'use client';
import { Trash2 } from 'lucide-react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Button } from '#app/_components/button.tsx';
import { Dialog } from '#app/_components/dialog.tsx';
import { deleteBudgetAction } from '../actions.ts';

export function DeleteBudget({ budgetId, name }: { budgetId: string; name: string }) {
  return (
    <Dialog
      look="secondary"
      title={`Delete “${name}”?`}
      trigger={
        <>
          <Trash2 aria-hidden="true" />
          Delete
        </>
      }
    >
      {(close) => (
        <ActionForm action={deleteBudgetAction}>
          <p className="text-ink-2">Nobody is warned by it any more. What it raised, and who was told, stays in the list.</p>
          <input type="hidden" name="budgetId" value={budgetId} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="secondary" onClick={close}>
              Keep it
            </Button>
            <SubmitButton look="danger" busy="Deleting …">
              Delete the budget
            </SubmitButton>
          </div>
        </ActionForm>
      )}
    </Dialog>
  );
}
