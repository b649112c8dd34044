import type { BurnUp, Point } from '../_data/burn-up.ts';

type BurnUpChartProps = { chart: BurnUp; labels: { first: string; today: string; last: string; before: string; budget: string } };

/**
 * The month as it climbs: billed so far, the band it will probably end in, last month and the budget. Drawn by the
 * server; the sentences beside it say the same, so it is nothing to a screen reader.
 */
export function BurnUpChart({ chart: { actual, before, end, budget }, labels }: BurnUpChartProps) {
  const now = actual.at(-1) ?? { x: 0, y: 0 };
  const cone = [now, end.high, end.low];
  return (
    <div className="mt-4" aria-hidden="true">
      <div className="relative h-40">
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" className="absolute inset-0 size-full overflow-visible">
          <path d="M0 1000H1000" stroke="var(--line-strong)" {...THIN} />
          {before.length > 0 ? <path d={line(before)} fill="none" stroke="var(--ink-3)" strokeOpacity="0.75" {...THIN} /> : null}
          <path d={`${line([{ x: 0, y: 0 }, ...actual])} L${now.x} 1000 Z`} fill="var(--accent)" fillOpacity="0.12" />
          <path d={`${line(cone)} Z`} fill="var(--copper)" fillOpacity="0.22" />
          <path d={line([now, end.expected])} fill="none" stroke="var(--copper)" strokeDasharray="2 5" strokeLinecap="round" {...BOLD} />
          <path d={line(actual)} fill="none" stroke="var(--accent)" strokeLinejoin="round" {...BOLD} />
          {budget === null ? null : <path d={line([{ x: 0, y: budget }, { x: 1000, y: budget }])} stroke="var(--bad)" strokeDasharray="6 4" {...THIN} />}
        </svg>
        <Dot at={now} colour="var(--accent)" />
        <Dot at={end.expected} colour="var(--copper)" />
        {budget === null ? null : (
          <span className="absolute left-0 -translate-y-full pb-0.5 text-xs leading-none text-bad" style={{ top: `${100 - budget / 10}%` }}>
            {labels.budget}
          </span>
        )}
        {before.length > 0 ? <Legend text={labels.before} /> : null}
      </div>
      <div className="relative mt-1 flex h-4 justify-between text-xs text-ink-3">
        <span>{labels.first}</span>
        {now.x > 180 && now.x < 820 ? (
          <span className="absolute -translate-x-1/2 font-medium text-ink-2" style={{ left: `${now.x / 10}%` }}>
            {labels.today}
          </span>
        ) : null}
        <span>{labels.last}</span>
      </div>
    </div>
  );
}

const THIN = { strokeWidth: 1.25, vectorEffect: 'non-scaling-stroke' } as const;
const BOLD = { strokeWidth: 2.5, vectorEffect: 'non-scaling-stroke' } as const;

function line(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${1000 - y}`).join(' ');
}

function Dot({ at, colour }: { at: Point; colour: string }) {
  return <span className="absolute size-2.5 -translate-1/2 rounded-full ring-2 ring-surface" style={{ left: `${at.x / 10}%`, top: `${100 - at.y / 10}%`, background: colour }} />;
}

/** In the corner that a climbing line leaves empty. */
function Legend({ text }: { text: string }) {
  return (
    <span className="absolute right-0 bottom-2 flex items-center gap-1.5 text-xs text-ink-3">
      <span className="h-px w-4 bg-ink-3" />
      {text}
    </span>
  );
}
