/** A pasted key that is not accepted: its sealed form is destroyed and the page says why, in one transaction. */
import { endRequest, type KeyRequest } from '#lib/connections/claim-request.ts';
import { callValue } from '#lib/db/call.ts';
import { inTransaction, type Pool } from '#lib/db/pool.ts';

/** A connection whose replacement was refused keeps the key it had. @returns false when the request was ended meanwhile */
export async function refuseKey(pool: Pool, request: KeyRequest, code: string, workerId: string): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    if (!(await endRequest(tx, request, { state: 'failed', code }))) return false;
    await callValue(tx, 'worker_refuse_intake', [request.orgId, request.connectionId, 'admin_key', code, workerId]);
    return true;
  });
}
