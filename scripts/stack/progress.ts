/** Plain progress lines with elapsed seconds: readable in a terminal, in a log file and in CI alike. */

export interface Progress {
  /** Prints one line. */
  line(text: string): void;
  /**
   * Announces a step, repeats a sign of life every ten seconds while it runs, and prints how long it took.
   * `note` replaces what the sign of life says ("57 of 90 days").
   */
  step<T>(label: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
}

/** Lines go to stdout unless another sink is given. */
export function startProgress(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Progress {
  const begin = performance.now();
  const line = (text: string) => write(`${elapsed(begin)}  ${text}`);
  return {
    line,
    async step(label, work) {
      const stepBegin = performance.now();
      let latest = '';
      line(`${label} ...`);
      const alive = setInterval(() => line(`${label} ... ${latest || 'still working'} (${seconds(stepBegin)} s)`), 10_000);
      try {
        const result = await work((text) => void (latest = text));
        line(`${label}: done in ${seconds(stepBegin)} s`);
        return result;
      } finally {
        clearInterval(alive);
      }
    },
  };
}

/** Says nothing; for tests that start parts of the stack. */
export const silent: Progress = { line() {}, step: (_label, work) => work(() => {}) };

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);
const elapsed = (since: number): string => `${seconds(since).padStart(6)} s`;
