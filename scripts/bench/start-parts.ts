/** The parts of a start, read from the progress lines that the command prints. Pure. */

export interface Part {
  readonly name: string;
  readonly seconds: number;
}

/** `  3.4 s  Starting PostgreSQL: done in 1.2 s` is one; every other line is none. */
export function partsOf(line: string): Part[] {
  const [, name, seconds] = /^\s*\d+\.\d s {2}(.+): done in (\d+\.\d) s$/.exec(line) ?? [];
  return name === undefined ? [] : [{ name, seconds: Number(seconds) }];
}
