/** Says the same thing once in a while: a server that is away fails every connection, several times a second. */
import { describeError } from '#lib/describe-error.ts';
import type { Logger } from '#lib/log.ts';

export function quietly(log: Logger, event: string, everyMs = 30_000): (error: Error) => void {
  const heard = new Map<string, { at: number; left: number }>();
  return (err) => {
    const { name, code = '' } = describeError(err);
    const key = `${name} ${code}`;
    const last = heard.get(key);
    const now = performance.now();
    if (last && now - last.at < everyMs) {
      last.left += 1;
      return;
    }
    heard.set(key, { at: now, left: 0 });
    log.warn({ err, ...(last && last.left > 0 ? { unsaid: last.left } : {}) }, event);
  };
}
