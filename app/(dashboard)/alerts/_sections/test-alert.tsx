import { FlaskConical } from 'lucide-react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { StatusDot } from '#app/_components/badge.tsx';
import { testAlertAction } from '../actions.ts';
import type { TestStatus } from '../_data/test-status.ts';

/** Asks for a marked mail to oneself, through the same way as a real one, and says how far it has come. */
export function TestAlert({ status }: { status: TestStatus | null }) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
      <div role="status" className={status ? 'text-sm' : 'sr-only'} data-test-status={status?.requestId}>
        {status ? (
          <StatusDot tone={status.tone} pulse={status.moving}>
            {status.sentence}
          </StatusDot>
        ) : null}
      </div>
      <ActionForm action={testAlertAction}>
        <SubmitButton look="secondary" size="sm" busy="Asking …">
          <FlaskConical aria-hidden="true" />
          Send a test alert
        </SubmitButton>
      </ActionForm>
    </div>
  );
}
