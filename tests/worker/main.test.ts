import { describe, expect, it } from 'vitest';
import { generateSecrets } from '#lib/vault/generate.ts';
import { runToEnd } from '#tests/support/processes.ts';

const secrets = generateSecrets();
const env = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://keymeter_worker:hush-database@127.0.0.1:1/none',
  QUEUE_DATABASE_URL: 'postgres://keymeter_queue:hush-queue@127.0.0.1:1/none',
  ENCRYPTION_KEYS: secrets.ENCRYPTION_KEYS,
  INTAKE_PRIVATE_KEYS: secrets.INTAKE_PRIVATE_KEYS,
  AUDIT_SIGNING_KEY: secrets.AUDIT_SIGNING_KEY,
  FINGERPRINT_KEY: secrets.FINGERPRINT_KEY,
  APP_URL: 'https://keymeter.example.test',
};
const start = (over: Record<string, string>, flags: string[] = []) => runToEnd([...flags, '--import', 'tsx', 'worker/main.ts'], { ...env, ...over });

/** Ended with 1, said what is wrong, and repeated no value of its environment. */
async function refuses(over: Record<string, string>, words: RegExp, flags: string[] = []): Promise<void> {
  const { code, stdout, stderr } = await start(over, flags);
  expect(stderr).toMatch(words);
  expect(code).toBe(1);
  const values = Object.entries({ ...env, ...over }).filter(([name]) => /KEY|URL/.test(name) && name !== 'APP_URL').map(([, value]) => value.split(':').at(-1) as string);
  for (const value of values.filter((text) => text.length > 8)) expect(`${stdout}${stderr}`).not.toContain(value);
}

describe('the worker process', () => {
  it('names every setting that is missing', async () => {
    await refuses({ DATABASE_URL: '', ENCRYPTION_KEYS: '' }, /DATABASE_URL is missing\n.*ENCRYPTION_KEYS is missing/);
  });

  it('wants exactly one queue', async () => {
    await refuses({ REDIS_URL: 'redis://127.0.0.1:1' }, /exactly one of REDIS_URL and QUEUE_DATABASE_URL/);
  });

  it('refuses a key that is too short, and two secrets that are one', async () => {
    await refuses({ ENCRYPTION_KEYS: '1:c2hvcnQtc2VjcmV0LXZhbHVl' }, /ENCRYPTION_KEYS/);
    await refuses({ FINGERPRINT_KEY: secrets.ENCRYPTION_KEYS.slice(2) }, /are the same secret/);
  });

  it('refuses a host list that is none', async () => {
    await refuses({ PROVIDER_HOST_ALLOWLIST: 'https://llm.example.com' }, /PROVIDER_HOST_ALLOWLIST/);
  });

  it('refuses to start where its memory could be read, by flag and by NODE_OPTIONS', async () => {
    await refuses({ NODE_OPTIONS: '--inspect=127.0.0.1:0' }, /--inspect can write out memory/);
    await refuses({}, /--report-on-fatalerror can write out memory/, ['--report-on-fatalerror']);
  });
});
