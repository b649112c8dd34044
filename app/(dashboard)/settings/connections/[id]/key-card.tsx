import { LinkButton } from '#app/_components/button.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Card } from '#app/_components/card.tsx';
import { longDay, utcTime } from '#app/_components/time-format.ts';
import { warningWords } from '#lib/connections/note-words.ts';
import type { ConnectionRow } from '#lib/connections/read-connections.ts';
import { KeyPlate } from '../key-plate.tsx';
import { ageInDays, keyAge } from './key-age.ts';

type KeyCardProps = { row: ConnectionRow; provider: string; now: Date; mayAct: boolean; checking: boolean };

/** What is known of the key, which is not much, and how old it is. */
export function KeyCard({ row, provider, now, mayAct, checking }: KeyCardProps) {
  const age = keyAge(row, now);
  return (
    <Card
      title="Key"
      actions={
        mayAct && !checking ? (
          <LinkButton href={`/settings/connections/${row.id}/replace`} look="secondary" size="sm">
            {row.key_set_at === null ? 'Paste another key' : 'Replace key'}
          </LinkButton>
        ) : null
      }
    >
      <KeyPlate prefix={row.key_prefix} lastFour={row.key_last_four} className="text-lg" />
      <p className="mt-1 text-sm text-ink-3">
        {row.key_set_at === null ? (
          'No key was accepted yet.'
        ) : (
          <>
            Set on {longDay(row.key_set_at.slice(0, 10)).slice(4)}, {ageInDays(row.key_set_at, now)}. Prefix and last four are all that is ever shown.
          </>
        )}
      </p>
      {age ? (
        <Callout tone={age.urgent ? 'warn' : 'info'} title={age.title} className="mt-4">
          {age.sentence}
          {row.key_expires_at ? <span className="figures"> ({utcTime(new Date(row.key_expires_at))})</span> : null}
        </Callout>
      ) : null}
      {row.key_warnings.map((code) => {
        const { title, sentence } = warningWords(code, provider);
        return (
          <Callout key={code} tone={code === 'can_manage' ? 'warn' : 'info'} title={title} className="mt-4">
            {sentence}
          </Callout>
        );
      })}
    </Card>
  );
}
