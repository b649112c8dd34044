/** Web's real process, started with what it must not have: it ends at once, says why, and never opens its port. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FORBIDDEN_IN_WEB } from '#lib/env.ts';
import { nextProgram } from '#scripts/stack/build.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { startExtraWeb, webEnv } from '#tests/support/web.ts';
import { runToEnd, type Ending } from '#tests/support/processes.ts';

interface Refusal extends Ending {
  /** Somebody who knocked meanwhile got an answer. */
  readonly served: boolean;
}

/** `next start` until it ends by itself; one that goes on is killed after 20 s and fails the test by its signal. */
async function start(over: Readonly<Record<string, string>>, { node, flags = [] }: { node?: string | undefined; flags?: readonly string[] | undefined } = {}): Promise<Refusal> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const answered: unknown[] = [];
  const knocking = setInterval(() => void fetch(url).then(() => answered.push(1), () => {}), 50);
  try {
    const ending = await runToEnd([...flags, nextProgram(), 'start', '-p', String(port), '-H', '127.0.0.1'], webEnv({ APP_URL: url, ...over }), 20_000, node);
    return { ...ending, served: answered.length > 0 };
  } finally {
    clearInterval(knocking);
  }
}

/** `work` for each, two at a time: each is a process of its own. */
async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 2) results.push(...(await Promise.all(items.slice(at, at + 2).map(work))));
  return results;
}

describe('web', () => {
  it('starts with its own environment, so that what follows is refused for the reason given', async () => {
    const web = await startExtraWeb();
    expect((await fetch(`${web.url}/api/health/live`)).status).toBe(200);
    await web.stop();
  });

  it('refuses each variable that would let it reach stored keys, by name and without its value', async () => {
    const secret = `never-${randomBytes(12).toString('hex')}`;
    const endings = await inPairs(FORBIDDEN_IN_WEB, async (name) => ({ name, ...(await start({ [name]: secret })) }));
    // What the worker holds, and what opens the database or the queue: the list must not shrink.
    expect(FORBIDDEN_IN_WEB).toEqual(
      expect.arrayContaining(['ENCRYPTION_KEYS', 'INTAKE_PRIVATE_KEYS', 'AUDIT_SIGNING_KEY', 'FINGERPRINT_KEY', 'DATABASE_URL', 'QUEUE_DATABASE_URL', 'REDIS_URL', 'SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'RESEND_API_KEY', 'PGPASSWORD']),
    );
    for (const { name, code, signal, stdout, stderr, served } of endings) {
      expect([name, code, signal]).toEqual([name, 1, null]);
      expect(stderr).toContain(`web cannot start:\n  - ${name} is set: the web process must not hold it`);
      expect(stdout + stderr).not.toContain(secret);
      expect([name, served]).toEqual([name, false]);
    }
  });

  it('names every problem at once', async () => {
    const { code, stderr } = await start({ DATABASE_URL: 'postgres://a:b@c/d', SUPABASE_SECRET_KEY: 'x', SUPABASE_URL: 'not an address', INTAKE_PUBLIC_KEY: '', TRUSTED_PROXY_HOPS: 'many' });
    expect(code).toBe(1);
    for (const problem of ['DATABASE_URL is set', 'SUPABASE_SECRET_KEY is set', 'SUPABASE_URL ', 'INTAKE_PUBLIC_KEY is missing', 'TRUSTED_PROXY_HOPS ']) expect(stderr).toContain(`\n  - ${problem}`);
    expect(stderr).not.toContain('a:b@c');
  });

  it.each([pretendedNode(), ...olderNodes()])('refuses Node $version', async ({ version, node, flags }) => {
    const { code, stderr, served } = await start({}, { node, flags });
    expect([code, served]).toEqual([1, false]);
    expect(stderr).toContain(`web cannot start:\n  - Node 24 or newer is needed, this is ${version}`);
  });
});

interface OldNode {
  version: string;
  node?: string;
  flags?: string[];
}

/** Ours under an older name, for machines that have no older one. */
function pretendedNode(): OldNode {
  const version = '22.11.0';
  const preload = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  return { version, flags: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] };
}

/** What the machine itself calls `node`, where that is too old. Next takes 20 and newer. */
function olderNodes(): OldNode[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && !folder.includes('node_modules'));
  const programs = [...new Set(folders.map((folder) => resolve(folder, 'node')).filter((program) => existsSync(program)))];
  return programs
    .map((node) => ({ node, version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1) }))
    .filter(({ version }) => Number(version.split('.')[0]) >= 20 && Number(version.split('.')[0]) < 24)
    .slice(0, 1);
}
