/** Answers of the database as web may use them: rows, or an AppError. */
import { AppError, isAppErrorCode } from '#lib/errors.ts';

type Answer = { readonly data: unknown; readonly error: { readonly code?: string; readonly message: string } | null; readonly status: number };

/** The class that our SQL raises for an expected refusal; its message is one of our codes. */
const REFUSAL = 'KM001';
/** PostgreSQL: row-level security or a privilege said no. */
const NOT_PERMITTED = '42501';

/** Rows of a select or of a set-returning function. @throws AppError */
export async function rowsOf<R>(query: PromiseLike<Answer>): Promise<R[]> {
  const data = await valueOf<R[] | null>(query);
  return data ?? [];
}

/** The value of a scalar function, or the row of a `single()`. @throws AppError */
export async function valueOf<V>(query: PromiseLike<Answer>): Promise<V> {
  const { data, error, status } = await query;
  if (error) throw databaseError(error, status);
  return data as V;
}

/** Our own codes pass; everything else is either an outage or a surprise, and says nothing of the query. */
export function databaseError(error: { readonly code?: string; readonly message: string }, status: number): AppError {
  if (error.code === REFUSAL && isAppErrorCode(error.message)) return new AppError(error.message);
  if (error.code === NOT_PERMITTED) return new AppError('forbidden', { detail: 'row-level security' });
  // 0: no answer at all.
  if (status === 0 || status >= 502) return new AppError('database_unavailable', { detail: `status ${status}` });
  if (status === 401) return new AppError('unauthenticated');
  return new AppError('internal', { detail: `database ${/^[\w-]{1,20}$/.test(error.code ?? '') ? error.code : 'error'}, status ${status}` });
}
