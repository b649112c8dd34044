/** Keeps a run's lease while it works, and tells when it is lost. */
import type { Pool } from '#lib/db/pool.ts';
import { LEASE_SECONDS, renewLease, type ClaimedRun } from '#lib/usage/claim.ts';
import { RunInterrupted } from '#lib/usage/outcome.ts';

export interface KeptLease {
  /** Fires with a `RunInterrupted` once another worker has the run. */
  readonly signal: AbortSignal;
  /** Ends the renewing; resolves when none is under way. To be called before the writing transaction, which locks the run. */
  stop(): Promise<void>;
}

const RENEW_MS = (LEASE_SECONDS / 3) * 1000;

/** @param onError hears of a renewal that failed; the next one may succeed, and the fence guards every write anyway */
export function keepLease(pool: Pool, run: ClaimedRun, onError: (error: unknown) => void, everyMs = RENEW_MS): KeptLease {
  const lost = new AbortController();
  let under: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      if (!(await renewLease(pool, run))) lost.abort(new RunInterrupted('lease_lost'));
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(() => {
    under = under.then(renew);
  }, everyMs);
  return {
    signal: lost.signal,
    async stop() {
      clearInterval(timer);
      await under;
    },
  };
}
