/**
 * Marked keys go through everything that can happen to a key: connect, verify, sync, every failure the providers can
 * make, replace, purge, on both queues. Then whatever the product wrote or said is searched for the mark, in every form.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderName } from '#lib/providers/contract.ts';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { askSyncNow, connected, eventually, handIn, handInReplacement, requestEnded, runsEnded, type Connecting } from '#tests/support/connected.ts';
import { filesHolding, formsOf, occursIn, tablesHolding } from '#tests/support/leak-search.ts';
import { mails } from '#tests/support/mails.ts';
import { startExtraWorker, startRedis } from '#tests/support/processes.ts';
import { foreignVisits, issueKey, misbehave, requestsWith } from '#tests/support/simulator.ts';
import { stack, startWorker, stopWorker } from '#tests/support/stack.ts';
import { createUser, type TestUser } from '#tests/support/users.ts';

const MARK = `CANARY${randomBytes(12).toString('hex')}Zq`;
/** Something that must be found, or the search proves nothing. */
const VISIBLE = `VISIBLE${randomBytes(12).toString('hex')}Zq`;

/** Every way in which a provider's answer can fail, most of them with the key still in a header or a buffer. */
const FAILURES: readonly BehaviourInput[] = [
  { kind: 'unauthorized', variant: 'wrong_key' },
  { kind: 'unauthorized', variant: 'missing_scope', body: 'string' },
  { kind: 'forbidden', variant: 'missing_scope' },
  { kind: 'forbidden', variant: 'wrong_kind' },
  { kind: 'not_found' },
  { kind: 'bad_request' },
  { kind: 'rate_limited', retryAfter: 1e9 },
  { kind: 'server_error', status: 500 },
  { kind: 'server_error', status: 529 },
  { kind: 'html_page' },
  { kind: 'no_headers' },
  { kind: 'slow_body' },
  { kind: 'close_connection' },
  { kind: 'truncate' },
  { kind: 'gzip_bomb' },
  { kind: 'big_body' },
  { kind: 'redirect', to: 'elsewhere' },
  { kind: 'repeat_cursor' },
  { kind: 'cursor_missing' },
  { kind: 'amounts', as: 'nan' },
  { kind: 'amounts', as: 'overflow' },
  { kind: 'wrong_types' },
  { kind: 'null_buckets' },
];
/** Verification asks three times; a failure that skips them meets the first run. */
const CALLS_OF_VERIFICATION = 3;

const keys: string[] = [];
let world = 0;

/** A working key of a customer of its own; the mark is no part of the last four, which are shown. */
async function markedKey(provider: ProviderName, customer = `canary${(world += 1)}`): Promise<string> {
  await issueKey({ provider, org: customer });
  const key = `${provider === 'openai' ? 'sk-admin-' : 'sk-ant-admin01-'}${customer}-${MARK}-${randomBytes(12).toString('hex')}`;
  keys.push(key);
  return key;
}

async function connectFailing(user: TestUser, failure: BehaviourInput, skip: number, at: number): Promise<Connecting> {
  const provider: ProviderName = at % 2 === 0 ? 'openai' : 'anthropic';
  const key = await markedKey(provider);
  await misbehave(key, { ...failure, skip } as BehaviourInput);
  return handIn(user, provider, key, `${failure.kind} ${skip}`);
}

/** Until the key of this connection was opened and closed again `times` times. */
const closings = (connectionId: string, times: number) =>
  eventually(`${times} ended openings of ${connectionId}`, async () => {
    const { rows } = await stack().admin.query<{ n: number }>(`select count(*)::int as n from audit.entries where action = 'key.open.outcome' and connection_id = $1`, [connectionId]);
    return (rows[0]?.n ?? 0) >= times;
  }, 240_000);

interface Said {
  url: string;
  text: Buffer;
}

/** Everything that goes to and comes from the browser. */
function listen(page: Page, said: Said[], waiting: Promise<unknown>[]): void {
  page.on('request', (request) => said.push({ url: `request ${request.url()}`, text: Buffer.from(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`) }));
  page.on('response', (response) =>
    waiting.push(
      Promise.all([response.allHeaders(), response.body()]).then(
        ([headers, body]) => said.push({ url: `response ${response.url()}`, text: Buffer.concat([Buffer.from(JSON.stringify(headers)), body]) }),
        // A redirect has no body to read.
        () => said.push({ url: `response ${response.url()}`, text: Buffer.from(JSON.stringify(response.headers())) }),
      ),
    ),
  );
}

const said: Said[] = [];
let browser: Browser;
let owner: TestUser;
let redisDump: Buffer = Buffer.alloc(0);

async function visit(page: Page, user: TestUser, connectionIds: readonly string[]): Promise<void> {
  const { appUrl } = stack();
  await page.goto(`${appUrl}/sign-in`);
  await page.fill('input[name=email]', user.email);
  await page.fill('input[name=password]', user.password);
  await page.click('form:has(input[name=email]) button[type=submit]');
  await page.waitForURL('**/overview');
  const details = connectionIds.map((id) => `/settings/connections/${id}`);
  for (const path of ['/overview', '/alerts', '/settings/connections', ...details, '/settings/security', '/settings/security/entries', '/nowhere']) {
    await page.goto(`${appUrl}${path}`, { waitUntil: 'networkidle' });
  }
}

beforeAll(async () => {
  browser = await launchBrowser();
  const [first, second, third] = await Promise.all([createUser(), createUser(), createUser()]);
  owner = third;
  await owner.client.from('budgets').insert({ org_id: owner.orgId, name: VISIBLE, amount: '1' });

  // Failures of the verification by one user, failures of the first run by another: the hourly limit holds for tests too.
  const atVerification = await Promise.all(FAILURES.map((failure, at) => connectFailing(first, failure, 0, at)));
  const atRun = await Promise.all(FAILURES.map((failure, at) => connectFailing(second, failure, CALLS_OF_VERIFICATION, at)));
  await Promise.all([...atVerification.map(({ connectionId }) => closings(connectionId, 1)), ...atRun.map(({ connectionId }) => closings(connectionId, 2))]);

  // The good life of a key: connect, read, replace, sync, purge. In an organisation of its own, because a budget waits
  // while another source of its organisation is still on its first read.
  const customer = 'canarygood';
  const good = await connected(owner, 'openai', await markedKey('openai', customer));
  await requestEnded(await handInReplacement(owner, good, 'openai', await markedKey('openai', customer)));
  await askSyncNow(owner, good.connectionId);
  await runsEnded(good.connectionId);
  await eventually('a mail about the budget', async () => (await mails(owner.email)).some((mail) => JSON.stringify(mail).includes(VISIBLE)));

  redisDump = await throughRedis(owner);

  const waiting: Promise<unknown>[] = [];
  for (const [user, connections] of [[owner, [good]], [first, atVerification.slice(0, 3)], [second, atRun.slice(0, 3)]] as const) {
    const page = await browser.newPage();
    listen(page, said, waiting);
    await visit(page, user, connections.map(({ connectionId }) => connectionId));
    await page.close();
  }
  await Promise.all(waiting);
  const purged = await owner.client.rpc('purge_connection', { p_org: owner.orgId, p_connection: good.connectionId, p_with_data: true, p_typed: 'openai key', p_ip: '', p_user_agent: '' });
  if (purged.error) throw purged.error;
}, 600_000);

/** One good and one failing key with the queue in Redis; gives what Redis held, uncompressed. */
async function throughRedis(user: TestUser): Promise<Buffer> {
  await stopWorker();
  const server = await startRedis();
  const worker = await startExtraWorker({ REDIS_URL: server.url });
  const redis = new Redis(server.url);
  try {
    // What is searched is what would be on the disk, so it must not be packed.
    await redis.config('SET', 'rdbcompression', 'no');
    const good = await connected(user, 'anthropic', await markedKey('anthropic'));
    const failing = await connectFailing(user, { kind: 'server_error', status: 500 }, CALLS_OF_VERIFICATION, 0);
    await closings(failing.connectionId, 2);
    await redis.set('visible', `${VISIBLE} ${good.connectionId}`);
    await redis.save();
    const [, folder = ''] = (await redis.config('GET', 'dir')) as string[];
    return await readFile(resolve(folder, 'dump.rdb'));
  } finally {
    redis.disconnect();
    await worker.stop();
    await server.stop();
    await startWorker();
  }
}

afterAll(async () => {
  await browser?.close();
});

describe('a marked key that went through everything', () => {
  it('reached the provider with every key, so the search has something to look for', async () => {
    expect(keys.length).toBe(2 * FAILURES.length + 4);
    for (const key of keys) expect((await requestsWith(key)).length, 'requests').toBeGreaterThan(0);
  });

  it('never reached another host', async () => {
    const visits = (await foreignVisits()) as { hadKey?: boolean }[];
    expect(visits.filter((v) => occursIn(JSON.stringify(v), formsOf(MARK)))).toEqual([]);
    expect(visits).toEqual([]);
  });

  it('is in no table of any schema, while a visible mark is', async () => {
    expect(await tablesHolding(formsOf(MARK))).toEqual([]);
    expect(await tablesHolding(formsOf(VISIBLE))).toContain('public.budgets');
  });

  it('is in no byte of the data folder: database files, write-ahead log, logs of every process, mails', async () => {
    const { admin, dataDir, postgresDataDir } = stack();
    await admin.query('checkpoint');
    const folders = postgresDataDir.startsWith(dataDir) ? [dataDir] : [dataDir, postgresDataDir];
    const leaked = (await Promise.all(folders.map((folder) => filesHolding(folder, formsOf(MARK))))).flat();
    expect(leaked).toEqual([]);
    const seen = (await Promise.all(folders.map((folder) => filesHolding(folder, formsOf(VISIBLE))))).flat();
    expect(seen.some((file) => file.includes('pg_wal')), 'write-ahead log').toBe(true);
    expect(seen.some((file) => file.includes('mail')), 'mails').toBe(true);
  });

  it('is in nothing the browser was sent or sent, while a visible mark is', () => {
    expect(said.filter(({ text }) => occursIn(text, formsOf(MARK))).map(({ url }) => url)).toEqual([]);
    expect(said.filter(({ url }) => url.startsWith('response')).length).toBeGreaterThan(20);
    expect(said.some(({ text }) => occursIn(text, formsOf(VISIBLE)))).toBe(true);
  });

  it('is in no mail', async () => {
    const all = JSON.stringify(await mails(owner.email));
    expect(all).toContain(VISIBLE);
    expect(occursIn(all, formsOf(MARK))).toBe(false);
  });

  it('is not in Redis, while a visible mark is', () => {
    expect(occursIn(redisDump, formsOf(VISIBLE))).toBe(true);
    expect(occursIn(redisDump, formsOf(MARK))).toBe(false);
  });
});

describe('the worker’s own secrets', () => {
  it('are in no table and no log', async () => {
    const { secrets, dataDir } = stack();
    const values = [secrets.ENCRYPTION_KEYS.split(':')[1], secrets.INTAKE_PRIVATE_KEYS.split(':')[1], secrets.AUDIT_SIGNING_KEY, secrets.FINGERPRINT_KEY, secrets.resendApiKey];
    for (const value of values) {
      const forms = [Buffer.from(value ?? ''), Buffer.from(Buffer.from(value ?? '', 'base64').toString('hex'))];
      expect(await tablesHolding(forms)).toEqual([]);
      expect(await filesHolding(resolve(dataDir, 'logs'), forms)).toEqual([]);
    }
  });
});
