/** The mails and the idempotency keys of the mailbox: in memory, and as one JSON file each in the data directory. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { mailSchema, wentTo, type Mail } from './mail.ts';

const DAY_MS = 86_400_000;

const keptAnswerSchema = z.object({ key: z.string(), at: z.number(), bodyHash: z.string(), answer: z.unknown() });
/** What a request with an idempotency key was answered, kept for 24 hours as Resend does. */
export type KeptAnswer = z.infer<typeof keptAnswerSchema>;

export interface MailStore {
  add(mail: Mail): Promise<void>;
  /** Newest first. */
  list(to?: string): Mail[];
  find(id: string): Mail | undefined;
  /** Removes one mail, all mails to an address, or everything. @returns how many. */
  remove(which: { id: string } | { to: string } | 'all'): Promise<number>;
  keptAnswer(key: string): KeptAnswer | undefined;
  keepAnswer(answer: KeptAnswer): Promise<void>;
  /** Grows with every change; the page asks for it to know when to reload. */
  readonly version: number;
}

export async function openStore(folder: string, now: () => number = Date.now): Promise<MailStore> {
  const mailFolder = resolve(folder, 'mails');
  const keyFolder = resolve(folder, 'keys');
  for (const path of [mailFolder, keyFolder]) await mkdir(path, { recursive: true, mode: 0o700 });
  const mails = new Map((await readAll(mailFolder, mailSchema)).sort((a, b) => a.at.localeCompare(b.at)).map((mail) => [mail.id, mail]));
  const keys = new Map((await readAll(keyFolder, keptAnswerSchema)).map((kept) => [kept.key, kept]));
  let version = mails.size;

  return {
    async add(mail) {
      await writeWhole(resolve(mailFolder, `${mail.id}.json`), mail);
      mails.set(mail.id, mail);
      version += 1;
    },
    list: (to) => [...mails.values()].filter((mail) => to === undefined || wentTo(mail, to)).reverse(),
    find: (id) => mails.get(id),
    async remove(which) {
      const gone = [...mails.values()].filter((mail) => which === 'all' || ('id' in which ? mail.id === which.id : wentTo(mail, which.to)));
      for (const mail of gone) {
        mails.delete(mail.id);
        await rm(resolve(mailFolder, `${mail.id}.json`), { force: true });
      }
      if (gone.length > 0) version += 1;
      return gone.length;
    },
    keptAnswer(key) {
      const kept = keys.get(key);
      return kept && now() - kept.at < DAY_MS ? kept : undefined;
    },
    async keepAnswer(kept) {
      keys.set(kept.key, kept);
      await writeWhole(resolve(keyFolder, `${sha256(kept.key)}.json`), kept);
    },
    get version() {
      return version;
    },
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A file that cannot be read as what it should be is skipped: the mailbox must start. */
async function readAll<T>(folder: string, schema: z.ZodType<T>): Promise<T[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const read = await Promise.all(
    names.map(async (name) => {
      try {
        return schema.safeParse(JSON.parse(await readFile(resolve(folder, name), 'utf8'))).data;
      } catch {
        return undefined;
      }
    }),
  );
  return read.filter((value) => value !== undefined);
}

async function writeWhole(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
