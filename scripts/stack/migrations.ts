/**
 * Applies `supabase/migrations/*.sql` in order, one transaction a file, and records them in the history table of the
 * Supabase CLI, so that both agree on what is applied. The embedded API has a command for it too, but that one splits
 * files at semicolons and does not know `begin atomic`; here a file is sent whole.
 */
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type pg from 'pg';

export interface Migration {
  /** The 14 digits its file name starts with. */
  readonly version: string;
  readonly name: string;
  readonly file: string;
}

/** The folder's migrations, oldest first. @throws Error naming a file that does not look like one. */
export async function listMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return names.map((name) => {
    const match = /^(\d{14})_([a-z0-9_]+)\.sql$/.exec(name);
    if (!match?.[1] || !match[2]) throw new Error(`${name} is not named like a migration (<14 digits>_<name>.sql)`);
    return { version: match[1], name: match[2], file: resolve(folder, name) };
  });
}

/** @returns the names of the files that were applied now. @throws Error with file, line and the database's words. */
export async function applyMigrations(client: pg.Client, folder: string): Promise<string[]> {
  await client.query(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text)`);
  const { rows } = await client.query<{ version: string }>('select version from supabase_migrations.schema_migrations');
  const known = new Set(rows.map((row) => row.version));
  const applied: string[] = [];
  for (const migration of await listMigrations(folder)) {
    if (known.has(migration.version)) continue;
    await applyOne(client, migration);
    applied.push(migration.name);
  }
  return applied;
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  const sql = await readFile(migration.file, 'utf8');
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)', [
      migration.version,
      [sql],
      migration.name,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new Error(`Migration ${migration.version}_${migration.name} failed${lineOf(error, sql)}: ${words(error)}`, { cause: error });
  }
}

function lineOf(error: unknown, sql: string): string {
  const position = Number((error as { position?: string }).position);
  return position > 0 ? ` at line ${sql.slice(0, position).split('\n').length}` : '';
}

function words(error: unknown): string {
  const { message, detail, where } = error as { message?: string; detail?: string; where?: string };
  return [message, detail, where].filter(Boolean).join('\n  ');
}
