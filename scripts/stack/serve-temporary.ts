/**
 * Starts a stack in a temporary data directory, as tests want one, and lets their processes ask for what only the
 * process that started it can do (restart a part, kill the worker) over a private socket.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { removeCluster } from './postgres/place.ts';
import type { Progress } from './progress.ts';
import { startStack, type Stack } from './supervise.ts';

export interface ServedStack {
  readonly dataDir: string;
  stop(): Promise<void>;
}

export async function serveStack(options: { web: boolean; progress: Progress; signal?: AbortSignal }): Promise<ServedStack> {
  const dataDir = await mkdtemp(resolve(tmpdir(), 'keymeter-test-'));
  // So that the database, which does not run as root, can live inside.
  await chmod(dataDir, 0o711);
  const remove = async () => {
    await removeCluster(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const stack = await startStack({
      dataDir,
      progress: options.progress,
      web: options.web ? 'production' : false,
      worker: 'once',
      simulator: true,
      webPort: 0,
      firstPort: 0,
      durable: false,
      signal: options.signal,
    });
    const control = await listen(stack);
    return {
      dataDir,
      async stop() {
        control.close();
        control.closeAllConnections();
        await stack.stop();
        // Kept on request, to look at logs after a failure.
        if (!process.env.KEYMETER_KEEP_TEST_DATA) await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The control socket of a served stack. */
export const controlSocket = (dataDir: string): string => resolve(dataDir, 'control.sock');

function listen(stack: Stack): Promise<Server> {
  const server = createServer((request, response) => {
    perform(stack, request).then(
      (answer) => response.end(JSON.stringify(answer ?? null)),
      (error: Error) => response.writeHead(500).end(JSON.stringify({ error: error.message })),
    );
  });
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(controlSocket(stack.dataDir), () => done(server));
  });
}

async function perform(stack: Stack, request: IncomingMessage): Promise<unknown> {
  switch (request.url) {
    case '/restart-supabase':
      return stack.restartSupabase();
    case '/restart-postgres':
      return stack.restartPostgres('fast');
    case '/crash-postgres':
      return stack.restartPostgres('immediate');
    case '/stop-worker':
      return stack.worker?.stop();
    case '/kill-worker':
      return stack.worker?.kill();
    case '/start-worker':
      return { pid: (await stack.startWorker()).pid };
    case '/failure':
      return { failure: await Promise.race([stack.failure.catch((error: Error) => error.message), Promise.resolve(null)]) };
    default:
      throw new Error(`unknown wish ${request.url}`);
  }
}
