/** What every benchmark is: a name, what it says of itself, and a run that prints tables and asserts no time. */
import type { Progress } from '#scripts/stack/progress.ts';

export interface Bench {
  /** One line for the list. */
  readonly says: string;
  /** Repetitions unless `--times` says otherwise. */
  readonly times: number;
  run(bench: BenchRun): Promise<void>;
}

export interface BenchRun {
  readonly times: number;
  /** How many usage rows, where that is asked. */
  readonly rows: number;
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Prints a result, with an empty line before it. */
  print(text: string): void;
}
