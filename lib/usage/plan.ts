/** What one run asks the provider for. */
import { addDays, dayOf } from '#lib/day.ts';
import type { ReadOptions } from '#lib/providers/contract.ts';
import type { ClaimedRun } from '#lib/usage/claim.ts';

/** Today and the two days before are read by the hour where the provider can; days further back by the day. */
const HOURLY_DAYS = 3;

export function readPlan({ from, to }: Pick<ClaimedRun, 'from' | 'to'>, now: Date): ReadOptions {
  return { from, to, hourlyFrom: addDays(dayOf(now), 1 - HOURLY_DAYS), now };
}

/** Purposes as the audit trail names them. */
export const PURPOSE_OF = { scheduled: 'scheduled_sync', sync_now: 'sync_now', backfill: 'backfill' } as const;
