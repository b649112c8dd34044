/**
 * Answers that take the same time whether an address is known or not: Auth compares a password or sends a mail only for
 * known ones, and a stopwatch would tell.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Not before `ms` have passed. */
export async function notBefore<T>(ms: number, work: Promise<T>): Promise<T> {
  const [result] = await Promise.all([settle(work), sleep(ms)]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** After `ms`, whatever the work does: its result, or null when it is not done yet (it goes on; keep it alive). */
export async function exactlyAfter<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let result: PromiseSettledResult<T> | null = null;
  const watched = settle(work).then((settled) => {
    result = settled;
  });
  void watched;
  await sleep(ms);
  const settled = result as PromiseSettledResult<T> | null;
  if (settled?.status === 'rejected') throw settled.reason;
  return settled?.value ?? null;
}

async function settle<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
