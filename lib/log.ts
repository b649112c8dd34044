/**
 * JSON lines by pino. Three things hold for every line: a `Secret` prints `[redacted]`, errors appear as `describeError`
 * gives them (without their messages), and the finished line is searched once more for anything shaped like a credential.
 */
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger, LoggerOptions } from 'pino';
import { describeError } from '#lib/describe-error.ts';
import { redactCredentials } from '#lib/redact.ts';

export type Logger = PinoLogger;

export interface LogSettings {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Which process: `web`, `worker`, ... */
  name: string;
  /** Standard output unless told. */
  destination?: DestinationStream;
}

/** Nesting deeper than this is cut from a line instead of being followed. */
const MAX_DEPTH = 6;

export function createLogger({ level, name, destination = pino.destination(1) }: LogSettings): Logger {
  const options: LoggerOptions = {
    level,
    name,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => withoutErrors(fields, 0) as Record<string, unknown>,
      bindings: (fields) => withoutErrors(fields, 0) as Record<string, unknown>,
    },
    serializers: { err: (value: unknown) => value },
    hooks: { logMethod: callSafely, streamWrite: redactCredentials },
  };
  return pino(options, destination);
}

/** pino takes an error's message as the line's own when none is given, and prints errors among the arguments whole. */
function callSafely(this: PinoLogger, args: Parameters<PinoLogger['info']>, method: (...args: Parameters<PinoLogger['info']>) => void): void {
  const [first, ...rest] = args as unknown[];
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  const fields = first instanceof Error ? { err: first } : first;
  const words = rest.length === 0 && error instanceof Error ? [describeError(error).name] : rest;
  const printable = words.map((word) => (word instanceof Error ? describeError(word).name : word));
  method.apply(this, [fields, ...printable] as Parameters<PinoLogger['info']>);
}

/** The same fields with every error in them described. Objects with a `toJSON` (dates, secrets, money) speak for themselves. */
function withoutErrors(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value === 'bigint') return value.toString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (depth >= MAX_DEPTH) return '[cut]';
  if (Array.isArray(value)) return value.map((item) => withoutErrors(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutErrors(item, depth + 1)]));
}
