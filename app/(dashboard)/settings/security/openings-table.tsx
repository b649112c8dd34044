import Link from 'next/link';
import { Badge } from '#app/_components/badge.tsx';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import { Table, Td, Th } from '#app/_components/table.tsx';
import { purposeWords } from '#lib/audit/entry-words.ts';
import type { KeyUse } from '#lib/audit/read-audit.ts';
import { codeWords } from '#lib/connections/sentences.ts';
import { EntryTime } from './entry-time.tsx';
import { heldText } from './held.ts';
import { OUTCOME_TONES, OUTCOME_WORDS } from './outcomes.ts';

/** @param live ids of connections that still have a page */
export function OpeningsTable({ uses, live }: { uses: readonly KeyUse[]; live: ReadonlySet<string> }) {
  return (
    <Table label="Openings of keys, newest first">
      <thead>
        <tr>
          <Th>Time</Th>
          <Th>What for</Th>
          <Th>Outcome</Th>
          <Th numeric>Held</Th>
          <Th numeric>Calls</Th>
          <Th>Worker and job</Th>
          <Th numeric>Entries</Th>
        </tr>
      </thead>
      <tbody>
        {uses.map((use) => (
          <tr key={use.seq}>
            <Td>
              <EntryTime at={use.at} />
            </Td>
            <Td className="min-w-32 sm:min-w-44">
              <span className="font-medium">{purposeWords(use.purpose)}</span>
              <span className="flex items-center gap-2 text-ink-3">
                <span className="size-2 shrink-0 rounded-[2px]" style={{ background: providerColour(use.provider) }} aria-hidden="true" />
                <span>
                  {use.connection_label === providerName(use.provider) ? null : `${providerName(use.provider)}, `}
                  {live.has(use.connection_id) ? (
                    <Link href={`/settings/connections/${use.connection_id}`} className="inline-flex min-h-6 min-w-6 items-center justify-end underline decoration-line-strong/60 underline-offset-2 hover:text-ink">
                      {use.connection_label}
                    </Link>
                  ) : (
                    `${use.connection_label ?? 'unknown'}, purged`
                  )}
                </span>
              </span>
            </Td>
            <Td className="sm:min-w-36">
              <Outcome use={use} />
            </Td>
            <Td numeric>{use.held_us === null ? '–' : heldText(use.held_us)}</Td>
            <Td numeric>{use.calls ?? '–'}</Td>
            <Td>
              <code className="block max-w-44 truncate font-mono text-xs" title={use.worker}>
                {use.worker}
              </code>
              <code className="block max-w-44 truncate font-mono text-xs text-ink-3" title={use.job}>
                {use.job}
              </code>
            </Td>
            <Td numeric>
              <TrailLink seq={use.seq} />
              {use.outcome_seq ? (
                <span className="block text-ink-3">
                  <TrailLink seq={use.outcome_seq} />
                </span>
              ) : null}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Outcome({ use }: { use: KeyUse }) {
  return (
    <>
      <Badge tone={OUTCOME_TONES[use.outcome]}>{OUTCOME_WORDS[use.outcome]}</Badge>
      {use.code ? <span className="mt-1 block text-ink-2">{codeWords(use.code, providerName(use.provider)).short}</span> : null}
      {use.outcome === 'unfinished' ? <span className="mt-1 block text-ink-3">Its worker ended without a word.</span> : null}
    </>
  );
}

/** The trail from this entry downwards. */
function TrailLink({ seq }: { seq: string }) {
  return (
    <Link href={`/settings/security/entries?before=${BigInt(seq) + 1n}`} aria-label={`Entry ${seq} in the trail`} className="inline-flex min-h-6 min-w-6 items-center justify-end underline decoration-line-strong/60 underline-offset-2 hover:text-ink">
      {seq}
    </Link>
  );
}
