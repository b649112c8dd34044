/**
 * The mailbox of the embedded stack: takes Auth's mails by SMTP and Keymeter's own by Resend's HTTP API, keeps them in
 * the data directory, and shows them in the browser. Loopback only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { StackSecrets } from '../secrets.ts';
import { ruleSchema, startRules } from './misbehave.ts';
import { page } from './pages.ts';
import { startResend, type ResendApi } from './resend.ts';
import { startSmtp } from './smtp.ts';
import { openStore, type MailStore } from './store.ts';

export interface Mailbox {
  /** For the browser, the JSON API and as `RESEND_BASE_URL`. */
  readonly url: string;
  readonly smtpPort: number;
  stop(): Promise<void>;
}

export interface MailboxOptions {
  readonly folder: string;
  readonly secrets: StackSecrets;
  readonly httpPort: number;
  readonly smtpPort: number;
}

export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const store = await openStore(options.folder);
  const rules = startRules();
  const resend = startResend(store, rules, options.secrets.resendApiKey);
  const { httpPort, smtpPort } = options;
  const smtp = await startSmtp(smtpPort, options.secrets, store);
  const http = createServer((request, response) => {
    route(request, response, store, resend, rules).catch(() => {
      if (!response.headersSent) answerJson(response, 500, { error: 'The mailbox failed to answer.' });
      else response.destroy();
    });
  });
  await listen(http, httpPort);
  return {
    url: `http://127.0.0.1:${httpPort}`,
    smtpPort,
    async stop() {
      http.closeAllConnections();
      await Promise.all([smtp.stop(), new Promise<void>((done) => http.close(() => done()))]);
    },
  };
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    http.once('error', fail);
    http.listen(port, '127.0.0.1', done);
  });
}

async function route(request: IncomingMessage, response: ServerResponse, store: MailStore, resend: ResendApi, rules: ReturnType<typeof startRules>): Promise<void> {
  // A page of another site could make its own name point here; the name in the request would then not be ours.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) return answerJson(response, 403, { error: 'Only for this machine.' });
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  if (url.pathname.startsWith('/emails')) return answerResend(request, response, url.pathname, method, resend);
  if (url.pathname.startsWith('/control/')) return control(request, response, url, method, resend, rules);
  if (url.pathname.startsWith('/api/mails')) return api(response, url, method, store);
  return page(request, response, url, store);
}

async function answerResend(request: IncomingMessage, response: ServerResponse, path: string, method: string, resend: ResendApi): Promise<void> {
  const answer = await resend.handle({
    method,
    path,
    authorization: request.headers.authorization,
    idempotencyKey: header(request, 'idempotency-key'),
    body: await readBody(request),
  });
  if (answer.kind === 'cut') return void request.socket.destroy();
  if (answer.kind === 'hang') return;
  answerJson(response, answer.status, answer.body, answer.headers);
}

async function api(response: ServerResponse, url: URL, method: string, store: MailStore): Promise<void> {
  const to = url.searchParams.get('to') ?? undefined;
  const id = /^\/api\/mails\/([0-9a-f-]{36})$/.exec(url.pathname)?.[1];
  if (method === 'DELETE') return answerJson(response, 200, { removed: await store.remove(id ? { id } : to ? { to } : 'all') });
  if (method !== 'GET') return answerJson(response, 405, { error: 'GET or DELETE' });
  if (!id) return answerJson(response, 200, { version: store.version, mails: store.list(to) });
  const mail = store.find(id);
  return mail ? answerJson(response, 200, mail) : answerJson(response, 404, { error: 'No such mail.' });
}

async function control(request: IncomingMessage, response: ServerResponse, url: URL, method: string, resend: ResendApi, rules: ReturnType<typeof startRules>): Promise<void> {
  const to = url.searchParams.get('to') ?? undefined;
  if (url.pathname === '/control/requests') {
    return answerJson(response, 200, { requests: to ? resend.log.filter((entry) => entry.to.includes(to.toLowerCase())) : resend.log });
  }
  if (url.pathname !== '/control/rules') return answerJson(response, 404, { error: 'rules or requests' });
  // JSON is asked for so that a form on another site cannot post here.
  if (method === 'POST' && !header(request, 'content-type')?.startsWith('application/json')) return answerJson(response, 415, { error: 'Send JSON.' });
  if (method === 'POST') {
    const rule = ruleSchema.safeParse(JSON.parse((await readBody(request)) || 'null'));
    if (!rule.success) return answerJson(response, 422, { error: rule.error.issues[0]?.message });
    rules.add(rule.data);
  } else if (method === 'DELETE') rules.clear(to);
  return answerJson(response, 200, { rules: rules.list() });
}

function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  response.end(JSON.stringify(body));
}

const header = (request: IncomingMessage, name: string): string | undefined => [request.headers[name]].flat()[0];

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > 40 * 1024 * 1024) throw new Error('The request is larger than 40 MB');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
