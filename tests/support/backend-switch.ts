/** Stands between a web process and the Supabase API, and makes it fail on command. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stack } from './stack.ts';

/** What an upstream says when it says too much; none of it may reach anybody. */
export const TALKATIVE = { code: '08006', message: 'FATAL: password authentication failed for user "postgres" at postgres://postgres:hunter2@10.1.2.3:5432/postgres', hint: 'see /etc/postgres/pg_hba.conf', stack: 'Error: at PoolInternals (/srv/api/pool.js:1:1)' };
/** Pieces of it to look for. */
export const TALK = ['FATAL', 'hunter2', '10.1.2.3', 'pg_hba', 'PoolInternals', '08006'];

export interface BackendSwitch {
  readonly url: string;
  /** `errors`: 500 with everything in it. `drops`: the connection breaks. `misanswers`: 200 and a page of some proxy's. */
  mode: 'works' | 'errors' | 'drops' | 'misanswers';
  /** Paths asked for, oldest first. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startBackendSwitch(): Promise<BackendSwitch> {
  const server = createServer((asked, answer) => {
    backend.asked.push(asked.url ?? '');
    if (backend.mode === 'works') forward(asked, answer);
    else if (backend.mode === 'errors') answer.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(TALKATIVE));
    else if (backend.mode === 'misanswers') answer.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>Maintenance</h1><!-- ${TALKATIVE.message} -->`);
    else asked.socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const backend: BackendSwitch = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'works',
    asked: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return backend;
}

function forward(asked: IncomingMessage, answer: ServerResponse): void {
  const { hostname, port, host } = new URL(stack().supabaseUrl);
  const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: { ...asked.headers, host } }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  onward.once('error', () => answer.destroy());
  asked.pipe(onward);
}
