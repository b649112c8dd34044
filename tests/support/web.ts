/** Further web processes of the build that is there: behind a proxy, under https, or with parts that do not answer. */
import { type Child } from '#scripts/stack/child.ts';
import { freePort } from '#scripts/stack/ports.ts';
import { webEnv as environmentOfWeb } from '#scripts/stack/process-env.ts';
import { startWeb } from '#scripts/stack/web.ts';
import { stack } from './stack.ts';

export interface ExtraWeb {
  /** Where it listens; people may know it by another name (`APP_URL`). */
  readonly url: string;
  stop(): Promise<void>;
}

/** What the stack's own web process has in its environment. */
export function webEnv(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { appUrl, supabaseUrl, adminUrl, mailboxUrl, secrets } = stack();
  return { ...environmentOfWeb({ appUrl, supabaseUrl, adminDatabaseUrl: adminUrl, mailboxUrl }, secrets, 'production'), ...over };
}

/** One more web process, with limits that nobody used yet. The test stops it. */
export async function startExtraWeb(over: Readonly<Record<string, string>> = {}): Promise<ExtraWeb> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: Child = await startWeb({ dataDir: stack().dataDir, port, mode: 'production', env: webEnv({ APP_URL: url, ...over }) });
  return { url, stop: () => child.stop() };
}
