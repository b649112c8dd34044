/** What the worker's parts share. Made once, at the start, from checked settings. */
import { hostname } from 'node:os';
import { readNoteSigner } from '#lib/audit/signed-note.ts';
import { databaseLedger } from '#lib/audit/ledger.ts';
import { VERIFY_FAILURE_CODES } from '#lib/connections/verdict.ts';
import { createPool, type Pool } from '#lib/db/pool.ts';
import { createMailer, RESEND_BASE_URL, type Mailer } from '#lib/email/send.ts';
import type { WorkerEnv } from '#lib/env.ts';
import { createHttp, mailFetch, parseUrl, type Http } from '#lib/http.ts';
import type { Logger } from '#lib/log.ts';
import { PROVIDER_ERROR_CODES } from '#lib/providers/contract.ts';
import { parseHostAllowlist } from '#lib/providers/hosts.ts';
import { RUN_FAILURE_CODES } from '#lib/usage/outcome.ts';
import { loadVaultKeys, type VaultKeys } from '#lib/vault/load-keys.ts';
import { openKey, type OpenRequest, type Opening } from '#lib/vault/open.ts';
import type { Secret } from '#lib/vault/secret.ts';
import { providerReach, type ReachProvider } from '#worker/provider-reach.ts';

export interface WorkerContext {
  env: WorkerEnv;
  log: Logger;
  pool: Pool;
  vault: VaultKeys;
  /** `<host>:<process id>`, as the audit trail names it. */
  workerId: string;
  openKey: <T>(request: OpenRequest, use: (secret: Secret, opening: Opening) => Promise<T>) => Promise<T>;
  reachProvider: ReachProvider;
  mailer: Mailer;
  signing: { pool: Pool; signingKey: ReturnType<typeof readNoteSigner>['privateKey']; log: Logger };
  /** Fires with a `RunInterrupted` when running jobs must end. */
  stopping: AbortSignal;
  /** Ends the connections that are left. */
  close(): Promise<void>;
}

/** @throws VaultError, NoteKeyError or RangeError naming the setting that is wrong, never its value */
export function createContext(env: WorkerEnv, log: Logger, stopping: AbortSignal): WorkerContext {
  const vault = loadVaultKeys(env);
  const signingKey = readNoteSigner(env.AUDIT_SIGNING_KEY).privateKey;
  const reach = providerReach(env, parseHostAllowlist(env.PROVIDER_HOST_ALLOWLIST));
  const mailHttp = mailDispatcher(env);
  const pool = createPool({
    connectionString: env.DATABASE_URL,
    // A job uses one connection at a time, its lease now and then another; the relay and the clock use one each.
    max: env.WORKER_CONCURRENCY + 6,
    applicationName: 'keymeter-worker',
    onIdleError: (err) => log.warn({ err }, 'database_connection_lost'),
  });
  const vaultDependencies = {
    ledger: databaseLedger(pool),
    keyring: vault.keyring,
    intakeKeys: vault.intakeKeys,
    failureCodes: [...PROVIDER_ERROR_CODES, ...VERIFY_FAILURE_CODES, ...RUN_FAILURE_CODES],
    onOutcomeLost: ({ orgId, seq, outcome, cause }: { orgId: string; seq: string; outcome: object; cause: unknown }) =>
      log.error({ err: cause, org: orgId, seq, outcome }, 'opening_outcome_lost'),
  };
  return {
    env,
    log,
    pool,
    vault,
    workerId: `${hostname().slice(0, 60)}:${process.pid}`,
    openKey: (request, use) => openKey(vaultDependencies, request, use),
    reachProvider: reach.reachProvider,
    mailer: createMailer({ apiKey: env.RESEND_API_KEY, from: env.MAIL_FROM, baseUrl: env.RESEND_BASE_URL, http: mailFetch(mailHttp) }),
    signing: { pool, signingKey, log },
    stopping,
    async close() {
      await Promise.all([pool.end(), reach.close(), mailHttp.close()]);
    },
  };
}

function mailDispatcher(env: WorkerEnv): Http {
  const { host } = parseUrl(env.RESEND_BASE_URL ?? RESEND_BASE_URL);
  return createHttp({ purpose: 'mail', allowedHosts: [host], allowLoopback: env.KEYMETER_ALLOW_LOOPBACK });
}
