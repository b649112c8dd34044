/**
 * An error as a log may hold it. Messages are left out: a parser, a URL, a header or a database error quotes what it was
 * given, and that may have been a secret or a customer's data. What is kept finds the fault all the same: the class, its
 * code, the names a database gives (constraint, table), our own `detail`, and the lines of code it came through.
 */
export interface DescribedError {
  name: string;
  code?: string;
  /** Only of our own errors, whose contract is that it holds our own words. */
  detail?: string;
  status?: number;
  syscall?: string;
  constraint?: string;
  schema?: string;
  table?: string;
  column?: string;
  routine?: string;
  /** `at` lines only; the line above them would be the message. */
  stack?: string[];
  cause?: DescribedError;
}

const MAX_CAUSES = 4;
const MAX_FRAMES = 12;
const FRAME = /^at \S.*(?::\d+:\d+\)?|\(<anonymous>\)|\(native\))$/;
const IDENTIFIER = /^[\w$. -]{1,80}$/;
/** Our own closed codes; Postgres, PostgREST and Node use capitals and digits first. */
const OWN_CODE = /^[a-z][a-z0-9_]*$/;

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: `thrown ${error === null ? 'null' : typeof error}` };
  const given = error as Error & Record<string, unknown>;
  const described: DescribedError = { name: identifier(error.name) ?? 'Error' };
  for (const key of ['code', 'syscall', 'constraint', 'schema', 'table', 'column', 'routine'] as const) {
    const value = identifier(given[key]);
    if (value !== undefined) described[key] = value;
  }
  if (typeof given.status === 'number') described.status = given.status;
  if (typeof given.detail === 'string' && given.detail !== '' && OWN_CODE.test(described.code ?? '')) described.detail = given.detail;
  const frames = stackFrames(error);
  if (frames.length > 0) described.stack = frames;
  if (error.cause !== undefined && depth < MAX_CAUSES) described.cause = describeError(error.cause, depth + 1);
  return described;
}

function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;
}

function stackFrames(error: Error): string[] {
  // The message goes first, because one of its own lines may look like a frame.
  const lines = typeof error.stack === 'string' ? error.stack.replace(error.message, '').split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => FRAME.test(line)).slice(0, MAX_FRAMES);
}
