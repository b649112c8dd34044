/** Checks a production environment and says what is wrong. Exit code 0 = nothing fails, 1 = something does. */
import { EnvError, readWebEnv, readWorkerEnv, requireNode, type WebEnv, type WorkerEnv } from '#lib/env.ts';
import { checkDatabase } from './doctor-database.ts';
import { checkQueue } from './doctor-queue.ts';
import { checkSupabase } from './doctor-supabase.ts';
import { fails, ok, warns, type Finding } from './finding.ts';
import { loadVaultKeys } from '#lib/vault/load-keys.ts';

export async function doctor([which = '']: readonly string[]): Promise<number> {
  if (which !== 'web' && which !== 'worker') {
    process.stderr.write('Say which process this environment is for: npm run ops -- doctor web, or ... doctor worker\n');
    return 2;
  }
  const findings = which === 'web' ? await examineWeb() : await examineWorker();
  const sign = { ok: 'ok   ', warns: 'WARN ', fails: 'FAIL ' } as const;
  for (const { grade, subject, says } of findings) process.stdout.write(`${sign[grade]} ${subject}: ${says}\n`);
  const failed = findings.filter((f) => f.grade === 'fails').length;
  const warned = findings.filter((f) => f.grade === 'warns').length;
  process.stdout.write(`\n${failed === 0 ? `${which} can start` : `${which} must not start yet`}: ${failed} failed, ${warned} to look at.\n`);
  return failed === 0 ? 0 : 1;
}

/** The environment as findings, or the parsed one. */
function readEnv<T>(name: string, read: () => T): { env: T | null; findings: Finding[] } {
  try {
    requireNode(name);
    const env = read();
    return { env, findings: [ok('environment', 'every variable is there and has the right form')] };
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return { env: null, findings: error.problems.map((problem) => fails('environment', problem)) };
  }
}

async function examineWeb(): Promise<Finding[]> {
  const { env, findings } = readEnv('web', readWebEnv);
  if (!env) return findings;
  return [...findings, ...address(env), ...proxy(env), ...(await checkSupabase(env))];
}

function address({ APP_URL }: Pick<WebEnv, 'APP_URL'>): Finding[] {
  const { protocol, hostname } = new URL(APP_URL);
  if (protocol === 'https:') return [ok('APP_URL', 'is https: cookies are Secure, browsers can seal keys')];
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return [warns('APP_URL', 'is this machine only; production needs an https address')];
  return [fails('APP_URL', 'is plain http: browsers refuse to seal a key there, and sessions travel in the clear')];
}

function proxy({ TRUSTED_PROXY_HOPS, RATE_LIMIT_REDIS_URL }: WebEnv): Finding[] {
  return [
    TRUSTED_PROXY_HOPS === 0
      ? warns('TRUSTED_PROXY_HOPS', 'is 0: right only when no proxy stands before web; otherwise everybody shares the proxy’s rate limit')
      : ok('TRUSTED_PROXY_HOPS', `trusts ${TRUSTED_PROXY_HOPS} proxies`),
    RATE_LIMIT_REDIS_URL
      ? ok('RATE_LIMIT_REDIS_URL', 'rate limits are shared by all web processes')
      : warns('RATE_LIMIT_REDIS_URL', 'is not set: every web process counts for itself'),
  ];
}

async function examineWorker(): Promise<Finding[]> {
  const { env, findings } = readEnv('worker', readWorkerEnv);
  if (!env) return findings;
  return [...findings, ...address(env), keys(env), ...mail(env), ...providers(env), ...(await checkDatabase(env)), ...(await checkQueue(env))];
}

function keys(env: WorkerEnv): Finding {
  try {
    const { keyring } = loadVaultKeys(env);
    return ok('keys', `every key has 32 bytes of its own; new envelopes use encryption key ${keyring.primaryId}`);
  } catch (error) {
    return fails('keys', `${(error as { code?: string }).code ?? 'unreadable'}: ${(error as { detail?: string }).detail ?? 'a key is malformed'}`);
  }
}

function mail({ RESEND_API_KEY, MAIL_FROM }: WorkerEnv): Finding[] {
  const missing = [!RESEND_API_KEY && 'RESEND_API_KEY', !MAIL_FROM && 'MAIL_FROM'].filter(Boolean);
  return missing.length === 0
    ? [ok('mail', 'alerts can be sent')]
    : [fails('mail', `${missing.join(' and ')} missing: alerts would wait and show as failed, never as sent`)];
}

function providers({ KEYMETER_ALLOW_LOOPBACK, OPENAI_BASE_URL, ANTHROPIC_BASE_URL }: WorkerEnv): Finding[] {
  const redirected = [OPENAI_BASE_URL && 'OPENAI_BASE_URL', ANTHROPIC_BASE_URL && 'ANTHROPIC_BASE_URL'].filter(Boolean);
  return [
    KEYMETER_ALLOW_LOOPBACK ? warns('KEYMETER_ALLOW_LOOPBACK', 'is 1: keys may be sent to this machine; leave it out in production') : ok('loopback', 'is refused as a destination'),
    ...(redirected.length > 0 ? [warns(redirected.join(', '), 'keys go to that address and not to the provider')] : []),
  ];
}
