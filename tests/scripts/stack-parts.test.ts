import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORBIDDEN_IN_WEB, readWebEnv, readWorkerEnv } from '#lib/env.ts';
import { bareEnv, startChild } from '#scripts/stack/child.ts';
import { takeLock } from '#scripts/stack/lock.ts';
import { listMigrations } from '#scripts/stack/migrations.ts';
import { CHECKOUT, dataPaths } from '#scripts/stack/paths.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { chosenByUser, webEnv, workerEnv, type StackAddresses } from '#scripts/stack/process-env.ts';
import { startProgress } from '#scripts/stack/progress.ts';
import { readOrMakeSecrets } from '#scripts/stack/secrets.ts';
import { readStackEnv, removeStackEnv, writeStackEnv } from '#scripts/stack/stack-env.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(resolve(tmpdir(), 'keymeter-parts-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const addresses: StackAddresses = {
  appUrl: 'http://127.0.0.1:3000',
  supabaseUrl: 'http://127.0.0.1:54321',
  adminDatabaseUrl: 'postgresql://postgres:p%40ss@127.0.0.1:54322/postgres',
  mailboxUrl: 'http://127.0.0.1:54324',
  simulatorUrl: 'http://127.0.0.1:54326',
};

describe('secrets of the embedded stack', () => {
  it('are made once, kept, and readable by their owner only', async () => {
    const first = await readOrMakeSecrets(folder);
    expect(await readOrMakeSecrets(folder)).toEqual(first);
    expect((await stat(dataPaths(folder).secrets)).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(first)).size).toBe(Object.values(first).length);
  });

  it('that a newer version added are made without touching the others', async () => {
    const { metricsToken: _dropped, ...older } = await readOrMakeSecrets(folder);
    await writeFile(dataPaths(folder).secrets, JSON.stringify(older));
    expect(await readOrMakeSecrets(folder)).toMatchObject(older);
  });

  it('that are damaged are not replaced by new ones, which would lose every stored key', async () => {
    await writeFile(dataPaths(folder).secrets, '{"postgresPassword": "x", ');
    await expect(readOrMakeSecrets(folder)).rejects.toThrow(/damaged/);
    expect(await readFile(dataPaths(folder).secrets, 'utf8')).toContain('postgresPassword');
  });
});

describe('what each process of the stack is handed', () => {
  it('suffices, and gives web nothing that opens a key or reaches the database', async () => {
    const secrets = await readOrMakeSecrets(folder);
    const web = webEnv(addresses, secrets, 'production');
    expect(readWebEnv(web).APP_URL).toBe(addresses.appUrl);
    expect(Object.keys(web).filter((name) => (FORBIDDEN_IN_WEB as readonly string[]).includes(name))).toEqual([]);
    const secretValues = [secrets.postgresPassword, secrets.workerPassword, secrets.queuePassword, secrets.ENCRYPTION_KEYS, secrets.INTAKE_PRIVATE_KEYS, secrets.AUDIT_SIGNING_KEY, secrets.FINGERPRINT_KEY, secrets.resendApiKey, secrets.jwtSecret];
    const handed = Object.values(web).join('\n');
    expect(secretValues.filter((secret) => handed.includes(secret))).toEqual([]);

    const worker = readWorkerEnv(workerEnv(addresses, secrets, 9090, 'production'));
    expect(new URL(worker.DATABASE_URL).username).toBe('keymeter_worker');
    expect(new URL(worker.QUEUE_DATABASE_URL ?? '').username).toBe('keymeter_queue');
    expect(JSON.stringify(worker)).not.toContain(secrets.postgresPassword);
    expect(JSON.stringify(worker)).not.toContain(secrets.jwtSecret);
  });

  it('is its whole environment: nothing of the shell that started the stack leaks into a child', async () => {
    process.env.OPENAI_ADMIN_KEY = 'sk-admin-of-the-shell';
    try {
      expect(Object.keys(bareEnv({ A: '1' }))).not.toContain('OPENAI_ADMIN_KEY');
      const logFile = resolve(folder, 'child.log');
      const child = await startChild({ name: 'child', command: process.execPath, args: ['-p', 'JSON.stringify(process.env)'], cwd: folder, env: bareEnv({ A: '1' }), logFile, finishes: true });
      await child.ended;
      const seen = await readFile(logFile, 'utf8');
      expect(seen).toContain('"A":"1"');
      expect(seen).not.toContain('sk-admin-of-the-shell');
    } finally {
      delete process.env.OPENAI_ADMIN_KEY;
    }
  });

  it('can be told to send real mail, by naming a key of Resend', () => {
    expect(chosenByUser({ NODE_ENV: 'test', RESEND_API_KEY: 're_mine', ENCRYPTION_KEYS: 'x' })).toEqual({ RESEND_API_KEY: 're_mine', RESEND_BASE_URL: 'https://api.resend.com' });
    expect(chosenByUser({ NODE_ENV: 'test' })).toEqual({});
  });
});

describe('ports', () => {
  it('are the wanted one when it is free, and another when it is taken, even by somebody on every address', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, host, done));
      const taken = (server.address() as { port: number }).port;
      expect(await freePort(taken)).not.toBe(taken);
      await new Promise((done) => server.close(done));
      expect(await freePort(taken)).toBe(taken);
    }
  });

  it('are never handed out twice', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
  });
});

describe('stack.env', () => {
  it('says what is up, to its owner only, and is gone afterwards', async () => {
    const env = { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_PUBLISHABLE_KEY: 'k=v', ADMIN_DATABASE_URL: 'postgresql://a:b@c/d?e=f', MAILBOX_URL: 'http://127.0.0.1:2', POSTGRES_DATA_DIR: '/x', APP_URL: undefined };
    await writeStackEnv(folder, env);
    expect((await stat(dataPaths(folder).stackEnv)).mode & 0o777).toBe(0o600);
    const { APP_URL: _absent, ...present } = env;
    expect(await readStackEnv(folder)).toEqual(present);
    await removeStackEnv(folder);
    await expect(readStackEnv(folder)).rejects.toThrow(/No stack is running/);
  });
});

describe('the lock of a data directory', () => {
  it('is taken once, and again after it was let go', async () => {
    const lock = await takeLock(folder);
    await expect(takeLock(folder)).rejects.toThrow(/already running/);
    await lock.release();
    await (await takeLock(folder)).release();
  });

  it('does not mistake another process with the same number for its own', async () => {
    const stranger = await startChild({ name: 'stranger', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], cwd: folder, env: bareEnv(), logFile: resolve(folder, 'stranger.log') });
    await writeFile(dataPaths(folder).lock, JSON.stringify([{ pid: 4_000_000, born: '1', name: 'supervisor' }, { pid: stranger.pid, born: '1', name: 'postgres' }]));
    await (await takeLock(folder)).release();
    expect(stranger.running).toBe(true);
    await stranger.stop();
  });
});

describe('a child process', () => {
  it('that ends while it starts is reported with its last words', async () => {
    const start = startChild({ name: 'thing', command: process.execPath, args: ['-e', 'console.error("no such table"); process.exit(3)'], cwd: folder, env: bareEnv(), logFile: resolve(folder, 'thing.log'), ready: async () => false });
    await expect(start).rejects.toThrow(/thing ended while starting[\s\S]*no such table/);
  });

  it('that ignores the signal to stop is ended all the same, with whatever it started', async () => {
    const script = `const { spawn } = require('node:child_process');
      const inner = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)']);
      process.on('SIGTERM', () => {}); console.log('inner', inner.pid); setInterval(() => {}, 1000)`;
    const logFile = resolve(folder, 'stubborn.log');
    const child = await startChild({ name: 'stubborn', command: process.execPath, args: ['-e', script], cwd: folder, env: bareEnv(), logFile, stopMs: 300, ready: async () => (await readFile(logFile, 'utf8').catch(() => '')).includes('inner') });
    const inner = Number(/inner (\d+)/.exec(await readFile(logFile, 'utf8'))?.[1]);
    await child.stop();
    expect((await child.ended).signal).toBe('SIGKILL');
    await expect.poll(() => readFile(`/proc/${inner}/stat`, 'utf8').then((text) => text.split(') ')[1]?.[0] ?? 'gone', () => 'gone'), { timeout: 5_000 }).toMatch(/gone|Z/);
  });
});

describe('progress', () => {
  it('names each step, how long it took, and passes its result on', async () => {
    const lines: string[] = [];
    const progress = startProgress((line) => lines.push(line));
    expect(await progress.step('Counting', async () => 42)).toBe(42);
    expect(lines).toEqual([expect.stringMatching(/^ +\d+\.\d s {2}Counting \.\.\.$/), expect.stringMatching(/Counting: done in \d+\.\d s$/)]);
  });
});

describe('migrations', () => {
  it('of this project are all named and ordered as the Supabase CLI wants', async () => {
    const migrations = await listMigrations(resolve(CHECKOUT, 'supabase/migrations'));
    expect(migrations.length).toBeGreaterThan(5);
    expect(new Set(migrations.map(({ version }) => version)).size).toBe(migrations.length);
  });

  it('with another name are refused, not skipped', async () => {
    await writeFile(resolve(folder, '1_short.sql'), '');
    await expect(listMigrations(folder)).rejects.toThrow(/1_short\.sql/);
  });
});
