/**
 * What providers do to days that seemed closed: the figures change, a row disappears, a row moves to another key. A
 * correction changes the world itself, so that the endpoints and the totals agree about the new truth.
 */
import type { Day } from '#lib/day.ts';
import { SECONDS_PER_DAY, type StreamDay, countBetween } from './stream.ts';

export type Correction =
  /** Every count of the day times (100 + percent) / 100, rounded down. */
  | { kind: 'correct_day'; day: Day; percent: number }
  /** The rows of one project and model are gone: the given ones, else the dearest. */
  | { kind: 'vanish_row'; day: Day; project?: string | null; model?: string }
  /** The rows of one project, model and key belong to another key of that project from now on. */
  | { kind: 'move_row'; day: Day; project?: string | null; model?: string; toKey?: string };

/** Which dimension holds the project (or workspace), and which keys a project has. */
export interface CorrectionContext {
  projectDimension: 'project_id' | 'workspace_id';
  keysOf(project: string | null): readonly string[];
}

export function applyCorrection(days: readonly StreamDay[], correction: Correction, context: CorrectionContext): StreamDay[] {
  switch (correction.kind) {
    case 'correct_day':
      return days.map((streamDay) => scaled(streamDay, correction.percent));
    case 'vanish_row': {
      const target = chooseTarget(days, correction, context);
      return days.filter((streamDay) => !target || !isSameRow(streamDay, target, context));
    }
    case 'move_row':
      return moved(days, correction, context);
  }
}

function scaled(streamDay: StreamDay, percent: number): StreamDay {
  const cumulative = Object.fromEntries(
    Object.entries(streamDay.cumulative).map(([counter, counts]) => [counter, counts.map((count) => Math.floor((count * (100 + percent)) / 100))]),
  );
  return { ...streamDay, cumulative };
}

function moved(days: readonly StreamDay[], correction: Correction & { kind: 'move_row' }, context: CorrectionContext): StreamDay[] {
  const keyed = days.filter((streamDay) => typeof streamDay.stream.dimensions.api_key_id === 'string');
  const movable = keyed.filter((streamDay) => otherKey(streamDay, correction.toKey, context) !== undefined);
  const target = chooseTarget(movable, correction, context);
  if (!target) return [...days];
  const from = target.stream.dimensions.api_key_id ?? null;
  const to = otherKey(target, correction.toKey, context);
  return days.map((streamDay) => {
    const { stream } = streamDay;
    if (to === undefined || stream.dimensions.api_key_id !== from || !isSameRow(streamDay, target, context)) return streamDay;
    return { ...streamDay, stream: { ...stream, dimensions: { ...stream.dimensions, api_key_id: to } } };
  });
}

function otherKey(streamDay: StreamDay, wanted: string | undefined, context: CorrectionContext): string | undefined {
  if (wanted !== undefined) return wanted;
  const { dimensions } = streamDay.stream;
  const project = dimensions[context.projectDimension];
  return context.keysOf(typeof project === 'string' ? project : null).find((key) => key !== dimensions.api_key_id);
}

function chooseTarget(days: readonly StreamDay[], wanted: { project?: string | null; model?: string }, context: CorrectionContext): StreamDay | undefined {
  const matching = days.filter(
    ({ stream }) =>
      (wanted.project === undefined || stream.dimensions[context.projectDimension] === wanted.project) &&
      (wanted.model === undefined || stream.dimensions.model === wanted.model),
  );
  let dearest: StreamDay | undefined;
  for (const candidate of matching) if (!dearest || costOf(candidate) > costOf(dearest)) dearest = candidate;
  return dearest;
}

function isSameRow(a: StreamDay, b: StreamDay, context: CorrectionContext): boolean {
  const [left, right] = [a.stream.dimensions, b.stream.dimensions];
  return left[context.projectDimension] === right[context.projectDimension] && left.model === right.model;
}

function costOf(streamDay: StreamDay): bigint {
  return streamDay.stream.charges.reduce(
    (sum, rule) => sum + BigInt(countBetween(streamDay, rule.counter, 0, SECONDS_PER_DAY)) * rule.picoUsdPerUnit,
    0n,
  );
}
