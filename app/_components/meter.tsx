import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { formatPercent } from './figure-format.ts';

export type MeterLevel = 'calm' | 'near' | 'over';

/** Over at 100 %, near from the highest threshold below it that was reached (at least 75 %), else calm. */
export function meterLevel(basisPoints: number): MeterLevel {
  return basisPoints >= 10_000 ? 'over' : basisPoints >= 7_500 ? 'near' : 'calm';
}

const FILL: Record<MeterLevel, string> = { calm: 'bg-accent', near: 'bg-meter-near', over: 'bg-bad' };
const WORDS: Record<MeterLevel, string> = { calm: 'text-ink', near: 'text-warn', over: 'text-bad' };

type MeterProps = {
  label: string;
  /** Share of the budget in basis points (8040 = 80.4 %); null when spend is unknown. */
  basisPoints: number | null;
  /** Threshold percents to mark, e.g. [50, 80, 100]. */
  thresholds: readonly number[];
  /** Above the bar, e.g. "$402.10 of $500.00". */
  children: ReactNode;
};

/** A budget as a gauge: the fill is what is spent, the ticks are where a warning is sent. */
export function Meter({ label, basisPoints, thresholds, children }: MeterProps) {
  const level = basisPoints === null ? 'calm' : meterLevel(basisPoints);
  // The scale reaches past 100 % when a budget is overrun, so that the overrun can be seen.
  const scale = Math.max(10_000, basisPoints ?? 0, ...thresholds.map((t) => t * 100));
  const at = (points: number) => `${Math.min(100, (points * 100) / scale)}%`;
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <span className="min-w-0">{children}</span>
        <span className={cx('figures font-semibold', basisPoints === null ? 'text-warn' : WORDS[level])}>{basisPoints === null ? 'unknown' : formatPercent(basisPoints)}</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={scale / 100}
        aria-valuenow={(basisPoints ?? 0) / 100}
        aria-valuetext={basisPoints === null ? 'unknown' : `${formatPercent(basisPoints)} of the budget`}
        className="relative mt-1.5"
      >
        <div className="h-2.5 overflow-hidden rounded-full bg-inset ring-1 ring-line ring-inset">
          {basisPoints === null ? null : <div className={cx('h-full rounded-full', FILL[level])} style={{ width: at(Math.max(0, basisPoints)) }} />}
        </div>
        <div className="relative h-5 text-xs text-ink-3" aria-hidden="true">
          {thresholds.map((t, i) => (
            <span key={t} className={cx('absolute top-0 flex flex-col', t * 100 >= scale ? 'items-end -translate-x-full' : 'items-center -translate-x-1/2')} style={{ left: at(t * 100) }}>
              <span className="h-1 w-px bg-line-strong" />
              {/* Two labels on one spot can be read by nobody: the higher one is kept. */}
              <span className={cx('figures leading-4', isCrowded(t, thresholds[i + 1], scale) && 'invisible')}>{t}%</span>
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

/** @param next the threshold to the right, if any. True when their labels would touch on a phone. */
function isCrowded(percent: number, next: number | undefined, scale: number): boolean {
  return next !== undefined && (next - percent) * 100 < scale / 8;
}
