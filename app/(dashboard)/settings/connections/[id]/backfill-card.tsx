import { Badge, type Tone } from '#app/_components/badge.tsx';
import { Card } from '#app/_components/card.tsx';
import { formatCount } from '#app/_components/figure-format.ts';
import { Progress } from '#app/_components/progress.tsx';
import { codeWords } from '#lib/connections/sentences.ts';
import type { RunRow } from '#lib/connections/read-connections.ts';
import { dayRange, wholeDays } from './day-range.ts';

type PartState = RunRow['state'] | 'tries_again';
const STATES: Readonly<Record<PartState, { word: string; tone: Tone }>> = {
  queued: { word: 'To do', tone: 'neutral' },
  tries_again: { word: 'Tries again', tone: 'warn' },
  running: { word: 'Reading', tone: 'info' },
  done: { word: 'Read', tone: 'good' },
  dead: { word: 'Given up', tone: 'bad' },
};
const partState = ({ state, code }: RunRow): PartState => (state === 'queued' && code !== null ? 'tries_again' : state);

/** The first read, in parts, newest days first. */
export function BackfillCard({ parts, provider }: { parts: readonly RunRow[]; provider: string }) {
  const done = parts.filter(({ state }) => state === 'done').length;
  const days = parts.reduce((sum, part) => sum + wholeDays(part), 0);
  const readDays = parts.filter(({ state }) => state === 'done').reduce((sum, part) => sum + wholeDays(part), 0);
  return (
    <Card title="Reading the past" hint={`${days} days, the newest first. Pages fill as the parts come in.`}>
      <Progress label="Days read" done={done} total={parts.length} note={`${readDays} of ${days} days`} />
      <ul className="mt-4 grid gap-2 sm:grid-cols-3">
        {parts.map((part) => (
          <li key={part.id} className="min-h-16 rounded-control border border-line px-3 py-2 text-sm">
            <div className="flex items-center justify-between gap-2">
              <span className="figures font-medium whitespace-nowrap">{dayRange(part)}</span>
              <Badge tone={STATES[partState(part)].tone}>{STATES[partState(part)].word}</Badge>
            </div>
            <p className="figures text-ink-3">{partSentence(part, provider)}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function partSentence({ state, code, rows_written: rows }: RunRow, provider: string): string {
  if (state === 'done') return `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  if (state === 'running') return `Asking ${provider}…`;
  return code === null ? 'In turn' : codeWords(code, provider).short;
}
