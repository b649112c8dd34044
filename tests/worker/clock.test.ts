import { describe, expect, it } from 'vitest';
import { createLogger } from '#lib/log.ts';
import { startClock } from '#worker/clock.ts';

const log = createLogger({ level: 'silent', name: 'test' });

describe('the clock', () => {
  it('ticks every second, goes on after a task that fails, and never runs one task twice at once', async () => {
    const counts = { fails: 0, hangs: 0 };
    const clock = startClock(
      [
        { name: 'fails', pattern: '* * * * * *', run: () => Promise.reject(new Error(`${(counts.fails += 1)}`)) },
        { name: 'hangs', pattern: '* * * * * *', run: () => new Promise(() => void (counts.hangs += 1)) },
      ],
      log,
    );
    try {
      await expect.poll(() => counts.fails, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
      expect(counts.hangs).toBe(1);
      expect(clock.ticking).toBe(true);
    } finally {
      await clock.stop();
    }
    const stopped = counts.fails;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(counts.fails).toBe(stopped);
  });
});
