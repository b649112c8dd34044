/** Takes Auth's mails by SMTP on loopback: STARTTLS and a password, as a real relay would ask for. */
import { randomUUID } from 'node:crypto';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { StackSecrets } from '../secrets.ts';
import type { Mail } from './mail.ts';
import type { MailStore } from './store.ts';

const LARGEST_MAIL_BYTES = 10 * 1024 * 1024;

export interface SmtpServer {
  stop(): Promise<void>;
}

export function startSmtp(port: number, secrets: StackSecrets, store: MailStore): Promise<SmtpServer> {
  const server = new SMTPServer({
    name: 'mailbox.keymeter.local',
    banner: 'Keymeter mailbox',
    key: secrets.smtpPrivateKey,
    cert: secrets.smtpCertificate,
    size: LARGEST_MAIL_BYTES,
    disableReverseLookup: true,
    onAuth(auth, _session, done) {
      const right = auth.username === 'keymeter' && auth.password === secrets.smtpPassword;
      if (right) done(null, { user: 'keymeter' });
      else done(new Error('Wrong user or password'));
    },
    onData(stream, session, done) {
      receive(stream, session).then(
        async (mail) => {
          await store.add(mail);
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  // A client that hangs up in the middle is its own problem.
  server.on('error', () => {});
  return new Promise((ready, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => ready({ stop: () => new Promise((done) => server.close(() => done())) }));
  });
}

async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Mail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw new Error('The mail is larger than 10 MB');
  return parse(Buffer.concat(chunks), session.envelope.rcptTo.map((recipient) => recipient.address));
}

/** Recipients of the envelope that no header names got a blind copy. */
export async function parse(source: Buffer, recipients: readonly string[]): Promise<Mail> {
  const parsed = await PostalMime.parse(source);
  const to = written(parsed.to);
  const cc = written(parsed.cc);
  const named = [...to, ...cc].join(' ').toLowerCase();
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    via: 'smtp',
    from: written(parsed.from && [parsed.from])[0] ?? '',
    to,
    cc,
    bcc: recipients.filter((recipient) => !named.includes(recipient.toLowerCase())),
    replyTo: written(parsed.replyTo),
    subject: parsed.subject ?? '',
    html: parsed.html,
    text: parsed.text,
    headers: parsed.headers.map((header) => ({ name: header.originalKey ?? header.key, value: header.value })),
    attachments: parsed.attachments.map((part) => ({
      filename: part.filename ?? 'unnamed',
      contentType: part.mimeType,
      bytes: typeof part.content === 'string' ? Buffer.byteLength(part.content) : part.content.byteLength,
    })),
    tags: [],
  };
}

function written(addresses: readonly Address[] | undefined): string[] {
  return (addresses ?? []).flatMap((entry) => {
    if (entry.group) return written(entry.group);
    return [entry.name ? `${entry.name} <${entry.address}>` : (entry.address ?? '')];
  });
}
