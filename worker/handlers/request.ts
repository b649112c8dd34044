/** A row of `work_requests`: a pasted key, "sync now", a test alert. */
import { sendTestAlert } from '#lib/alerts/test-alert.ts';
import { claimRequest, endRequest, type KeyRequest, type TestAlertRequest } from '#lib/connections/claim-request.ts';
import { planSyncNow } from '#lib/connections/plan-sync.ts';
import { refuseKey } from '#lib/connections/refuse-key.ts';
import { verdictOn } from '#lib/connections/verdict.ts';
import { verifyKey } from '#lib/connections/verify-key.ts';
import { inTransaction } from '#lib/db/pool.ts';
import type { WorkerContext } from '#worker/context.ts';

const TEST_ALERT_TRIES = 3;
const AGAIN_MS = 10_000;
/** A request that ended so many workers is the likely cause: it is ended before it ends another. */
const ABANDONED_AT_MOST = 3;

export async function handleRequest(context: WorkerContext, requestId: string, jobId: string): Promise<void> {
  const request = await claimRequest(context.pool, requestId);
  if (!request) return;
  if (request.abandoned >= ABANDONED_AT_MOST && request.kind !== 'sync_now') return giveUp(context, request);
  if (request.kind === 'test_alert') return testAlert(context, request);
  if (request.kind === 'sync_now') {
    const runId = await planSyncNow(context.pool, request);
    context.log.info({ org: request.orgId, request: requestId, run: runId }, 'sync_planned');
    return;
  }
  return keyRequest(context, request, jobId);
}

async function giveUp({ pool, log, workerId }: WorkerContext, request: KeyRequest | TestAlertRequest): Promise<void> {
  log.error({ org: request.orgId, request: request.requestId, kind: request.kind, abandoned: request.abandoned }, 'request_given_up');
  if (request.kind === 'test_alert') await endRequest(pool, request, { state: 'failed', code: 'internal' });
  else await refuseKey(pool, request, 'internal', workerId);
}

async function keyRequest(context: WorkerContext, request: KeyRequest, jobId: string): Promise<void> {
  const { pool, vault, workerId } = context;
  const log = context.log.child({ org: request.orgId, request: request.requestId, connection: request.connectionId, kind: request.kind });
  try {
    await verifyKey({ ...context, keyring: vault.keyring, fingerprintKey: vault.fingerprintKey }, request, jobId, context.stopping);
    log.info({ provider: request.provider }, 'key_accepted');
  } catch (err) {
    const verdict = verdictOn(err, request.attempts);
    log.warn({ err, verdict }, 'key_not_accepted');
    if (verdict.kind === 'refuse') await refuseKey(pool, request, verdict.code, workerId);
    if (verdict.kind === 'again') await endRequest(pool, request, { state: 'waiting', code: verdict.code, afterMs: verdict.afterMs });
  }
}

async function testAlert({ pool, env, log }: WorkerContext, request: TestAlertRequest): Promise<void> {
  const { orgId, requestId, createdBy, attempts } = request;
  try {
    const sent = await inTransaction(pool, async (tx) => {
      const result = createdBy ? await sendTestAlert(tx, { orgId, userId: createdBy, requestId, appUrl: env.APP_URL }) : { messages: 0 };
      await endRequest(tx, request, result.messages > 0 ? { state: 'done' } : { state: 'failed', code: 'nobody_to_tell' });
      return result;
    });
    log.info({ org: orgId, request: requestId, messages: sent.messages }, 'test_alert_queued');
  } catch (err) {
    log.error({ err, org: orgId, request: requestId }, 'test_alert_failed');
    await endRequest(pool, request, attempts < TEST_ALERT_TRIES ? { state: 'waiting', code: 'internal', afterMs: AGAIN_MS } : { state: 'failed', code: 'internal' });
  }
}
