/** BullMQ's own tables in Postgres. */
import { runMigrations } from 'bullmq';
import pg from 'pg';

/**
 * Brings the tables in schema `bullmq` up to date, as the queue's own role. It can run at any time and from several
 * processes at once; it must have run before a queue or worker is built, because one that meets no tables spins without
 * ever hearing a signal.
 *
 * `create schema if not exists` wants the right to make schemas in the whole database even when the schema exists, which
 * this role must not have. Our migrations make the schema, so that one statement is left out.
 * @param url a direct or session-pooled connection (an advisory lock and a transaction share it)
 */
export async function migrateQueue(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, statement_timeout: 60_000 });
  // A server that goes away while the session is open must not end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const query = (text: string, values?: unknown[]) => client.query(/^\s*create schema if not exists/i.test(text) ? 'select 1' : text, values);
    await runMigrations({ query } as Parameters<typeof runMigrations>[0]);
  } finally {
    await client.end().catch(() => {});
  }
}
