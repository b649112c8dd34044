import { ChevronRight } from 'lucide-react';
import { CopyButton } from '#app/_components/copy-button.tsx';
import { RowTh, Table, Td, Th } from '#app/_components/table.tsx';
import { actionWords, actorWords, entryDetail } from '#lib/audit/entry-words.ts';
import type { TrailEntry } from '#lib/audit/read-audit.ts';
import { EntryTime } from '../entry-time.tsx';
import { Hash } from '../hash.tsx';

export function TrailTable({ entries }: { entries: readonly TrailEntry[] }) {
  return (
    <Table label="All entries, newest first">
      <thead>
        <tr>
          <Th>Entry</Th>
          <Th>Time</Th>
          <Th>What</Th>
          <Th>Who</Th>
          <Th wideOnly>Hash</Th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq}>
            <RowTh className="figures">{entry.seq}</RowTh>
            <Td>
              <EntryTime at={entry.at} />
            </Td>
            <Td className="w-full min-w-44 sm:min-w-52">
              <Verbatim entry={entry} />
            </Td>
            <Td className="whitespace-nowrap">{actorWords(entry)}</Td>
            <Td wideOnly>
              <Hash hex={entry.hash} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** In words; opened, the very characters that were hashed, with both hashes. */
function Verbatim({ entry }: { entry: TrailEntry }) {
  const detail = entryDetail(entry.action, entry.body);
  return (
    <details className="group">
      <summary className="-mx-2 -my-1 flex list-none gap-2 rounded-control px-2 py-1 hover:bg-inset [&::-webkit-details-marker]:hidden">
        <ChevronRight className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform group-open:rotate-90" aria-hidden="true" />
        <span className="min-w-0">
          <span className="font-medium">{actionWords(entry.action)}</span>
          {detail ? <span className="block max-w-xl text-ink-3">{detail}</span> : null}
        </span>
      </summary>
      <div className="mt-2 max-w-2xl rounded-control border border-line bg-inset p-3">
        <pre className="font-mono text-xs break-all whitespace-pre-wrap">{entry.body}</pre>
        <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 font-mono text-xs">
          <dt className="text-ink-3">previous</dt>
          <dd className="break-all">{entry.prev}</dd>
          <dt className="text-ink-3">hash</dt>
          <dd className="break-all">{entry.hash}</dd>
        </dl>
        <div className="mt-3">
          <CopyButton text={entry.body} label="Copy the entry" />
        </div>
      </div>
    </details>
  );
}
