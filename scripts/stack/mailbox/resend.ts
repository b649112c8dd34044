/**
 * The part of Resend's HTTP API that Keymeter uses, as its documentation describes it: `POST /emails`,
 * `POST /emails/batch`, `GET /emails/:id`; errors as `{statusCode, name, message}`; an idempotency key of 1 to 256
 * characters repeats the first answer for 24 hours, or is refused with 409 when the body differs.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addressOf, type Mail } from './mail.ts';
import type { Rules } from './misbehave.ts';
import { sha256, type MailStore } from './store.ts';

const addresses = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(50)]).transform((value) => [value].flat());
const emailSchema = z
  .object({
    from: z.string().min(3),
    to: addresses,
    cc: addresses.optional(),
    bcc: addresses.optional(),
    reply_to: addresses.optional(),
    subject: z.string().min(1),
    html: z.string().optional(),
    text: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tags: z.array(z.object({ name: z.string().regex(/^[\w-]{1,256}$/), value: z.string().regex(/^[\w-]{1,256}$/) })).optional(),
    attachments: z.array(z.object({ filename: z.string().optional(), content: z.string().optional(), content_type: z.string().optional() })).optional(),
  })
  .refine((mail) => mail.html !== undefined || mail.text !== undefined, { message: 'Missing `html` or `text` field.' });
type Email = z.output<typeof emailSchema>;

/** `cut` closes the connection instead of answering, `hang` leaves it open. */
export type ResendAnswer =
  | { kind: 'answer'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'cut' }
  | { kind: 'hang' };

export interface ResendRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly body: string;
}

export interface ResendApi {
  handle(request: ResendRequest): Promise<ResendAnswer>;
  /** Every request to a sending endpoint since the start, oldest first; for tests that count attempts. */
  readonly log: readonly { at: string; to: string[]; idempotencyKey: string | undefined; outcome: string }[];
}

export function startResend(store: MailStore, rules: Rules, apiKey: string): ResendApi {
  const log: { at: string; to: string[]; idempotencyKey: string | undefined; outcome: string }[] = [];
  const inProgress = new Set<string>();

  async function send(request: ResendRequest, batch: boolean): Promise<ResendAnswer> {
    const key = request.idempotencyKey;
    if (key !== undefined && (key.length < 1 || key.length > 256)) return refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
    const emails = readEmails(request.body, batch);
    if (!Array.isArray(emails)) return emails;
    const to = emails.flatMap((email) => email.to.map(addressOf));
    const rule = rules.take(to);
    const note = (outcome: string) => void log.push({ at: new Date().toISOString(), to, idempotencyKey: key, outcome });

    if (rule && !rule.behaviour.startsWith('accept')) {
      note(rule.behaviour);
      if (rule.behaviour === 'unreachable') return { kind: 'cut' };
      if (rule.behaviour === 'server_error') return refusal(500, 'application_error', 'Something went wrong.');
      if (rule.behaviour === 'refuse') return refusal(422, 'validation_error', 'Invalid `to` field.');
      return refusal(429, 'rate_limit_exceeded', 'Too many requests. You can only make 2 requests per second.', { 'retry-after': String(rule.retryAfterSeconds) });
    }
    const answer = await acceptOnce(emails, key, sha256(request.body), batch);
    note(rule?.behaviour ?? (answer.kind === 'answer' ? String(answer.status) : answer.kind));
    if (rule?.behaviour === 'accept_then_hang') return { kind: 'hang' };
    if (rule?.behaviour === 'accept_then_close') return { kind: 'cut' };
    return answer;
  }

  async function acceptOnce(emails: Email[], key: string | undefined, bodyHash: string, batch: boolean): Promise<ResendAnswer> {
    if (key === undefined) return ok(await accept(emails, key, batch));
    const kept = store.keptAnswer(key);
    if (kept) {
      if (kept.bodyHash === bodyHash) return ok(kept.answer);
      return refusal(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.');
    }
    if (inProgress.has(key)) return refusal(409, 'concurrent_idempotent_requests', 'Same idempotency key used while original request is still in progress.');
    inProgress.add(key);
    try {
      const answer = await accept(emails, key, batch);
      await store.keepAnswer({ key, at: Date.now(), bodyHash, answer });
      return ok(answer);
    } finally {
      inProgress.delete(key);
    }
  }

  async function accept(emails: Email[], key: string | undefined, batch: boolean): Promise<unknown> {
    const ids: { id: string }[] = [];
    for (const email of emails) {
      const mail = toMail(email, key);
      await store.add(mail);
      ids.push({ id: mail.id });
    }
    return batch ? { data: ids } : ids[0];
  }

  return {
    log,
    async handle(request) {
      if (!request.authorization) return refusal(401, 'missing_api_key', 'Missing API key in the authorization header.');
      if (request.authorization !== `Bearer ${apiKey}`) return refusal(403, 'invalid_api_key', 'API key is invalid.');
      if (request.path === '/emails' || request.path === '/emails/batch') {
        if (request.method !== 'POST') return refusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.');
        return send(request, request.path === '/emails/batch');
      }
      const id = /^\/emails\/([0-9a-f-]{36})$/.exec(request.path)?.[1];
      const mail = id && request.method === 'GET' ? store.find(id) : undefined;
      return mail ? ok(asEmail(mail)) : refusal(404, 'not_found', 'The requested endpoint does not exist.');
    },
  };
}

function readEmails(body: string, batch: boolean): Email[] | ResendAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return refusal(400, 'validation_error', 'The request body is not valid JSON.');
  }
  const parsed = (batch ? z.array(emailSchema).min(1).max(100) : emailSchema.transform((email) => [email])).safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refusal(422, 'validation_error', `Invalid \`${issue?.path.join('.') ?? ''}\` field. ${issue?.message ?? ''}`.trim());
}

function toMail(email: Email, idempotencyKey: string | undefined): Mail {
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    via: 'resend',
    from: email.from,
    to: email.to,
    cc: email.cc ?? [],
    bcc: email.bcc ?? [],
    replyTo: email.reply_to ?? [],
    subject: email.subject,
    html: email.html,
    text: email.text,
    headers: Object.entries(email.headers ?? {}).map(([name, value]) => ({ name, value })),
    attachments: (email.attachments ?? []).map((part) => ({
      filename: part.filename ?? 'unnamed',
      contentType: part.content_type ?? 'application/octet-stream',
      bytes: Buffer.from(part.content ?? '', 'base64').byteLength,
    })),
    tags: email.tags ?? [],
    idempotencyKey,
  };
}

function asEmail(mail: Mail): unknown {
  const { id, at, from, to, cc, bcc, subject, html = null, text = null } = mail;
  return { object: 'email', id, to, from, cc, bcc, reply_to: mail.replyTo, created_at: at, subject, html, text, last_event: 'delivered' };
}

const ok = (body: unknown): ResendAnswer => ({ kind: 'answer', status: 200, body });

function refusal(statusCode: number, name: string, message: string, headers?: Record<string, string>): ResendAnswer {
  return { kind: 'answer', status: statusCode, body: { statusCode, name, message }, ...(headers ? { headers } : {}) };
}
