/**
 * Calls of `private.worker_*` functions. A refusal of the database (`KM001`, the code as its message) becomes a
 * `DatabaseRefusal`; everything else that goes wrong is not expected here and passes through.
 */
import type { Queryable } from '#lib/db/pool.ts';

export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const NAME = /^worker_[a-z_]+$/;
const REFUSED = new Set(['KM001', 'KM002']);

/**
 * Rows of a set-returning function; for a scalar one a single row with the function's name as its column.
 * @throws DatabaseRefusal with the code that the database gave.
 */
export async function callRows<R extends object>(db: Queryable, name: string, args: readonly unknown[]): Promise<R[]> {
  if (!NAME.test(name)) throw new Error(`not a worker function: ${name}`);
  try {
    const result = await db.query<R & Record<string, unknown>>(
      `select * from private.${name}(${args.map((_, i) => `$${i + 1}`).join(', ')})`,
      [...args],
    );
    return result.rows;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** The value of a scalar function, null when it gave none. @throws DatabaseRefusal */
export async function callValue<T>(db: Queryable, name: string, args: readonly unknown[]): Promise<T | null> {
  const [row] = await callRows<Record<string, T>>(db, name, args);
  return row?.[name] ?? null;
}

function asRefusal(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  return code && REFUSED.has(code) && message ? new DatabaseRefusal(message) : error;
}
