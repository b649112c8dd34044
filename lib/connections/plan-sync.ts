/** "Sync now" becomes a run, once; the run ends the request when it ends itself. */
import { endRequest, type SyncRequest } from '#lib/connections/claim-request.ts';
import { callValue } from '#lib/db/call.ts';
import { inTransaction, type Pool } from '#lib/db/pool.ts';

/** @returns the run's id; null when there was nothing to do any more */
export async function planSyncNow(pool: Pool, request: SyncRequest): Promise<string | null> {
  return inTransaction(pool, async (tx) => {
    if (!(await endRequest(tx, request, { state: 'running' }))) return null;
    return callValue<string>(tx, 'worker_plan_sync_now', [request.orgId, request.requestId, request.connectionId]);
  });
}
