/**
 * The Supabase API on the embedded database (`@supabase/lite`). The first request after each of its starts grants
 * everything to the API's roles again, so a start is only over when one request was answered and the database took
 * those grants back.
 */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { bareEnv, startChild, type Child, type ChildEnv, type Start } from './child.ts';
import { writeLiteProject, type LiteProject } from './lite-project.ts';
import { CHECKOUT, dataPaths } from './paths.ts';
import type { StackSecrets } from './secrets.ts';

const run = promisify(execFile);

export interface SupabaseApi {
  readonly url: string;
  readonly child: Child;
}

/** Makes Auth's own schema, which the migrations refer to. */
export async function makeAuthSchema(project: LiteProject): Promise<void> {
  const cwd = await writeLiteProject(project);
  // The program's own error is not passed on: it quotes the configuration, secrets included.
  const complaint = await run(process.execPath, [liteProgram(), 'migration', 'up'], { cwd, env: liteEnv(), timeout: 120_000 }).then(
    () => undefined,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}` || 'it did not end in time',
  );
  if (complaint !== undefined) throw new Error(`Auth's schema could not be made:\n${readable(complaint, project.secrets)}`);
}

export async function startSupabase(project: LiteProject, certificateFile: string, start: Start = startChild): Promise<SupabaseApi> {
  const cwd = await writeLiteProject(project);
  const url = `http://127.0.0.1:${project.apiPort}`;
  const child = await start({
    name: 'supabase',
    command: process.execPath,
    args: [liteProgram(), 'start', '--no-admin'],
    cwd,
    // The mailbox's certificate is trusted by this process alone.
    env: liteEnv({ NODE_EXTRA_CA_CERTS: certificateFile }),
    logFile: resolve(dataPaths(project.dataDir).logs, 'supabase.log'),
    ready: () => isUp(url, project.secrets.publishableKey),
  });
  await closePrivileges(url, project);
  return { url, child };
}

/** One request through the REST API, so that its grants happen now, then the database's own rules over them. */
async function closePrivileges(url: string, project: LiteProject): Promise<void> {
  const key = project.secrets.publishableKey;
  // Any table will do, and one that does not exist as well: the grants come before the answer.
  await fetch(`${url}/rest/v1/organizations?select=id&limit=1`, { headers: { apikey: key } }).then((r) => r.text());
  await applyPrivileges(project.databaseUrl);
}

/** Puts every grant back to what the migrations say. */
export async function applyPrivileges(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('select private.apply_privileges()');
  } finally {
    await client.end();
  }
}

/** The beginning of a program's complaint; it quotes its whole configuration when it dislikes a part of it. */
function readable(output: string, secrets: StackSecrets): string {
  let text = output.trim().slice(0, 4_000);
  for (const secret of Object.values(secrets)) text = text.replaceAll(secret, '[secret]');
  return text;
}

async function isUp(url: string, apikey: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/auth/v1/health`, { headers: { apikey }, signal: AbortSignal.timeout(2_000) });
    await response.text();
    return response.status < 500;
  } catch {
    return false;
  }
}

function liteEnv(more: Record<string, string> = {}): ChildEnv {
  return bareEnv({ ...more, LITE_TELEMETRY: '0', DO_NOT_TRACK: '1', NO_COLOR: '1', NODE_ENV: 'production' });
}

function liteProgram(): string {
  return resolve(CHECKOUT, 'node_modules/@supabase/lite/dist/cli/index.js');
}
