import { createLogger, type Logger } from '#lib/log.ts';
import { webEnv } from './env.ts';

let logger: Logger | undefined;

/** Web's log: JSON lines on standard output, credentials redacted, errors without their messages. */
export function log(): Logger {
  logger ??= createLogger({ level: webEnv().LOG_LEVEL, name: 'web' });
  return logger;
}
