import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Card } from '#app/_components/card.tsx';
import { Input, Select } from '#app/_components/field.tsx';
import type { ConnectionRow } from '#lib/connections/read-connections.ts';
import { submitInterval, submitName } from '../actions.ts';

export function SettingsCard({ row }: { row: ConnectionRow }) {
  return (
    <Card title="Settings">
      <div className="grid gap-6 sm:grid-cols-2">
        <ActionForm action={submitName} done="Renamed.">
          <input type="hidden" name="connectionId" value={row.id} />
          <Input name="label" label="Name" defaultValue={row.label} maxLength={80} autoComplete="off" required />
          <div>
            <SubmitButton size="sm" look="secondary" busy="Renaming…">
              Rename
            </SubmitButton>
          </div>
        </ActionForm>
        <ActionForm action={submitInterval} done="The interval is changed.">
          <input type="hidden" name="connectionId" value={row.id} />
          <Select name="minutes" label="Sync" defaultValue={String(row.sync_interval_minutes)}>
            <option value="60">Every hour</option>
            <option value="360">Every 6 hours</option>
          </Select>
          <div>
            <SubmitButton size="sm" look="secondary" busy="Saving…">
              Save
            </SubmitButton>
          </div>
        </ActionForm>
      </div>
    </Card>
  );
}
