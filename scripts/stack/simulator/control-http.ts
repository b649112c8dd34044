/**
 * The control over HTTP, under `/_sim/`, for tests and people outside the simulator's process. Writes want a JSON
 * content type, which a web page of another origin cannot send unasked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { day } from '#lib/day.ts';
import type { BehaviourInput } from './behaviour.ts';
import type { SimulatorControl } from './control.ts';
import { KEY_KINDS, PROVIDERS } from './keys.ts';
import type { LoggedRequest } from './request-log.ts';

const BODY_LIMIT_BYTES = 64 * 1024;

const dayText = z.iso.date().transform((text) => day(text));
const issueSchema = z.strictObject({
  provider: z.enum(PROVIDERS),
  org: z.string().optional(),
  kind: z.enum(KEY_KINDS).optional(),
  scopes: z.array(z.enum(['api.usage.read', 'api.management.read'])).optional(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)).nullable().optional(),
  behaviour: z.unknown().optional(),
});
const misbehaveSchema = z.strictObject({ key: z.string(), behaviour: z.unknown() });
const totalsSchema = z.strictObject({
  provider: z.enum(PROVIDERS),
  from: dayText,
  to: dayText,
  org: z.string().optional(),
  asOf: z.iso.datetime().transform((text) => new Date(text)).optional(),
});

/** A behaviour is checked by the control itself. */
type Handler = (control: SimulatorControl, input: unknown) => unknown;

/** GET and DELETE take their input from the query, POST from a JSON body. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /_sim/health': () => ({ ok: true }),
  'GET /_sim/totals': (control, input) => control.totals(totalsSchema.parse(input)),
  'GET /_sim/requests': (control, input) => {
    const { key } = z.strictObject({ key: z.string().optional() }).parse(input);
    return { requests: control.requests(key).map(loggedRequestJson) };
  },
  'DELETE /_sim/requests': (control, input) => {
    control.clearRequests(z.strictObject({ key: z.string().optional() }).parse(input).key);
    return { ok: true };
  },
  'GET /_sim/foreign': (control) => ({ visits: control.foreignVisits() }),
  'POST /_sim/keys': (control, input) => {
    const { behaviour, ...options } = issueSchema.parse(input);
    const key = control.issueKey({ ...options, behaviour: behaviour as BehaviourInput | undefined });
    return { key, keyId: control.keyId(key) };
  },
  'POST /_sim/keys/revoke': (control, input) => {
    control.revokeKey(z.strictObject({ key: z.string() }).parse(input).key);
    return { ok: true };
  },
  'POST /_sim/behaviour': (control, input) => {
    const { key, behaviour } = misbehaveSchema.parse(input);
    return { id: control.misbehave(key, behaviour as BehaviourInput) };
  },
  'DELETE /_sim/behaviour': (control, input) => {
    const { key, id } = z.strictObject({ key: z.string(), id: z.coerce.number().int().optional() }).parse(input);
    control.behave(key, id);
    return { ok: true };
  },
  'GET /_sim/now': (control) => ({ now: control.now().toISOString() }),
  'POST /_sim/now': (control, input) => {
    const { now } = z.strictObject({ now: z.iso.datetime().nullable() }).parse(input);
    control.setNow(now === null ? null : new Date(now));
    return { now: control.now().toISOString() };
  },
};

export async function serveControl(control: SimulatorControl, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const handler = HANDLERS[`${request.method} ${url.pathname}`];
  try {
    if (!handler) return send(response, 404, { error: 'no such control' });
    const input = request.method === 'POST' ? await readJson(request) : Object.fromEntries(url.searchParams);
    send(response, 200, handler(control, input));
  } catch (error) {
    const expected = error instanceof z.ZodError || error instanceof RangeError;
    send(response, expected ? 400 : 500, { error: error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'failed' });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new RangeError('the body must be application/json');
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT_BYTES) throw new RangeError('the body is too large');
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message would quote the body, and with it a key.
    throw new RangeError('the body is not JSON');
  }
}

function loggedRequestJson(request: LoggedRequest): object {
  return { ...request, at: request.at.toISOString() };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
