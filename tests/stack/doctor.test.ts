/** `npm run ops -- doctor`: says what is wrong in words, and never repeats a value. */
import { describe, expect, it } from 'vitest';
import { webEnv } from '#scripts/stack/process-env.ts';
import { runToEnd, startRedis } from '#tests/support/processes.ts';
import { stack, workerEnv } from '#tests/support/stack.ts';

const doctor = (which: string, env: Readonly<Record<string, string>>) => runToEnd(['--import', 'tsx', 'scripts/ops/main.ts', 'doctor', which], env);

function envOfWeb(): Record<string, string> {
  const { appUrl, supabaseUrl, adminUrl, mailboxUrl, secrets } = stack();
  return webEnv({ appUrl, supabaseUrl, adminDatabaseUrl: adminUrl, mailboxUrl }, secrets, 'production');
}

describe('doctor', () => {
  it('passes the environment of a worker that works', async () => {
    const { code, stdout } = await doctor('worker', await workerEnv());
    expect(stdout).toContain('ok    reach: the worker can read no table directly');
    expect(stdout).toMatch(/worker can start: 0 failed/);
    expect(code).toBe(0);
  });

  it('passes the environment of web', async () => {
    const { code, stdout } = await doctor('web', envOfWeb());
    expect(stdout).toContain('ok    Auth: answers, and confirms addresses by mail');
    expect(stdout).toContain('ok    REST: answers, and refuses who is not signed in');
    expect(code).toBe(0);
  });

  it('fails a superuser’s login, a missing mail setting and equal keys, without a value in sight', async () => {
    const env = await workerEnv({ DATABASE_URL: stack().adminUrl, MAIL_FROM: '' });
    const { code, stdout } = await doctor('worker', env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}DATABASE_URL: logs in as postgres, which passes row-level security/);
    expect(stdout).toMatch(/FAIL {2}mail: MAIL_FROM missing/);
    for (const secret of [env.ENCRYPTION_KEYS, env.FINGERPRINT_KEY, stack().secrets.postgresPassword]) expect(stdout).not.toContain(secret);
  });

  it('fails web that holds what it must not', async () => {
    const { code, stdout } = await doctor('web', { ...envOfWeb(), ENCRYPTION_KEYS: stack().secrets.ENCRYPTION_KEYS });
    expect(code).toBe(1);
    expect(stdout).toContain('ENCRYPTION_KEYS is set: the web process must not hold it');
    expect(stdout).not.toContain(stack().secrets.ENCRYPTION_KEYS);
  });

  it('fails a Redis that throws jobs away under pressure, and says so of one that is not there', async () => {
    const redis = await startRedis();
    try {
      const good = await doctor('worker', await workerEnv({ REDIS_URL: redis.url }));
      expect(good.stdout).toContain('ok    maxmemory-policy: is noeviction');
      expect(good.stdout).toContain('WARN  appendonly: is off');
    } finally {
      await redis.stop();
    }
    const gone = await doctor('worker', await workerEnv({ REDIS_URL: redis.url }));
    expect(gone.code).toBe(1);
    expect(gone.stdout).toMatch(/FAIL {2}REDIS_URL: cannot be used/);
  });
});
