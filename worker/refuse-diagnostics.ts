/**
 * Node's own ways of writing out a process's memory. In production the worker refuses to start with one of them switched
 * on: for moments its memory holds a plaintext.
 */
import { writeFileSync } from 'node:fs';
import { EnvError } from '#lib/env.ts';

const FLAG = /^--(?:inspect(?:-[a-z-]+)?|debug(?:-[a-z-]+)?|(?:experimental-)?report-[a-z-]+|heapsnapshot-[a-z-]+|heap-prof(?:-[a-z-]+)?|abort-on-uncaught-exception|diagnostic-dir)(?:=.*)?$/;

export interface DiagnosticState {
  /** The command line's and those of NODE_OPTIONS. */
  flags: readonly string[];
  /** A debugger can attach now. */
  inspecting: boolean;
  /** Reports are written on some event. */
  reporting: boolean;
}

/** What is wrong, in words for the operator. Pure. */
export function diagnosticProblems({ flags, inspecting, reporting }: DiagnosticState): string[] {
  const found = flags.filter((flag) => FLAG.test(flag)).map((flag) => flag.replace(/=.*/, ''));
  const problems = [...new Set(found)].map((flag) => `${flag} can write out memory that holds keys: start without it`);
  if (inspecting && found.length === 0) problems.push('a debugger can attach: start without --inspect');
  if (reporting && found.length === 0) problems.push('diagnostic reports are switched on: start without them');
  return problems;
}

/** @throws EnvError */
export function refuseDiagnostics(state: DiagnosticState): void {
  const problems = diagnosticProblems(state);
  if (problems.length > 0) throw new EnvError('worker', problems);
}

/**
 * Asks Linux to leave all memory out of a core dump of this process. Its size limit cannot be set from within.
 * @returns false where that is not possible
 */
export function emptyCoreDumps(): boolean {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
    return true;
  } catch {
    return false;
  }
}
