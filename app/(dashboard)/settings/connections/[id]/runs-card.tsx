import { Badge, type Tone } from '#app/_components/badge.tsx';
import { Card } from '#app/_components/card.tsx';
import { EmptyState } from '#app/_components/empty-state.tsx';
import { formatCount } from '#app/_components/figure-format.ts';
import { RowTh, Table, Td, Th } from '#app/_components/table.tsx';
import { RelativeTime } from '#app/_components/time.tsx';
import { noteWords } from '#lib/connections/note-words.ts';
import type { RunRow } from '#lib/connections/read-connections.ts';
import { codeWords } from '#lib/connections/sentences.ts';
import { dayRange } from './day-range.ts';
import { runTook } from './run-time.ts';

const KINDS: Readonly<Record<RunRow['kind'], string>> = { scheduled: 'Scheduled', sync_now: 'Asked for', backfill: 'First read' };
const STATES: Readonly<Record<RunRow['state'], { word: string; tone: Tone }>> = {
  queued: { word: 'Planned', tone: 'neutral' },
  running: { word: 'Running', tone: 'info' },
  done: { word: 'Done', tone: 'good' },
  dead: { word: 'Failed', tone: 'bad' },
};

/** What the last runs did, newest first. */
export function RunsCard({ runs, provider }: { runs: readonly RunRow[]; provider: string }) {
  if (runs.length === 0) {
    return (
      <Card title="Last runs">
        <EmptyState title="No run yet">Once the key is accepted, the first read begins by itself.</EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Last runs" hint="Days are UTC. A day that is read again is replaced as a whole." flush>
      <Table label="Last runs">
        <thead>
          <tr>
            <Th>Days</Th>
            <Th>Outcome</Th>
            <Th wideOnly>When</Th>
            <Th numeric wideOnly>
              Tries
            </Th>
            <Th numeric wideOnly>
              Calls
            </Th>
            <Th numeric>Rows</Th>
            <Th numeric wideOnly>
              Took
            </Th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <RowTh>
                <span className="figures whitespace-nowrap">{dayRange(run)}</span>
                <span className="block text-xs font-normal text-ink-3">{KINDS[run.kind]}</span>
              </RowTh>
              <Td>
                <Outcome run={run} provider={provider} />
              </Td>
              <Td wideOnly className="whitespace-nowrap text-ink-2">
                <RelativeTime at={run.finished_at ?? run.started_at ?? run.planned_at} />
              </Td>
              <Td numeric wideOnly>
                {run.attempts}
              </Td>
              <Td numeric wideOnly>
                {formatCount(run.calls)}
              </Td>
              <Td numeric>{formatCount(run.rows_written)}</Td>
              <Td numeric wideOnly>
                {runTook(run.started_at, run.finished_at)}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Outcome({ run, provider }: { run: RunRow; provider: string }) {
  const { word, tone } = STATES[run.state];
  const trouble = run.code !== null && run.state !== 'done' ? codeWords(run.code, provider).short : null;
  return (
    <div className="sm:min-w-36">
      <Badge tone={trouble && run.state === 'queued' ? 'warn' : tone}>{trouble && run.state === 'queued' ? 'Tries again' : word}</Badge>
      {trouble ? <p className="mt-1 text-ink-2">{trouble}</p> : null}
      {run.notes.map((note) => (
        <p key={note} className="mt-1 max-w-md text-xs text-ink-3">
          {noteWords(note)}
        </p>
      ))}
    </div>
  );
}
