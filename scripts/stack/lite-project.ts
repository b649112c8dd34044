/**
 * The project folder of the embedded Supabase API, written at every start: `supabase/config.toml` of the checkout with
 * this stack's addresses and secrets put in. It holds no migrations: those are applied by `migrations.ts`.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse, type TomlTable } from 'smol-toml';
import { CHECKOUT, dataPaths } from './paths.ts';
import type { StackSecrets } from './secrets.ts';

export interface LiteProject {
  readonly dataDir: string;
  readonly secrets: StackSecrets;
  readonly databaseUrl: string;
  readonly apiPort: number;
  readonly appUrl: string;
  readonly smtpPort: number;
}

/** @returns the project's folder, to be used as the working directory of `lite`. */
export async function writeLiteProject(project: LiteProject): Promise<string> {
  const folder = dataPaths(project.dataDir).lite;
  const inner = resolve(folder, 'supabase');
  await mkdir(resolve(inner, 'migrations'), { recursive: true, mode: 0o700 });
  const config = resolve(inner, 'config.json');
  await rm(config, { force: true });
  await writeFile(config, JSON.stringify(await configOf(project), null, 2), { mode: 0o600 });
  return folder;
}

async function configOf(project: LiteProject): Promise<TomlTable> {
  const base = parse(await readFile(resolve(CHECKOUT, 'supabase/config.toml'), 'utf8'));
  // Limits by address belong to hosted Auth; the embedded one has none and refuses the section.
  const { rate_limit: _hostedOnly, ...auth } = table(base.auth);
  const email = table(auth.email);
  return {
    api: { ...table(base.api), port: project.apiPort },
    // Its "already exists, skipping" at every start would fill the log.
    db: { driver: 'postgres', url: `${project.databaseUrl}?client_min_messages=warning` },
    auth: {
      ...auth,
      site_url: project.appUrl,
      jwt_secret: project.secrets.jwtSecret,
      publishable_key: project.secrets.publishableKey,
      // No secret key: nothing in Keymeter holds one, and one that is not set never matches.
      email: {
        ...email,
        template: templates(table(email.template)),
        smtp: {
          enabled: true,
          host: '127.0.0.1',
          port: project.smtpPort,
          user: 'keymeter',
          pass: project.secrets.smtpPassword,
          admin_email: 'no-reply@keymeter.local',
          sender_name: 'Keymeter',
        },
      },
    },
  };
}

/** Paths in the checkout's file are relative to the checkout; the API runs elsewhere. */
function templates(given: TomlTable): TomlTable {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const template = table(value);
      if (typeof template.content_path !== 'string') throw new Error(`supabase/config.toml: the template ${name} has no content_path`);
      return [name, { ...template, content_path: resolve(CHECKOUT, template.content_path) }];
    }),
  );
}

function table(value: unknown): TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TomlTable) : {};
}
