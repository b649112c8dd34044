import Form from 'next/form';
import { Button, LinkButton } from '#app/_components/button.tsx';
import { Select } from '#app/_components/field.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import type { ConnectionName } from '#lib/connections/read-connections.ts';
import { OUTCOMES, OUTCOME_WORDS } from './outcomes.ts';

type FilterFormProps = { connections: readonly ConnectionName[]; connection: string | undefined; outcome: string | undefined };

/** The filters are the address: a filtered page can be sent to somebody. */
export function FilterForm({ connections, connection, outcome }: FilterFormProps) {
  return (
    <Form action="/settings/security" className="flex flex-wrap items-end gap-3">
      <div className="min-w-0 flex-1 basis-52 sm:max-w-72">
        <Select name="connection" label="Connection" defaultValue={connection ?? ''}>
          <option value="">All connections</option>
          {connections.map((row) => (
            <option key={row.id} value={row.id}>
              {row.label} ({providerName(row.provider)}
              {row.status === 'purged' ? ', purged' : ''})
            </option>
          ))}
        </Select>
      </div>
      <div className="min-w-0 flex-1 basis-40 sm:max-w-52">
        <Select name="outcome" label="Outcome" defaultValue={outcome ?? ''}>
          <option value="">All outcomes</option>
          {OUTCOMES.map((value) => (
            <option key={value} value={value}>
              {OUTCOME_WORDS[value]}
            </option>
          ))}
        </Select>
      </div>
      <Button type="submit" look="secondary">
        Filter
      </Button>
      {connection || outcome ? (
        <LinkButton look="ghost" href="/settings/security">
          Show all
        </LinkButton>
      ) : null}
    </Form>
  );
}
