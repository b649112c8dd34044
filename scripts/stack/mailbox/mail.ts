/** A mail as the mailbox keeps and shows it, whichever way it came in. */
import { z } from 'zod';

export const mailSchema = z.object({
  id: z.string(),
  /** When it was accepted, ISO 8601 in UTC. */
  at: z.string(),
  via: z.enum(['smtp', 'resend']),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  replyTo: z.array(z.string()),
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), bytes: z.number() })),
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
  idempotencyKey: z.string().optional(),
});
export type Mail = z.infer<typeof mailSchema>;

/** Only the address of `Name <address>`, in lower case. */
export function addressOf(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();
}

/** Whether the mail went to this address, openly or not. */
export function wentTo(mail: Mail, address: string): boolean {
  const wanted = addressOf(address);
  return [...mail.to, ...mail.cc, ...mail.bcc].some((recipient) => addressOf(recipient) === wanted);
}
