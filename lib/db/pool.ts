/**
 * The worker's own login to Postgres. It owns no table: everything it does is a call of one of the functions
 * `private.worker_*`, several of them in one transaction where they belong together.
 */
import pg from 'pg';

// int8 as bigint: a JavaScript number loses digits past 2^53 (sequence numbers, token counts, microseconds).
const INT8 = 20;
// date as its text: `Date` would move it into the machine's zone.
const DATE = 1082;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return (text: string) => BigInt(text);
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

export type Pool = pg.Pool;
export type Tx = pg.PoolClient;
/** A pool or a transaction; what reads and single calls take. */
export type Queryable = Pick<pg.Pool, 'query'>;

export interface PoolOptions {
  connectionString: string;
  max?: number;
  applicationName: string;
  onIdleError?: (error: Error) => void;
}

export function createPool({ connectionString, max = 10, applicationName, onIdleError }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: applicationName,
    types,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // Without a listener a server that goes away while a connection is idle would end the process.
  pool.on('error', (error) => onIdleError?.(error));
  // The same while a transaction waits between two statements: its next statement fails and says so.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/** Runs `work` in one transaction: its rejection rolls everything back. */
export async function inTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot roll back is thrown away; the server then rolls back by itself.
    await tx.query('rollback').catch((e: Error) => {
      broken = e;
    });
    throw error;
  } finally {
    tx.release(broken);
  }
}
